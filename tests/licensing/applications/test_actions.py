"""An application from its beginning to its decision, and what may not happen to it."""

import hashlib
import json
from datetime import timedelta

import pytest

from licensing.applications import actions
from licensing.applications.models import Application, ApplicationAnswer, ApplicationRevision
from licensing.applications.questions import Wrong
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.actions import Stale
from licensing.history.models import Event
from licensing.organisations import powers
from portal.core.models import OutboxMessage
from tests import build
from tests.clock import NOW, TODAY

LATER = NOW + timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)")


@pytest.fixture
def owner(eco):
    return build.actor(build.owner_of(eco), eco)


def rows() -> tuple[int, int, int, int, int]:
    models = (Application, ApplicationAnswer, ApplicationRevision, Event, OutboxMessage)
    return tuple(model.objects.count() for model in models)


def events(application) -> list[tuple]:
    return list(Event.objects.of(application).values_list("seq", "command", "from_state", "to_state"))


def test_a_draft_begins_with_what_the_organisation_said_of_itself(eco, owner):
    finance = build.person(eco, "finance", name="The Treasurer (DEMO)")
    powers.grant_power(eco.pk, owner.user_id, office="Presidenta", valid_from=NOW.date(), by=owner, now=NOW)
    application = actions.start(eco.pk, build.offering(), by=owner, now=NOW, language="es")
    assert (application.number, application.state, application.form_version) == ("A-2026-0001", "draft", 1)
    answers = actions.answers_of(application)
    assert answers["legal_name"] == "Fundación de Prueba (DEMO)"
    assert (answers["registration_place"], answers["legal_form"], answers["reading_language"]) == ("ES", "society", "es")
    assert (answers["signing_mode"], answers["signatories"][0]["office"]) == ("alone", "Presidenta")
    assert (answers["finance_contact_name"], answers["finance_contact_email"]) == ("The Treasurer (DEMO)", finance.email)
    assert events(application) == [(1, "create", "", "draft")]


def test_a_colleague_is_told_of_the_open_draft_and_may_still_begin_another(eco, owner):
    first = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    colleague = build.actor(build.person(eco, "preparer"), eco)
    before = rows()
    with pytest.raises(actions.AlreadyOpen) as told:
        actions.start(eco.pk, build.offering(), by=colleague, now=LATER)
    assert told.value.application == first and rows() == before
    assert actions.start(eco.pk, build.offering(), by=colleague, now=LATER, another=True).number == "A-2026-0002"


def test_another_organisations_draft_is_nobodys_business(owner, eco):
    build.draft(build.society("Other (DEMO)"))
    assert actions.start(eco.pk, build.offering(), by=owner, now=NOW).organisation == eco


@pytest.mark.parametrize("code, changes, refusal", [("QTP1-L", {"open": False}, "not_open"), ("QCS-DH", {}, "edition_missing")])
def test_what_cannot_be_begun(eco, owner, code, changes, refusal):
    offering = build.offering(code)
    for name, value in changes.items():
        setattr(offering, name, value)
    before = rows()
    with pytest.raises(NotAllowed) as refused:
        actions.start(eco.pk, offering, by=owner, now=NOW)
    assert refused.value.code == refusal and rows() == before


def test_an_edition_whose_rights_ended_cannot_be_applied_for(eco, owner):
    edition = build.edition()
    with pytest.raises(NotAllowed, match="edition_over"):
        actions.start(eco.pk, edition.offering, by=owner, now=edition.rights_until, edition=edition)
    made = actions.start(eco.pk, edition.offering, by=owner, now=edition.rights_until - timedelta(seconds=1), edition=edition)
    assert made.edition == edition and actions.answers_of(made)["edition"] == "2027"


def test_a_save_keeps_the_answers_of_one_step_and_says_so(eco, owner):
    draft = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    saved = actions.save(draft.pk, "activity", {"need": " Few  teams. ", "venue": ""}, side=Side.OWNER, by=owner, now=LATER)
    assert (saved.written, saved.conflicts) == (("need",), ())
    answer = draft.answers.get(key="need")
    assert (answer.value, answer.version, answer.saved_at, answer.saved_by_id) == ("Few  teams.", 1, LATER, owner.user_id)
    event = Event.objects.of(draft).last()
    assert (event.command, event.payload) == ("save", {"step": "activity", "keys": ["need"]})


def test_saving_the_same_again_is_no_event(eco, owner):
    draft = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    for _ in range(2):
        actions.save(draft.pk, "activity", {"need": "Few teams."}, side=Side.OWNER, by=owner, now=LATER)
    assert [row[1] for row in events(draft)] == ["create", "save"] and draft.answers.get(key="need").version == 1


def test_an_answer_can_be_taken_back(eco, owner):
    draft = build.draft(eco)
    actions.save(draft.pk, "activity", {"need": None}, side=Side.OWNER, by=owner, now=LATER)
    assert not draft.answers.filter(key="need").exists()


def test_what_two_people_change_at_once_is_told_and_nothing_is_lost(eco, owner):
    colleague = build.actor(build.person(eco, "preparer", name="The Colleague (DEMO)"), eco)
    draft = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    actions.save(draft.pk, "activity", {"need": "First.", "venue": "Madrid"}, side=Side.OWNER, by=owner, now=NOW)
    seen = {row.key: actions.digest(row.value) for row in draft.answers.all()}
    actions.save(draft.pk, "activity", {"need": "Theirs.", "venue": "Sevilla"}, side=Side.APPLICANT, by=colleague, now=LATER)

    saved = actions.save(
        draft.pk,
        "activity",
        {"need": "Mine.", "venue": "Madrid", "evaluation": "A survey."},
        side=Side.OWNER,
        by=owner,
        now=LATER,
        seen=seen,
    )

    assert saved.written == ("evaluation",)
    assert [(c.key, c.theirs, c.yours, c.by, c.at) for c in saved.conflicts] == [
        ("need", "Theirs.", "Mine.", "The Colleague (DEMO)", LATER)
    ]
    kept = actions.answers_of(draft)
    assert (kept["need"], kept["venue"], kept["evaluation"]) == (
        "Theirs.",
        "Sevilla",
        "A survey.",
    )  # venue: untouched here, so theirs stands


def test_a_wrong_value_keeps_the_whole_save_out(eco, owner):
    draft = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    before = rows()
    with pytest.raises(Wrong) as wrong:
        actions.save(draft.pk, "finance", {"non_profit": True, "fiscal_year_begins": 13}, side=Side.OWNER, by=owner, now=LATER)
    assert (wrong.value.code, wrong.value.facts["key"]) == ("out_of_range", "fiscal_year_begins") and rows() == before


def test_a_question_of_another_step_is_not_written(eco, owner):
    draft = actions.start(eco.pk, build.offering(), by=owner, now=NOW)
    before = rows()
    for step, key in (("finance", "need"), ("event", "budget"), ("nowhere", "need")):
        with pytest.raises(NotAllowed, match="unknown_question"):
            actions.save(draft.pk, step, {key: "x"}, side=Side.OWNER, by=owner, now=LATER)
    assert rows() == before


@pytest.mark.row("A1")
def test_submitting_freezes_the_answers_with_their_hash(eco, owner):
    draft = build.draft(eco)
    sent = actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    assert (sent.state, sent.submitted_at) == (State.SUBMITTED, LATER)
    revision = sent.revisions.get()
    assert (revision.number, revision.form_version, revision.submitted_by_id) == (1, 1, owner.user_id)
    assert revision.answers["need"] == "Few teams are trained." and revision.organisation_data["legal_name"] == eco.legal_name
    whole = {"form_version": 1, "answers": revision.answers, "organisation": revision.organisation_data}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert revision.sha256 == hashlib.sha256(text.encode()).hexdigest()
    event = Event.objects.of(sent).last()
    assert (event.command, event.payload) == ("submit", {"revision": 1, "sha256": revision.sha256, "due": "2027-01-05"})


def test_a_second_press_of_submit_changes_nothing(eco, owner):
    draft = build.draft(eco)
    actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    before = rows()
    with pytest.raises(NotAllowed, match="wrong_state"):
        actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    assert rows() == before


def test_an_incomplete_draft_is_not_sent(eco, owner):
    draft = build.draft(eco, need=None, sanctions_declared=None)
    before = rows()
    with pytest.raises(actions.Incomplete) as refused:
        actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    assert (refused.value.code, refused.value.missing) == ("incomplete", ["need", "sanctions_declared"])
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == ("draft", None) and rows() == before


def test_powers_to_sign_that_ended_since_they_were_entered_are_not_sent(eco, owner):
    president = {"name": "One (DEMO)", "office": "President", "email": "one@eco.example", "powers_until": str(TODAY)}
    draft = build.draft(eco, signatories=[president])
    before = rows()
    with pytest.raises(actions.Incomplete) as refused:
        actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=NOW + timedelta(days=1))
    assert refused.value.missing == ["signatories"]
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == ("draft", None) and rows() == before
    actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == ("submitted", NOW)


def test_an_offering_closed_to_a_place_is_not_sent_for_it(eco, owner):
    draft = build.draft(eco)
    draft.offering.closed_to.add(build.place("ES"))
    before = rows()
    with pytest.raises(NotAllowed) as refused:
        actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    assert (refused.value.code, refused.value.facts) == ("place_closed", {"places": ["Spain"]}) and rows() == before


def test_nothing_is_saved_after_it_was_sent(eco, owner):
    sent = build.draft(eco)
    actions.move(sent.pk, "submit", side=Side.OWNER, by=owner, now=LATER)
    before = rows()
    with pytest.raises(NotAllowed, match="wrong_state"):
        actions.save(sent.pk, "activity", {"need": "Other."}, side=Side.OWNER, by=owner, now=LATER)
    assert rows() == before


def test_an_outsider_moves_nothing_whatever_side_they_say_they_are_on(eco):
    draft = build.draft(eco)
    other = build.society("Other (DEMO)")
    stranger = build.actor(build.owner_of(other), other)
    before = rows()
    for command in ("submit", "withdraw"):
        with pytest.raises(NotAllowed, match="wrong_side"):
            actions.move(draft.pk, command, side=Side.OWNER, by=stranger, now=LATER)
    with pytest.raises(NotAllowed, match="wrong_side"):
        actions.save(draft.pk, "activity", {"need": "Other."}, side=Side.OWNER, by=stranger, now=LATER)
    assert rows() == before


def in_review(organisation, manager):
    made = build.draft(organisation)
    actions.move(made.pk, "submit", side=Side.OWNER, by=build.actor(build.owner_of(organisation), organisation), now=NOW)
    return actions.move(made.pk, "take", side=Side.STAFF, by=manager, now=NOW)


def test_taking_names_who_has_it(eco):
    manager = build.actor(build.user())
    taken = in_review(eco, manager)
    assert (taken.state, taken.assignee_id) == (State.IN_REVIEW, manager.user_id)


@pytest.mark.parametrize("command, state, reason", [("approve", State.APPROVED, ""), ("decline", State.DECLINED, "The need is not shown.")])
def test_a_decision_is_kept_with_its_reason_and_the_revision_it_read(eco, command, state, reason):
    manager = build.actor(build.user())
    taken = in_review(eco, manager)
    decided = actions.move(taken.pk, command, side=Side.DECIDER, by=manager, now=LATER, reason=reason)
    assert (decided.state, decided.decided_at) == (state, LATER)
    event = Event.objects.of(decided).last()
    assert (event.command, event.reason, event.payload) == (command, reason, {"revision": 1})


@pytest.mark.parametrize("command", ["approve", "decline"])
def test_nothing_is_decided_about_an_organisation_that_is_not_vetted(command):
    manager = build.actor(build.user())
    taken = in_review(build.society(vetted=False), manager)
    before = rows()
    with pytest.raises(NotAllowed, match="not_vetted"):
        actions.move(taken.pk, command, side=Side.DECIDER, by=manager, now=LATER, reason="Because.")
    assert rows() == before


def test_a_refusal_needs_its_reason(eco):
    manager = build.actor(build.user())
    taken = in_review(eco, manager)
    before = rows()
    with pytest.raises(NotAllowed, match="reason_missing"):
        actions.move(taken.pk, "decline", side=Side.DECIDER, by=manager, now=LATER, reason="  ")
    assert rows() == before


def test_who_belongs_to_the_applicant_neither_takes_nor_decides(eco):
    insider = build.actor(build.person(eco, "observer"))
    manager = build.actor(build.user())
    sent = build.draft(eco)
    actions.move(sent.pk, "submit", side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW)
    before = rows()
    with pytest.raises(NotAllowed, match="own_organisation"):
        actions.move(sent.pk, "take", side=Side.STAFF, by=insider, now=LATER)
    assert rows() == before
    actions.move(sent.pk, "take", side=Side.STAFF, by=manager, now=LATER)
    before = rows()
    with pytest.raises(NotAllowed, match="own_organisation"):
        actions.move(sent.pk, "approve", side=Side.DECIDER, by=insider, now=LATER)
    assert rows() == before


def test_a_decision_from_an_old_sight_is_refused(eco):
    manager = build.actor(build.user())
    taken = in_review(eco, manager)
    seen = Event.objects.of(taken).count()
    before = rows()
    with pytest.raises(Stale):
        actions.move(taken.pk, "approve", side=Side.DECIDER, by=manager, now=LATER, seen=seen - 1)
    taken.refresh_from_db()
    assert (taken.state, taken.decided_at) == ("in_review", None) and rows() == before
    assert actions.move(taken.pk, "approve", side=Side.DECIDER, by=manager, now=LATER, seen=seen).state == State.APPROVED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S15")
def test_two_people_submit_at_the_same_instant_and_it_is_sent_once():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    eco = build.society()
    draft, owner, start = build.draft(eco), build.actor(build.owner_of(eco), eco), Barrier(2)

    def press(_):
        try:
            start.wait()
            return actions.move(draft.pk, "submit", side=Side.OWNER, by=owner, now=LATER).state
        except NotAllowed as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["submitted", "wrong_state"]
    assert draft.revisions.count() == 1 and [row[1] for row in events(draft)].count("submit") == 1
