"""Logos on the desk, in the CMS and in public: who sees what, what comes in, and that nothing unapproved is ever shown as approved."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from licensing.history.models import Event
from licensing.logos import actions, queries, reviewing
from licensing.logos.models import ArtworkPiece, PieceApproval, Proof, ProofNote
from licensing.logos.rules import Medium
from licensing.web import qr
from portal import postbox
from portal.core.models import SentMail
from tests import build
from tests.clock import NOW
from tests.licensing.logos import story
from tests.licensing.logos.story import DAY
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault", "frozen")]
ROLES = ("owner", "coordinator", "designer", "preparer", "signatory", "finance", "faculty", "observer")
SEE = {"owner", "coordinator", "designer"}


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def designer(licence) -> Client:
    return as_(build.person(licence.organisation, "designer"))


def form(licence, content: bytes | None = None, *, name: str = "poster.pdf", **changes) -> dict:
    given = {
        "title": "Poster (DEMO)", "medium": "poster", "size": "A2", "language": "es", "venue": "A hospital (DEMO)",
        "places": [place.pk for place in licence.places.all()], "use_from": "2026-12-01", "use_until": "2027-03-31", "print_run": "200",
        "file": SimpleUploadedFile(name, story.pdf() if content is None else content),
    }  # fmt: skip
    return {**given, **changes}


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.check("S1", "S2")
@pytest.mark.parametrize("role", ROLES)
def test_owner_coordinator_and_designer_see_logos_and_others_read_why_not(role):
    piece = story.submitted()
    reader = as_(build.person(piece.organisation, role) if role != "owner" else build.owner_of(piece.organisation))
    number = piece.number
    for address in (
        "/en/desk/logos/",
        f"/en/desk/logos/{number}/",
        f"/en/desk/logos/{number}/files/1/1.png",
        f"/en/desk/logos/{number}/files/1/",
    ):
        answer = reader.get(address)
        assert answer.status_code == (200 if role in SEE else 403), address
        if role not in SEE:
            assert "Your roles in" in text_of(answer)
            assert "Poster for Madrid" not in text_of(answer)


def test_a_designer_sees_the_logos_and_nothing_else_and_reads_why_not():
    piece = story.submitted()
    client = designer(piece.licence)
    for address in ("/en/desk/licences/", f"/en/desk/licences/{piece.licence.number}/", "/en/desk/agreements/", "/en/desk/invoices/"):
        answer = client.get(address)
        assert (answer.status_code, "Your roles in" in text_of(answer)) == (403, True), address
    desk = text_of(client.get("/en/desk/"))
    assert ("Logos and proofs" in desk, f"/desk/licences/{piece.licence.number}" in desk) == (True, False)


@pytest.mark.check("S1")
def test_another_society_reads_the_404_of_an_unknown_piece_at_every_address():
    piece = story.submitted()
    stranger = as_(build.owner_of(build.society("Otra (DEMO)", at="BR")))
    licence = piece.licence.number
    for made, unknown in (
        (f"/en/desk/logos/{piece.number}/", "/en/desk/logos/P-2026-9999/"),
        (f"/en/desk/logos/{piece.number}/edit/", "/en/desk/logos/P-2026-9999/edit/"),
        (f"/en/desk/logos/{piece.number}/files/1/", "/en/desk/logos/P-2026-9999/files/1/"),
        (f"/en/desk/logos/{piece.number}/files/1/1.png", "/en/desk/logos/P-2026-9999/files/1/1.png"),
        (f"/en/desk/logos/licences/{licence}/new/", "/en/desk/logos/licences/L-2026-9999/new/"),
        (f"/en/desk/logos/licences/{licence}/verify.svg", "/en/desk/logos/licences/L-2026-9999/verify.svg"),
    ):
        assert stranger.get(made).status_code == stranger.get(unknown).status_code == 404, made


def test_a_person_of_two_organisations_switches_and_never_sees_both_at_once():
    first, second = story.submitted(), story.submitted(story.licensed(at="BR", name="Outra (DEMO)"), content=story.pdf(2))
    agency = build.person(first.organisation, "designer")
    from licensing.organisations import actions as organisations

    organisations.join(
        second.organisation_id, agency, ["designer"], by=build.actor(build.owner_of(second.organisation), second.organisation), now=NOW
    )
    page = text_of(as_(agency).get(f"/en/desk/logos/?for={second.organisation_id}"))
    assert "Outra (DEMO)" in page
    assert "Switch organization" in page
    assert second.number in page
    assert first.number not in page


def test_a_designer_uploads_looks_and_sends_in():
    licence = story.licensed()
    client = designer(licence)
    answer = client.post(f"/en/desk/logos/licences/{licence.number}/new/", form(licence), follow=True)
    piece = ArtworkPiece.objects.get()
    assert answer.redirect_chain == [(f"/en/desk/logos/{piece.number}/", 302)]
    assert "Send it in for approval" in text_of(answer)
    answer = client.post(f"/en/desk/logos/{piece.number}/submit/", {"seen": "1"}, follow=True)
    words = re.sub(r"<[^>]+>", "", text_of(answer))
    assert "We answer by 27 November 2026, within five working days. No answer is never an approval." in words
    piece.refresh_from_db()
    assert (piece.state, piece.rounds, piece.size, piece.print_run) == ("submitted", 1, "A2", 200)


@pytest.mark.check("S34")
@pytest.mark.parametrize(
    "content, words",
    [
        (b"https://drive.example/flyer", "This is a link, not the piece."),
        (b"<script>alert(1)</script>", "This is not a PDF, PNG, JPEG or SVG inside"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "The file holds something that acts"),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_a_piece_is_refused_in_words_and_what_was_typed_stays(content, words, vault):
    licence = story.licensed()
    answer = designer(licence).post(f"/en/desk/logos/licences/{licence.number}/new/", form(licence, content))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Poster (DEMO)"' in text_of(answer)
    assert (ArtworkPiece.objects.count(), Proof.objects.count(), [p for p in vault.rglob("*") if p.is_file()]) == (0, 0, [])


@pytest.mark.check("S37")
def test_previews_are_pictures_of_ours_and_originals_leave_to_be_saved_alone():
    piece = story.submitted()
    client = designer(piece.licence)
    shown = client.get(f"/en/desk/logos/{piece.number}/files/1/1.png")
    assert shown.headers["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
    original = client.get(f"/en/desk/logos/{piece.number}/files/1/")
    assert original.headers["Content-Disposition"] == 'attachment; filename="Cartel-A2-final.pdf"'
    assert b"".join(original.streaming_content) == story.pdf()
    for answer in (shown, original):
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"/en/desk/logos/{piece.number}/files/1/2.png").status_code == 404
    assert client.get(f"/en/desk/logos/{piece.number}/files/2/").status_code == 404


def test_the_code_for_artwork_leads_to_the_public_page_in_the_visitors_language(settings):
    licence = story.licensed()
    client, address = designer(licence), f"{settings.PORTAL_ORIGIN}/verify/{licence.code}/"
    for kind, content_type in (("svg", "image/svg+xml"), ("png", "image/png")):
        answer = client.get(f"/en/desk/logos/licences/{licence.number}/verify.{kind}")
        assert (answer.content, answer.headers["Content-Type"]) == (qr.artwork(address, kind), content_type)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{licence.number}-verify.{kind}"'
    visitor = Client(headers={"accept-language": "es"}).get(f"/verify/{licence.code}/")
    assert (visitor.status_code, visitor.headers["Location"]) == (302, f"/es/verify/{licence.code}/")


def review(piece, act: str, client: Client, **given):
    return client.post(f"/cms/logo-proofs/{piece.number}/{act}/", given, follow=True)


def notes(*rows: dict) -> dict:
    given = {"form-TOTAL_FORMS": "6", "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        given |= {f"form-{number}-{name}": value for name, value in row.items()}
    return given


@pytest.mark.row("G3")
def test_a_brand_reviewer_takes_it_and_asks_for_changes_by_rule_and_place():
    piece = story.submitted()
    client = as_(build.staff("Brand"))
    assert "You review this round." in text_of(review(piece, "take", client))
    assert "Write at least one note" in text_of(review(piece, "changes", client, **notes()))
    first = {"rule": "LR4", "text": "Your own logo is smaller.", "page": "1", "x": "20", "y": "10"}
    review(piece, "changes", client, **notes(first, {"rule": "LR10", "text": "Supporters apart."}))
    assert list(ProofNote.objects.values_list("rule", "page", "x", "y")) == [("LR4", 1, 20, 10), ("LR10", None, None, None)]
    page = text_of(designer(piece.licence).get(f"/en/desk/logos/{piece.number}/"))
    assert "Your own logo is smaller." in page
    assert '<a class="rule" href="/en/logo-rules/#LR4">LR4</a>' in page
    assert '<g class="pin" transform="translate(84 ' in page


@pytest.mark.check("S4")
def test_to_approve_asks_for_the_password_and_for_the_very_file():
    piece = story.submitted()
    client = as_(build.staff("Brand"))
    review(piece, "take", client)
    sha256 = queries.current(piece).sha256
    given = {"until": "2027-01-31", "sha256": sha256, "seen": "3", "conditions": ""}
    for wrong in ({"password": "wrong"}, {"password": build.PASSWORD, "sha256": "0" * 64}):
        answer = review(piece, "approve", client, **{**given, **wrong})
        assert (answer.status_code, PieceApproval.objects.count()) == (422, 0)


@pytest.fixture
def demo(settings):
    settings.DEMO = True  # outside a demonstration staff need a second factor


def test_an_approval_in_the_cms_is_of_the_file_shown_until_the_day_chosen(demo):
    piece = story.submitted()
    client = as_(build.staff("Brand"))
    review(piece, "take", client)
    sha256 = queries.current(piece).sha256
    given = {"until": "2027-01-10", "sha256": sha256, "seen": "3", "conditions": "", "password": build.PASSWORD}
    assert "Approved: exactly this file." in text_of(review(piece, "approve", client, **given))
    approval = PieceApproval.objects.get()
    assert (approval.sha256, approval.valid_until.isoformat()) == (sha256, "2027-01-10T23:00:00+00:00")


@pytest.mark.parametrize("group", ["Auditors", "Licensing managers"])
def test_who_only_reads_moves_nothing(group):
    piece = story.submitted()
    client = as_(build.staff(group))
    assert client.get(f"/cms/logo-proofs/{piece.number}/").status_code == 200
    before = Event.objects.count()
    for act in ("take", "changes", "approve", "reject", "clear"):
        client.post(f"/cms/logo-proofs/{piece.number}/{act}/", {})
    assert Event.objects.count() == before


def test_a_draft_is_the_licensees_alone():
    piece = story.draft()
    client = as_(build.staff("Brand"))
    assert client.get(f"/cms/logo-proofs/{piece.number}/").status_code == 404
    assert piece.title not in text_of(client.get("/cms/logo-proofs/?view=all"))


PENDING = {"draft": story.draft, "submitted": story.submitted, "in review": lambda: story.in_review(story.brand())}


@pytest.mark.check("AC34")
@pytest.mark.row("N3", "G6")
@pytest.mark.parametrize("stage", [*PENDING, "changes asked", "rejected", "withdrawn", "conditions"])
def test_what_is_not_approved_is_not_there_in_public(stage, client):
    reviewer = story.brand()
    if stage in PENDING:
        piece = PENDING[stage]()
    elif stage == "conditions":
        piece = story.approved(conditions="Add the line LR5.")
    elif stage == "withdrawn":
        piece = story.submitted()
        actions.withdraw(piece.pk, by=story.designer_of(piece.organisation), now=NOW)
    else:
        piece = story.in_review(reviewer)
        if stage == "rejected":
            reviewing.reject(piece.pk, reason="A seal", by=reviewer, now=NOW)
        else:
            reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW)
    code = piece.licence.code
    assert client.get(f"/en/verify/{code}/pieces/{piece.number}/").status_code == 404
    page = text_of(client.get(f"/en/verify/{code}/pieces/"))
    assert (piece.number in page, "No piece is approved" in page) == (False, True)
    assert "0 approved pieces" in text_of(client.get(f"/en/verify/{code}/"))


@pytest.mark.check("AC34")
@pytest.mark.row("N3", "G6")
def test_an_approved_piece_is_told_with_medium_size_language_and_day_and_no_person(client):
    piece = story.approved(until=NOW.date() + timedelta(days=30))
    code = piece.licence.code
    page = text_of(client.get(f"/en/verify/{code.lower()}/pieces/{piece.number}/"))
    assert "Approved as: Poster, A2. Language: Spanish. Valid until 22 December 2026, 24:00 in Madrid." in page
    assert PieceApproval.objects.get().sha256 in page
    assert "Person" not in page
    assert "1 approved piece" in text_of(client.get(f"/en/verify/{code}/"))
    assert piece.number in text_of(client.get(f"/en/verify/{code}/pieces/"))
    assert client.get(f"/en/verify/0000-0000-0000-0000/pieces/{piece.number}/").status_code == 404


@pytest.mark.check("AC34")
@pytest.mark.parametrize("what", ["ended", "suspended", "expired", "over"])
def test_a_right_that_stops_is_told_at_once(what, client, monkeypatch):
    piece = story.approved(story.licensed(ends=NOW + 100 * DAY), until=NOW.date() + timedelta(days=30))
    address, at = f"/en/verify/{piece.licence.code}/pieces/{piece.number}/", NOW + DAY
    if what == "ended":
        stop(piece.licence_id, "end", kind="terminated", reason="Agreed", now=at)
    elif what == "suspended":
        stop(piece.licence_id, reason="Misuse", now=at)
    else:
        at = NOW + (100 if what == "expired" else 31) * DAY
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    page = text_of(client.get(address))
    since = "23 November 2026, 11:00 in Madrid" if what in ("ended", "suspended") else "22 December 2026, 24:00 in Madrid"
    assert f"Not valid since {since}." in page
    assert "This piece must no longer be shown." in page
    assert "Approved as" not in page


@pytest.mark.check("AC34")
def test_the_page_of_a_licence_whose_right_expired_says_since_when(client, monkeypatch):
    licence = story.licensed(ends=NOW + DAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + 2 * DAY)
    page = text_of(client.get(f"/en/verify/{licence.code}/pieces/"))
    assert "The right to show the logo is not valid since 23 November 2026, 11:00 in Madrid." in page
    assert "Must not be shown." in text_of(client.get(f"/en/verify/{licence.code}/"))


def test_a_right_that_never_begins_is_not_said_to_begin(client, monkeypatch):
    piece = story.approved(story.licensed(begins=NOW + 10 * DAY, ends=NOW + 100 * DAY))
    licence = piece.licence
    assert "It may be from 2 December 2026" in text_of(client.get(f"/en/verify/{licence.code}/pieces/{piece.number}/"))
    assert "Send in a new piece" in text_of(designer(licence).get("/en/desk/logos/"))
    stop(licence.pk, "end", kind="terminated", reason="Agreed", now=NOW + DAY, last_day=(NOW + 5 * DAY).date())
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + 2 * DAY)
    page = text_of(client.get(f"/en/verify/{licence.code}/pieces/"))
    assert "The right to show the logo does not hold and will not: the license was ended before that right begins." in page
    page = text_of(client.get(f"/en/verify/{licence.code}/pieces/{piece.number}/"))
    assert "This piece may not be shown and will not be: its license was ended before the right to the logo begins." in page
    page = text_of(designer(licence).get("/en/desk/logos/"))
    assert ("does not begin" in page, "Send in a new piece" in page) == (True, False)


def test_the_rules_stand_on_a_page_of_their_own_each_with_its_address(client):
    page = text_of(client.get("/en/logo-rules/"))
    assert re.findall(r'<div id="(LR\d+)">', page) == [f"LR{number}" for number in range(1, 13)]


def test_the_desk_says_whose_turn_it_is():
    reviewer = story.brand()
    piece = story.in_review(reviewer)
    client = designer(piece.licence)
    assert "Proof: Poster for Madrid (DEMO)" in text_of(client.get("/en/desk/")).partition("With others")[2]
    reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW)
    assert "Change the piece: Poster for Madrid (DEMO)" in text_of(client.get("/en/desk/")).partition("With others")[0]


def test_the_first_page_of_the_cms_says_what_waits_for_the_brand_reviewer():
    story.submitted()
    assert "Logo proofs to answer" in text_of(as_(build.staff("Brand")).get("/cms/"))


def test_each_move_is_told_in_the_readers_language():
    licence, reviewer = story.licensed(), build.actor(build.staff("Brand", email="brand@demo.example", language="es"))
    build.person(licence.organisation, "designer", email="designer@eco.example", language="es")
    piece = story.submitted(licence)
    reviewing.take(piece.pk, by=reviewer, now=NOW)
    reviewing.request_changes(piece.pk, story.NOTES, by=reviewer, now=NOW)
    while postbox.deliver(now=NOW, limit=500):
        pass
    told = {mail.subject: mail for mail in SentMail.objects.filter(recipient="designer@eco.example")}
    assert {"Hemos recibido la prueba P-2026-0001", "La prueba P-2026-0001 necesita cambios"} <= told.keys()
    assert "LR4, página 1: Your own logo is smaller." in told["La prueba P-2026-0001 necesita cambios"].text
    ours = SentMail.objects.filter(recipient="brand@demo.example").values_list("subject", flat=True)
    assert list(ours) == ["La prueba P-2026-0001 de Sociedad de Prueba (DEMO) espera respuesta"]


def test_a_medium_in_print_asks_for_the_number_of_copies():
    licence = story.licensed()
    answer = designer(licence).post(f"/en/desk/logos/licences/{licence.number}/new/", form(licence, print_run=""))
    assert (answer.status_code, "Say how many copies are printed." in text_of(answer)) == (422, True)
    answer = designer(licence).post(f"/en/desk/logos/licences/{licence.number}/new/", form(licence, print_run="", medium=Medium.WEB_BANNER))
    assert (answer.status_code, ArtworkPiece.objects.get().print_run) == (302, None)
