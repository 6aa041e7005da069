"""Who is written to about offers and invoices, once, in their own language."""

import re

import pytest

from licensing import lifecycle
from licensing.payments.models import PaymentReceipt
from licensing.payments.taking_back import take_back
from licensing.terms import actions as offers
from licensing.terms.rules import State
from portal import postbox
from portal.core import mail, private_files
from portal.core.mail import Attachment, Damaged
from portal.core.models import OutboxMessage, SentMail
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def quiet():
    """Let a test see only what it causes."""
    yield
    assert not OutboxMessage.objects.exclude(last_error="").exists()


def written() -> list[tuple[str, str]]:
    """Deliver what is due and return the new mails: to whom, about what."""
    before = set(SentMail.objects.values_list("pk", flat=True))
    postbox.deliver(now=NOW, limit=500)
    return sorted(SentMail.objects.exclude(pk__in=before).values_list("recipient", "subject"))


def told(subject: str) -> dict[str, str]:
    """Return the text of each mail with this subject by recipient."""
    return {one.recipient: re.sub(r"\s+", " ", one.text) for one in SentMail.objects.filter(subject=subject)}


def society(at: str = "ES", **facts):
    organisation = build.society(at=at, owner=build.user("owner@eco.example"), **facts)
    build.person(organisation, "finance", email="finance@eco.example", language="es")
    build.person(organisation, "coordinator", email="coordinator@eco.example")
    return organisation


def test_an_offer_is_told_to_owners_and_finance_in_their_language():
    terms = money.drafted(society())
    written()
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    mails = written()
    assert [to for to, _subject in mails] == ["finance@eco.example", "owner@eco.example"]
    text = told("Our offer for application A-2026-0001")["owner@eco.example"]
    assert "The fee is EUR 2,800, once, for the whole term" in text and "The offer stands until 21 January 2027, 11:00 in Madrid." in text
    assert f"/en/desk/offers/A-2026-0001/?for={terms.organisation_id}" in text
    spanish = SentMail.objects.get(recipient="finance@eco.example")
    assert spanish.language == "es" and "/es/desk/offers/A-2026-0001/" in spanish.text


def test_a_draft_is_told_to_nobody():
    terms = money.drafted(society())
    written()
    offers.edit(terms.pk, offers.Draft((build.place().pk,), ("slides",), "EUR", "Europe/Madrid"), by=money.manager(), now=NOW)
    assert written() == []


def test_acceptance_tells_both_sides_and_sends_the_invoice():
    legal = build.staff("Legal", email="legal@demo.example")
    terms = money.drafted(society())
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    written()
    money.accept(terms)
    subjects = {subject for _to, subject in written()}
    number = terms.application.number
    assert {f"You have accepted the offer for application {number}", "Invoice INV-2026-0001"} <= subjects
    assert list(told(f"{terms.application.organisation} accepted the offer {number}")) == [legal.email]
    text = told("Invoice INV-2026-0001")["owner@eco.example"]
    assert "EUR 2,800.00 is due by 22 December 2026, by bank transfer with the reference RF16 INV2 0260 001." in text.replace("\u00a0", " ")
    assert "/en/desk/invoices/INV-2026-0001/document.pdf?for=" in text


@pytest.mark.parametrize("methods, by_card", [(["card"], True), (["customer_balance", "card"], True), (["customer_balance"], False)])
def test_where_cards_are_taken_the_invoice_says_so(settings, provider, methods, by_card):
    settings.STRIPE_METHODS = methods
    terms = money.drafted(society())
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    written()
    money.accept(terms)
    written()
    text = told("Invoice INV-2026-0001")["owner@eco.example"].replace("\u00a0", " ")
    card = "EUR 2,800.00 is due by 22 December 2026. Pay by card on the page of the invoice, or by bank transfer with the reference RF16 INV2 0260 001."
    assert (card in text) is by_card
    assert ("is due by 22 December 2026, by bank transfer with the reference RF16" in text) is not by_card
    spanish = SentMail.objects.get(recipient="finance@eco.example", subject__contains="INV-2026-0001").text
    assert ("con tarjeta" in spanish) is by_card


def test_a_waiver_is_asked_of_those_who_may_decide_and_never_of_its_author():
    asker, other = (
        build.staff("Licensing managers", email="manager@demo.example"),
        build.staff("Licensing managers", email="second@demo.example"),
    )
    terms = money.drafted(society("IN"), at="IN", by=other)
    written()
    waiver = offers.request_waiver(terms.pk, percent=100, reason="Public hospitals", by=build.actor(asker), now=NOW)
    mails = written()
    assert mails == [("second@demo.example", f"A fee waiver for {terms.application.organisation} waits for you")]
    assert "Reason: Public hospitals" in told(mails[0][1])["second@demo.example"]
    offers.decide_waiver(waiver.pk, approve=True, by=build.actor(other), now=NOW)
    assert written() == [("manager@demo.example", f"The fee waiver for {terms.application.organisation} is approved")]


def test_the_decision_on_a_sent_offer_is_told_to_the_applicant():
    terms = money.terms_at(State.ISSUED, organisation=society("IN"), at="IN")
    written()
    waiver = offers.request_waiver(terms.pk, percent=75, reason="Public hospitals", by=money.applicant(terms), now=NOW)
    offers.decide_waiver(waiver.pk, approve=False, reason="There is a sponsor", by=money.manager(), now=NOW)
    written()
    text = told("The fee waiver for application A-2026-0001 is refused")["owner@eco.example"]
    assert "We cannot waive 75% of the fee" in text and "Reason: There is a sponsor" in text
    waiver = offers.request_waiver(terms.pk, percent=75, reason="Public hospitals", by=money.applicant(terms), now=NOW)
    offers.decide_waiver(waiver.pk, approve=True, by=money.manager(), now=NOW)
    written()
    text = told("The fee waiver for application A-2026-0001 is approved")["owner@eco.example"]
    assert "We waive 75% of the fee" in text and "USD 225 is left to pay." in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "amount, said",
    [
        (280_000, "We have received EUR 2,800.00 for invoice INV-2026-0001. It is settled; thank you."),
        (278_500, "EUR 15.00 is missing; we accept it as bank charges."),
        (
            300_000,
            "We have received EUR 3,000.00 for invoice INV-2026-0001, EUR 200.00 more than was due. The invoice is settled; we return the difference.",
        ),
    ],
)
def test_a_settled_invoice_is_confirmed(amount, said):
    invoice = money.invoice(organisation=society())
    written()
    lifecycle.receive_payment(invoice.pk, money.receipt(amount, over_minor=max(0, amount - 280_000)), by=money.finance(), now=NOW)
    written()
    assert said in told("Invoice INV-2026-0001 is settled")["owner@eco.example"].replace("\u00a0", " ")


def test_a_booking_taken_back_is_told_to_who_thought_it_paid_and_so_is_the_right_one():
    invoice, finance = money.invoice(organisation=society()), build.staff("Finance", email="money@demo.example")
    lifecycle.receive_payment(invoice.pk, money.receipt(280_000), by=build.actor(finance), now=NOW)
    written()
    take_back(PaymentReceipt.objects.get().pk, reason="Meant for another invoice", by=build.actor(finance), now=NOW)
    assert {subject for to, subject in written() if to in ("owner@eco.example", "money@demo.example")} == {
        "Invoice INV-2026-0001 is not settled yet",
        "Invoice INV-2026-0001 is no longer covered",
    }
    text = told("Invoice INV-2026-0001 is not settled yet")["owner@eco.example"].replace("\u00a0", " ")
    assert "We had booked money for invoice INV-2026-0001 by mistake and have taken that back. EUR 2,800.00 is open" in text
    lifecycle.receive_payment(invoice.pk, money.receipt(280_000), by=build.actor(finance), now=NOW)
    assert ("owner@eco.example", "Invoice INV-2026-0001 is settled again") in written()
    assert "nothing is left to pay" in told("Invoice INV-2026-0001 is settled again")["owner@eco.example"]


def test_part_of_the_money_taken_back_is_told_to_nobody():
    invoice = money.invoice(organisation=society())
    lifecycle.receive_payment(invoice.pk, money.receipt(100_000), by=money.finance(), now=NOW)
    written()
    take_back(PaymentReceipt.objects.get().pk, reason="Meant for another invoice", by=money.finance(), now=NOW)
    assert written() == []


def test_part_of_the_money_is_told_to_nobody():
    invoice = money.invoice(organisation=society())
    written()
    lifecycle.receive_payment(invoice.pk, money.receipt(100_000), by=money.finance(), now=NOW)
    assert written() == []


def test_a_cancelled_invoice_and_offer_are_told():
    invoice = money.invoice(organisation=society())
    written()
    lifecycle.void_agreement(invoice.terms.agreements.get().pk, by=build.actor(build.staff("Legal")), now=NOW, reason="Wrong territory")
    written()
    text = told("Invoice INV-2026-0001 is cancelled")["owner@eco.example"].replace("\u00a0", " ")
    assert (
        "Invoice INV-2026-0001 over EUR 2,800.00 is cancelled by credit note CN-2026-0001. Do not pay it." in text
        and "Wrong territory" in text
    )
    assert "owner@eco.example" in told("The offer for application A-2026-0001 is taken back")


def test_a_declined_offer_is_told_to_staff():
    manager = build.staff("Licensing managers", email="manager@demo.example")
    terms = money.drafted(society(), by=manager)
    lifecycle.issue_terms(terms.pk, by=build.actor(manager), now=NOW)
    written()
    offers.decline(terms.pk, reason="No budget & no room", by=money.applicant(terms), now=NOW)
    written()
    subject = f"{terms.application.organisation} declined the offer A-2026-0001"
    assert "Reason: No budget & no room" in told(subject)[manager.email]


def test_delivering_twice_writes_once():
    terms = money.drafted(society())
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    written()
    OutboxMessage.objects.update(done_at=None, due_at=NOW)
    assert written() == []


def test_letters_about_an_invoice_go_to_the_address_named_for_invoices_too_without_links_it_cannot_open():
    terms = money.drafted(build.society(owner=build.user("owner@eco.example", language="es"), language="es"))
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    written()
    money.accept(terms)
    number = terms.invoices.get().number
    about = [(to, subject) for to, subject in written() if number in subject]
    assert about == [("finance@eco.example", f"Factura {number}"), ("owner@eco.example", f"Factura {number}")]
    outside, owner = (told(f"Factura {number}")[to] for to in ("finance@eco.example", "owner@eco.example"))
    assert "/desk/" not in outside and "2.800" in outside and "porque Sociedad de Prueba (DEMO) indicó esta dirección" in outside
    assert "/es/desk/invoices/" in owner and terms.application.organisation.invoice_email == "finance@eco.example"
    assert "La factura va adjunta en PDF." in outside and "adjunta" not in owner


@pytest.mark.row("D2")
def test_the_address_for_invoices_gets_the_paper_itself_and_members_a_link(settings, mailoutbox):
    """As it leaves outside a demonstration: the very bytes that were stored, to that address alone."""
    settings.DEMO = False
    terms = money.drafted(build.society(owner=build.user("owner@eco.example")))
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    money.accept(terms)
    agreement, invoice = terms.agreements.get(), terms.invoices.get()
    lifecycle.void_agreement(agreement.pk, by=build.actor(build.staff("Legal")), now=NOW, reason="Wrong territory")
    written()
    credit = invoice.cancelled_by
    for subject, paper in ((f"Invoice {invoice.number}", invoice), (f"Invoice {invoice.number} is cancelled", credit)):
        left = {one.to[0]: one.attachments for one in mailoutbox if one.subject == subject}
        assert left["owner@eco.example"] == []
        [(name, content, kind)] = left["finance@eco.example"]
        assert (name, private_files.digest(content), kind) == (f"{paper.number}.pdf", paper.document_sha256, "application/pdf")
        kept = SentMail.objects.get(subject=subject, recipient="finance@eco.example")
        assert kept.attachments == [{"name": name, "key": paper.document_key, "sha256": paper.document_sha256, "size": len(content)}]


def test_what_the_vault_gives_changed_is_never_sent(mailoutbox):
    stored = private_files.keep(b"%PDF-1.7 what was stored", kind="invoices")
    changed = Attachment("INV-1.pdf", stored.key, "0" * 64)
    about = {"to": "a@b.example", "language": "en", "subject": "Invoice", "template": "licensing/letters/invoice_open", "context": {}}
    with pytest.raises(Damaged):
        mail.send(**about, now=NOW, attachments=[changed])
    assert (SentMail.objects.count(), mailoutbox) == (0, [])


def test_who_is_a_member_reads_about_an_invoice_once():
    terms = money.drafted(society())
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    written()
    money.accept(terms)
    number = terms.invoices.get().number
    assert [to for to, subject in written() if number in subject] == ["finance@eco.example", "owner@eco.example"]
