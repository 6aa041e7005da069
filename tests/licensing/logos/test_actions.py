"""The life of a piece through the real actions: what is recorded, what is refused, and that a refusal leaves nothing behind."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from licensing.history.actions import Actor, Stale
from licensing.history.models import Event
from licensing.logos import actions, queries, reviewing
from licensing.logos.models import ArtworkPiece, PieceApproval, Proof, ProofNote, ProofRound
from licensing.logos.rules import Face, Medium, NotAllowed, Note, State
from portal.core.models import OutboxMessage
from tests import build
from tests.clock import NOW, TICK
from tests.licensing.logos import story
from tests.licensing.logos.story import DAY
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.row("G3")]


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (ArtworkPiece, Proof, ProofRound, ProofNote, PieceApproval, Event, OutboxMessage))


def refused(act, *given, code: str, **named) -> NotAllowed:
    before = counts()
    with pytest.raises(NotAllowed) as said, transaction.atomic():
        act(*given, **named)
    assert (said.value.code, counts()) == (code, before)
    return said.value


def commands(piece) -> list[tuple[str, str, str]]:
    return list(Event.objects.of(piece).values_list("command", "from_state", "to_state"))


def test_a_piece_goes_from_draft_to_approved_in_two_rounds():
    licence, reviewer = story.licensed(), story.brand()
    designer = story.designer_of(licence.organisation)
    piece = story.in_review(reviewer, licence)
    reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW + DAY)
    changed = actions.upload(piece.pk, story.taken(story.pdf(2)), by=designer, now=NOW + 2 * DAY)
    actions.submit(piece.pk, by=designer, now=NOW + 2 * DAY)
    reviewing.take(piece.pk, by=reviewer, now=NOW + 3 * DAY)
    approval = reviewing.approve(piece.pk, sha256=changed.sha256, by=reviewer, now=NOW + 4 * DAY)
    piece.refresh_from_db()
    assert (piece.number, piece.state, piece.rounds) == ("P-2026-0001", State.APPROVED, 2)
    assert commands(piece) == [
        ("begin", "", "draft"),
        ("submit", "draft", "submitted"),
        ("take", "submitted", "in_review"),
        ("request_changes", "in_review", "changes_requested"),
        ("upload", "changes_requested", "changes_requested"),
        ("submit", "changes_requested", "submitted"),
        ("take", "submitted", "in_review"),
        ("approve", "in_review", "approved"),
    ]
    assert (approval.sha256, approval.medium, approval.size, approval.language, approval.places) == (
        changed.sha256,
        "poster",
        "A2",
        "es",
        ["ES"],
    )
    assert [(note.rule, note.page, note.x, note.y) for note in ProofNote.objects.order_by("number")] == [
        ("LR4", 1, 50, 10),
        ("LR10", None, None, None),
    ]
    assert set(Event.objects.of(piece).values_list("organisation", flat=True)) == {licence.organisation_id}
    assert queries.face_of(piece, at=NOW + 4 * DAY) is Face.APPROVED


@pytest.mark.row("G4")
def test_an_approval_is_of_exactly_the_file_that_was_sent_in():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    refused(reviewing.approve, piece.pk, sha256="0" * 64, by=reviewer, now=NOW, code="other_file")
    refused(reviewing.approve, piece.pk, sha256="", by=reviewer, now=NOW, code="other_file")
    assert ArtworkPiece.objects.get().state == State.IN_REVIEW


@pytest.mark.check("AC34")
@pytest.mark.row("G2", "G4")
def test_a_proof_approved_for_a_poster_a2_in_spanish_approves_nothing_else():
    piece = story.approved()
    licence, at = piece.licence, NOW + DAY
    found = queries.approved_for(licence, medium="poster", size=" a2 ", language="es", at=at)
    assert found is not None and found.piece_id == piece.pk
    for medium, size, language in (("web_banner", "A2", "es"), ("poster", "A3", "es"), ("poster", "A2", "en"), ("flyer", "A2", "es")):
        assert queries.approved_for(licence, medium=medium, size=size, language=language, at=at) is None


@pytest.mark.row("G4")
def test_a_changed_byte_another_language_or_medium_is_a_new_piece():
    piece = story.approved()
    designer = story.designer_of(piece.organisation)
    other = story.taken(story.pdf(operators=b"1 0 1 0 k 10 10 80 80 re f"))
    refused(actions.upload, piece.pk, other, by=designer, now=NOW + DAY, code="new_piece")
    refused(actions.submit, piece.pk, by=designer, now=NOW + DAY, code="new_piece")
    for change in ({"language": "en"}, {"medium": Medium.WEB_BANNER, "print_run": None}, {"size": "A3"}):
        refused(actions.edit, piece.pk, story.facts(piece.licence, **change), by=designer, now=NOW + DAY, code="wrong_state")


@pytest.mark.parametrize("days", [0, 1, 5, 6, 30, 365, 3650])
def test_silence_approves_nothing_however_long_it_lasts(days):
    piece = story.submitted()
    at = NOW + days * DAY
    piece.refresh_from_db()
    assert (piece.state, PieceApproval.objects.count()) == (State.SUBMITTED, 0)
    assert queries.face_of(piece, at=at) is Face.SUBMITTED
    assert queries.with_a_piece([piece.licence_id], at=at) == frozenset()
    assert queries.approved_for(piece.licence, medium="poster", size="A2", language="es", at=at) is None


def test_an_answer_is_due_five_working_days_after_each_round():
    piece = story.submitted()
    assert (piece.due_on.isoformat(), ProofRound.objects.get().due_on.isoformat()) == ("2026-11-27", "2026-11-27")


def test_who_uploaded_and_who_belongs_to_the_licensee_never_reviews():
    piece = story.submitted()
    uploader = Actor(Proof.objects.get().uploaded_by_id, "the designer")
    refused(reviewing.take, piece.pk, by=uploader, now=NOW, code="own_organisation")
    piece.organisation.memberships.filter(user_id=uploader.user_id).update(ended_at=NOW)
    refused(reviewing.take, piece.pk, by=uploader, now=NOW, code="own_upload")
    owner = Actor(build.owner_of(piece.organisation).pk, "the owner")
    refused(reviewing.take, piece.pk, by=owner, now=NOW, code="own_organisation")


def test_one_reviewer_answers_for_a_round():
    piece = story.in_review(story.brand())
    second = story.brand()
    sha256 = queries.current(piece).sha256
    refused(reviewing.approve, piece.pk, sha256=sha256, by=second, now=NOW, code="not_reviewer")
    refused(reviewing.request_changes, piece.pk, story.NOTES, by=second, now=NOW, code="not_reviewer")
    refused(reviewing.reject, piece.pk, reason="No", by=second, now=NOW, code="not_reviewer")
    refused(reviewing.take, piece.pk, by=second, now=NOW, code="wrong_state")


def test_changes_need_notes_and_a_rejection_its_reason():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    refused(reviewing.request_changes, piece.pk, (), by=reviewer, now=NOW, code="no_notes")
    refused(reviewing.request_changes, piece.pk, (Note("LR99", "x"),), by=reviewer, now=NOW, code="unknown_rule")
    refused(reviewing.request_changes, piece.pk, (Note("LR1", "x", 2),), by=reviewer, now=NOW, code="no_such_page")
    refused(reviewing.reject, piece.pk, reason=" ", by=reviewer, now=NOW, code="no_reason")
    assert reviewing.reject(piece.pk, reason="A seal of approval", by=reviewer, now=NOW).state == State.REJECTED


def test_the_same_file_is_not_sent_in_twice():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    designer = story.designer_of(piece.organisation)
    reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW)
    refused(actions.submit, piece.pk, by=designer, now=NOW, code="unchanged")
    refused(actions.upload, piece.pk, story.taken(), by=designer, now=NOW, code="same_file")


def test_approved_with_conditions_is_not_cleared_until_somebody_says_so():
    piece = story.approved(conditions="Add the line LR5 in Spanish.")
    approval = PieceApproval.objects.get()
    assert (approval.cleared_at, queries.face_of(piece, at=NOW)) == (None, Face.CONDITIONS)
    assert queries.with_a_piece([piece.licence_id], at=NOW + DAY) == frozenset()
    reviewing.clear(piece.pk, by=story.brand(), now=NOW + DAY)
    assert queries.with_a_piece([piece.licence_id], at=NOW + DAY) == {piece.licence_id}
    assert queries.with_a_piece([piece.licence_id], at=NOW + DAY - TICK) == frozenset()
    refused(reviewing.clear, piece.pk, by=story.brand(), now=NOW + DAY, code="wrong_state")


def test_conditions_that_change_the_file_are_met_by_the_final_file_in_a_new_round():
    reviewer = story.brand()
    piece = story.approved(conditions="Add the line LR5 in Spanish.", reviewer=reviewer)
    designer = story.designer_of(piece.organisation)
    refused(actions.submit, piece.pk, by=designer, now=NOW, code="unchanged")
    final = actions.upload(piece.pk, story.taken(story.pdf(2)), by=designer, now=NOW)
    actions.submit(piece.pk, by=designer, now=NOW)
    reviewing.take(piece.pk, by=reviewer, now=NOW)
    reviewing.approve(piece.pk, sha256=final.sha256, by=reviewer, now=NOW)
    piece.refresh_from_db()
    assert (piece.rounds, queries.approval_of(piece).sha256) == (2, final.sha256)
    assert [row.piece_id for row in queries.approvals_in_force([piece.licence_id], at=NOW)] == [piece.pk]


def test_nobody_of_another_organisation_moves_a_piece():
    piece = story.draft()
    other = build.society("Otra (DEMO)", at="BR")
    stranger = story.designer_of(other)
    for act in (actions.submit, actions.withdraw):
        refused(act, piece.pk, by=stranger, now=NOW, code="wrong_side")
    refused(actions.upload, piece.pk, story.taken(story.pdf(2)), by=stranger, now=NOW, code="wrong_side")
    refused(actions.begin, piece.licence_id, story.facts(piece.licence), story.taken(), by=stranger, now=NOW, code="wrong_side")


def test_a_piece_lies_within_territory_and_right():
    licence = story.licensed()
    by = story.designer_of(licence.organisation)
    brazil, last = build.place("BR").pk, licence.valid_to.date()
    for changes, code in (
        ({"places": (brazil,)}, "outside_territory"),
        ({"places": ()}, "outside_territory"),
        ({"use_until": NOW.date() - DAY}, "period"),
        ({"use_until": last + 2 * DAY}, "after_the_right"),
    ):
        refused(actions.begin, licence.pk, story.facts(licence, **changes), story.taken(), by=by, now=NOW, code=code)


def test_a_right_that_ended_takes_no_piece_and_none_is_approved():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    waiting = story.draft(piece.licence, content=story.pdf(2))
    stop(piece.licence_id, "end", kind="terminated", reason="Agreed", now=NOW + DAY)
    at, sha256 = NOW + DAY, queries.current(piece).sha256
    refused(reviewing.approve, piece.pk, sha256=sha256, by=reviewer, now=at, code="no_right")
    refused(actions.submit, waiting.pk, by=story.designer_of(piece.organisation), now=at, code="no_right")


def test_a_right_that_never_begins_takes_no_piece_and_none_is_approved():
    licence = story.licensed(begins=NOW + 10 * DAY)
    reviewer, by = story.brand(), story.designer_of(licence.organisation)
    piece, waiting = story.in_review(reviewer, licence), story.draft(licence, content=story.pdf(2))
    stop(licence.pk, "end", kind="terminated", reason="Agreed", now=NOW + DAY, last_day=(NOW + 5 * DAY).date())
    at, sha256 = NOW + 2 * DAY, queries.current(piece).sha256
    refused(reviewing.approve, piece.pk, sha256=sha256, by=reviewer, now=at, code="no_right")
    refused(actions.submit, waiting.pk, by=by, now=at, code="no_right")
    refused(actions.begin, licence.pk, story.facts(licence), story.taken(story.pdf(3)), by=by, now=at, code="no_right")


def test_an_approval_never_outlives_the_right_and_begins_with_it():
    begins, ends = NOW + 10 * DAY, NOW + 20 * DAY
    licence = story.licensed(begins=begins, ends=ends)
    piece = story.approved(licence, use_until=ends.date() - DAY, until=(ends + 99 * DAY).date())
    approval = queries.approval_of(piece)
    assert (approval.valid_from, approval.valid_until) == (begins, ends)
    assert queries.face_of(piece, at=NOW) is Face.RIGHT_OVER
    assert queries.face_of(piece, at=begins) is Face.APPROVED
    assert queries.face_of(piece, at=ends) is Face.RIGHT_OVER


def test_a_last_day_that_is_over_approves_nothing():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    yesterday = NOW.date() - DAY
    refused(reviewing.approve, piece.pk, sha256=queries.current(piece).sha256, until=yesterday, by=reviewer, now=NOW, code="until_over")


def test_two_people_who_act_on_the_same_sight_of_a_piece_do_not_both_win():
    piece = story.draft()
    designer = story.designer_of(piece.organisation)
    actions.submit(piece.pk, by=designer, now=NOW, seen=1)
    before = counts()
    with pytest.raises(Stale), transaction.atomic():
        actions.withdraw(piece.pk, by=designer, now=NOW, seen=1)
    assert counts() == before


@pytest.mark.parametrize("model", [Proof, ProofRound, ProofNote, PieceApproval])
def test_what_was_sent_in_asked_and_approved_is_never_changed_or_removed(model):
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW)
    story.approved(piece.licence, reviewer=reviewer, content=story.pdf(3))
    column = {"Proof": {"sha256": "0" * 64}, "ProofRound": {"number": 9}, "ProofNote": {"text": "x"}, "PieceApproval": {"sha256": "0" * 64}}
    for act in (lambda: model.objects.update(**column[model.__name__]), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.row("G1")
def test_hints_say_what_a_printer_would_meet():
    def codes(content, medium):
        return [finding.code for finding in story.taken(content, medium=medium).findings]

    rgb = story.pdf(operators=b"1 0 0 rg 10 10 80 80 re f")
    assert codes(rgb, Medium.POSTER) == ["rgb_for_print", "fonts_embedded"]
    assert codes(rgb, Medium.WEB_PAGE) == ["screen_colours", "fonts_embedded"]
    assert codes(story.pdf(), Medium.POSTER) == ["print_colours", "fonts_embedded"]
    assert codes(story.pdf(), Medium.SOCIAL) == ["cmyk_for_screen", "fonts_embedded"]
    assert codes(story.png(), Medium.WEB_BANNER) == ["screen_colours", "few_pixels"]
    assert codes(story.png(1200, 30), Medium.WEB_BANNER) == ["screen_colours", "pixels"]
    print_ = story.taken(story.png(1181, 30), medium=Medium.FLYER).findings[-1]
    assert print_ == ("pixels_for_print", {"width": 1181, "height": 30, "millimetres": 100, "dpi": 300})


def test_a_withdrawn_piece_is_over():
    piece = story.submitted()
    designer = story.designer_of(piece.organisation)
    actions.withdraw(piece.pk, by=designer, now=NOW + timedelta(hours=1))
    refused(reviewing.take, piece.pk, by=story.brand(), now=NOW + DAY, code="wrong_state")
    refused(actions.submit, piece.pk, by=designer, now=NOW + DAY, code="wrong_state")
