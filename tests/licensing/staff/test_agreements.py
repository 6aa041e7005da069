import pytest
from django.test import Client

from licensing.agreements import actions as agreements
from licensing.agreements.models import Agreement, Signature
from licensing.payments.models import Invoice
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault", "frozen")]
PASSWORD = "portal-demo-2027"
ENTER = ["wagtailadmin.access_admin", "licensing.view_queue"]


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
    return as_("reviewer@demo.example", "licensing.view_queue")


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
    given = {"document_sha256": agreement.document_sha256, "consent": "on", "typed_name": "Legal", "password": "wrong"}
    assert legal.post(address(agreement), given).status_code == 422
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
