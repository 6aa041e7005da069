from datetime import date, timedelta

import pytest
from django.test import Client

from licensing.agreements import actions as agreements
from licensing.agreements.actions import Shown
from licensing.agreements.evidence_check import checked
from licensing.agreements.models import Agreement, Signature
from licensing.agreements.seal_key import public_keys
from licensing.models import SigningPower
from licensing.payments.models import Invoice
from licensing.staff.home import waiting
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault", "frozen")]
PASSWORD = "portal-demo-2027"
ENTER = ["wagtailadmin.access_admin", "licensing.view_agreement"]


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def as_(email: str, *permissions: str) -> Client:
    client = Client()
    client.force_login(deals.person(email, permissions=[*ENTER, *permissions] if permissions else []))
    return client


@pytest.fixture
def legal():
    return as_("legal@demo.example", "licensing.approve_agreement", "licensing.countersign")


@pytest.fixture
def reader():
    return as_("reviewer@demo.example", "licensing.view_agreement")


def address(agreement: Agreement, act: str = "") -> str:
    return f"/cms/agreements/{agreement.number}/{act}"


def test_legal_approves_sends_and_countersigns(legal):
    deal = Deal()
    agreement = deal.generate()
    assert agreement.number in legal.get("/cms/agreements/").content.decode()
    assert "Approve to send" in legal.get(address(agreement)).content.decode()
    legal.post(address(agreement, "approve/"), {"seen": 1})
    assert "Send to be signed" in legal.get(address(agreement)).content.decode()
    legal.post(address(agreement, "send/"), {"seen": 2})
    agreement.refresh_from_db()
    assert (agreement.state, agreement.sent_at) == ("out_for_signature", NOW)
    assert agreement.number not in legal.get("/cms/agreements/").content.decode()  # it waits for the licensee
    for user in deal.signers_in_order(agreement)[:2]:
        deal.sign(agreement, user)
    assert agreement.number in legal.get("/cms/agreements/").content.decode()
    assert "Countersign" in legal.get(address(agreement)).content.decode()
    hashes = {"document_sha256": agreement.document_sha256, "reading_sha256": agreement.reading_sha256}
    given = hashes | {"consent": "on", "typed_name": "LEGAL", "password": "wrong"}
    assert legal.post(address(agreement), given).status_code == 422
    assert legal.post(address(agreement), given | {"password": PASSWORD, "typed_name": "The President (DEMO)"}).status_code == 422
    assert Signature.objects.count() == 2
    legal.post(address(agreement), given | {"password": PASSWORD})
    agreement.refresh_from_db()
    assert agreement.state == "executed"


def test_who_may_only_read_sees_no_button_and_moves_nothing(reader):
    deal = Deal()
    agreement = deal.generate()
    page = reader.get(address(agreement))
    assert page.status_code == 200
    assert "Approve to send" not in page.content.decode()
    for act, given in (("approve/", {"seen": 1}), ("send/", {"seen": 1}), ("void/", {"reason": "x", "seen": 1}), ("", {"typed_name": "x"})):
        assert reader.post(address(agreement, act), given).status_code in (302, 403)
    agreement.refresh_from_db()
    assert (agreement.state, Signature.objects.count()) == ("drafting", 0)


def test_licensees_never_enter():
    deal = Deal()
    agreement = deal.sent()
    president = as_("president@eco.example")
    for path in ("/cms/agreements/", address(agreement), address(agreement, "document.pdf")):
        assert president.get(path).status_code in (302, 403)


def test_a_stale_page_moves_nothing(legal):
    deal = Deal()
    agreement = deal.generate()
    legal.post(address(agreement, "approve/"), {"seen": 1})
    answer = legal.post(address(agreement, "send/"), {"seen": 1}, follow=True)
    assert "Somebody else acted while you were reading" in answer.content.decode()
    agreement.refresh_from_db()
    assert agreement.state == "approved_to_send"


def test_taking_back_needs_a_reason_cancels_the_invoice_and_the_terms(legal):
    deal = Deal()
    agreement = deal.sent()
    legal.post(address(agreement, "void/"), {"reason": "", "seen": 3})
    agreement.refresh_from_db()
    assert agreement.state == "out_for_signature"
    legal.post(address(agreement, "void/"), {"reason": "Wrong territory", "seen": 3})
    agreement.refresh_from_db()
    deal.terms.refresh_from_db()
    assert (agreement.state, deal.terms.state) == ("voided", "superseded")
    assert Invoice.objects.get(kind="credit_note").cancels == deal.invoice


def test_staff_read_the_text_before_it_is_sent_and_the_sealed_file_after(legal):
    deal = Deal()
    agreement = deal.generate()
    assert b"".join(legal.get(address(agreement, "document.pdf")).streaming_content).startswith(b"%PDF")
    for user in [None]:
        agreements.approve_to_send(agreement.pk, by=deal.staff, now=NOW)
        agreements.send(agreement.pk, by=deal.staff, now=NOW)
    for user in deal.signers_in_order(agreement):
        deal.sign(agreement, user)
    agreements.seal(agreement.pk, now=NOW)
    agreement.refresh_from_db()
    assert legal.get(address(agreement, "document.pdf"), {"sealed": 1})["ETag"] == f'"{agreement.sealed_sha256}"'


def declined(deal) -> Agreement:
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    shown = Shown(agreement.document_sha256, agreement.reading_sha256)
    given = {"shown": shown, "reason": "Clause 3", "factor": "password", "by": deal.actor(president), "now": NOW}
    return agreements.decline(agreement.pk, user_id=president.pk, **given)


def told(client, path, given=None) -> str:
    return (client.get(path) if given is None else client.post(path, given, follow=True)).content.decode()


@pytest.mark.row("C5")
@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({"last_day": "2027-01-31"}, "2027-01-31T23:00:00+00:00"),  # midnight in Madrid
        ({"no_end": "on"}, None),
    ],
)
def test_legal_gives_more_time_to_the_end_of_a_day_where_the_licence_lies(legal, given, ends):
    agreement = Deal().sent()
    assert "Give more time to sign" in told(legal, address(agreement))
    assert "Changed." in told(legal, address(agreement, "extend/"), given | {"seen": 3})
    agreement.refresh_from_db()
    assert (agreement.window_ends_at and agreement.window_ends_at.isoformat()) == ends


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a last day, or no end"),
        ({"last_day": "2027-01-31", "no_end": "on"}, "Choose a last day, or no end"),
        ({"last_day": "9999-12-31"}, "Choose a last day, or no end"),
        ({"last_day": "yesterday"}, "Choose a last day, or no end"),
        ({"last_day": "2026-11-01"}, "must lie ahead"),
        ({"last_day": "2026-11-25"}, "longer, not shorter"),
        ({"no_end": "on", "seen": 2}, "Somebody else acted"),
    ],
)
def test_a_time_that_cannot_be_meant_changes_nothing(legal, given, said):
    agreement = Deal().sent()
    assert said in told(legal, address(agreement, "extend/"), {"seen": 3} | given)
    before = agreement.window_ends_at
    agreement.refresh_from_db()
    assert agreement.window_ends_at == before


def test_what_stands_still_is_listed_until_something_is_done(rf, monkeypatch):
    agreement = Deal().sent()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=30))
    legal = as_("legal@demo.example", "licensing.approve_agreement", "licensing.countersign")
    assert agreement.number in told(legal, "/cms/agreements/?view=still")
    assert agreement.number not in told(legal, "/cms/agreements/?view=signing")
    request = rf.get("/cms/")
    request.user = deals.person("legal@demo.example")
    assert ("Agreements that stand still", 1) in [(one.label, one.count) for one in waiting(request)]
    page = told(legal, address(agreement))
    assert "Open the signing again" in page and "Send the letter again" not in page
    legal.post(address(agreement, "extend/"), {"no_end": "on", "seen": 3})
    assert agreement.number not in told(legal, "/cms/agreements/?view=still")
    assert agreement.number in told(legal, "/cms/agreements/?view=signing")


@pytest.mark.row("C6")
def test_legal_reads_why_it_was_declined_and_draws_up_a_new_version(legal):
    agreement = declined(Deal())
    assert agreement.number in told(legal, "/cms/agreements/?view=still")
    page = told(legal, address(agreement))
    assert "The President (DEMO) declined to sign" in page and "Clause 3" in page and "Draw up a new version" in page
    answer = legal.post(address(agreement, "redraft/"), {"seen": 4})
    assert answer["Location"] == "/cms/agreements/AG-2026-0002/"
    assert "The new version: AG-2026-0002" in told(legal, address(agreement))
    assert agreement.number not in told(legal, "/cms/agreements/?view=still")
    assert "AG-2026-0002" in told(legal, "/cms/agreements/")
    assert "was drawn up from the same terms" in told(legal, address(agreement, "redraft/"), {"seen": 5})
    assert Agreement.objects.count() == 2


@pytest.mark.row("C5")
def test_legal_has_the_letter_sent_again_and_names_somebody_else(legal):
    deal = Deal()
    agreement = deal.sent()
    person = deals.member(deal.organisation, "treasurer@eco.example", "signatory", name="The Treasurer (DEMO)")
    assert "on its way again" in told(legal, address(agreement, "remind/"), {"seen": 3})
    line = agreement.requests.get(position=1, side="licensee")
    path = address(agreement, f"lines/{line.pk}/replace/")
    assert "Nobody else has the power to sign today" in told(legal, path)
    SigningPower.objects.create(organisation=deal.organisation, user=person, office="Treasurer", position=3, valid_from=date(2020, 1, 1))
    assert "The Treasurer (DEMO), Treasurer" in told(legal, path)
    given = {"user": person.pk, "reason": "He left.", "seen": 4, "password": PASSWORD}
    assert legal.post(path, given | {"password": "wrong"}).status_code == 422
    assert "Both people get a letter" in told(legal, path, given)
    line.refresh_from_db()
    assert (line.user, line.office) == (person, "Treasurer")


def test_who_may_only_read_extends_reminds_replaces_and_redrafts_nothing(reader):
    agreement = Deal().sent()
    line = agreement.requests.get(position=1, side="licensee")
    for act in ("remind/", "extend/", "redraft/", f"lines/{line.pk}/replace/"):
        assert reader.post(address(agreement, act), {"seen": 3, "no_end": "on"}).status_code in (302, 403)
    page = told(reader, address(agreement))
    assert not [words for words in ("Send the letter again", "Change the time", "Somebody else signs", "Take it back") if words in page]
    agreement.refresh_from_db()
    assert (agreement.state, agreement.window_ends_at) == ("out_for_signature", NOW + timedelta(days=30))


@pytest.mark.row("C7")
def test_staff_get_the_same_evidence_as_the_parties(reader):
    deal = Deal()
    agreement = deal.executed()
    assert reader.get(address(agreement, "evidence.zip")).status_code == 404
    agreements.seal(agreement.pk, now=NOW)
    content = reader.get(address(agreement, "evidence.zip")).content
    assert checked(content, keys=public_keys()).signed_by == ("The President (DEMO)", "The Secretary (DEMO)", "Legal (DEMO)")
    assert as_("owner@eco.example").get(f"/en/desk/agreements/{agreement.number}/evidence.zip").content == content
