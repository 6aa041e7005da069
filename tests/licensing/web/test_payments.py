"""Invoices on the desk: how to pay, what has arrived, the document, and nobody else's."""

import hashlib
import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from licensing import lifecycle
from licensing.payments.models import PaymentReceipt
from licensing.payments.taking_back import take_back
from licensing.terms import actions as offers
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def read(response) -> str:
    """Return the words of a page, without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def url(invoice, what: str = "invoice") -> str:
    return reverse(what, args=[invoice.number])


def page(client, invoice, user=None, language="en") -> str:
    client.force_login(user or build.owner_of(invoice.organisation))
    return read(client.get(f"/{language}/desk/invoices/{invoice.number}/"))


def pay(invoice, amount, **facts):
    lifecycle.receive_payment(invoice.pk, money.receipt(amount, invoice.currency, **facts), by=money.finance(), now=NOW)


def test_an_open_invoice_says_how_to_pay(client):
    shown = page(client, money.invoice())
    assert "EUR\xa02,800.00 to pay by 22 December 2026, by bank transfer." in shown and "Your turn" in shown
    for part in ("RF16 INV2 0260 001", "XX00 DEMO 0000 0000", "Demo Bank", "DEMOXX00", "Licensor (DEMO)"):
        assert part in shown


def test_bank_charges_on_the_way_are_no_reason_to_pay_again_and_none_to_pay_less(client):
    shown = page(client, money.invoice())
    assert "Transfer the whole sum. If banks on the way keep up to EUR\xa050.00 of it as charges, you need not pay again." in shown
    assert "2 percent" not in shown


def test_an_invoice_past_its_day_is_overdue(client, monkeypatch):
    invoice = money.invoice()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=31))
    assert "was due on 22 December 2026" in page(client, invoice)


def test_part_of_the_money_leaves_the_rest_to_pay(client):
    invoice = money.invoice()
    pay(invoice, 100_000)
    shown = page(client, invoice)
    assert "EUR\xa01,800.00 of EUR\xa02,800.00 is still to be paid by 22 December 2026." in shown and "BANK-1" in shown


def test_a_settled_invoice_tells_the_bank_charges_it_accepted(client):
    invoice = money.invoice()
    pay(invoice, 278_500)
    shown = page(client, invoice)
    assert (
        "Received EUR\xa02,785.00, EUR\xa015.00 short: within tolerance, accepted as bank charges." in shown and "How to pay" not in shown
    )


def test_money_beyond_what_was_due_is_told_and_goes_back(client):
    invoice = money.invoice()
    pay(invoice, 300_000, over_minor=20_000)
    shown = page(client, invoice)
    assert (
        "Received EUR\xa03,000.00, EUR\xa0200.00 more than was due. The licensor returns the difference; nothing is left to pay." in shown
    )


def test_an_invoice_settled_by_a_mistake_is_open_again_and_says_why(client):
    invoice = money.invoice()
    pay(invoice, 300_000, over_minor=20_000)
    take_back(PaymentReceipt.objects.get().pk, reason="Meant for another invoice", by=money.finance(), now=NOW)
    shown = page(client, invoice)
    assert "EUR\xa02,800.00 to pay by 22 December 2026, by bank transfer." in shown and "How to pay" in shown
    assert "took back a transfer that was booked by mistake" in shown and "Meant for another invoice" in shown
    assert "BANK-1" not in shown and "more than was due" not in shown
    desk = html.unescape(client.get("/en/desk/").content.decode())
    assert "Pay EUR\xa02,800.00 by transfer" in desk


def test_a_waived_invoice_has_nothing_to_pay(client):
    terms, by = money.drafted(at="IN"), money.manager()
    waiver = offers.request_waiver(terms.pk, percent=100, reason="Public hospitals", by=by, now=NOW)
    offers.decide_waiver(waiver.pk, approve=True, by=money.manager(), now=NOW)
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    money.accept(terms)
    shown = page(client, terms.invoices.get())
    assert "Nothing to pay: the fee is waived." in shown and "Fee waiver, 100%" in shown and "How to pay" not in shown


def test_a_cancelled_invoice_and_its_credit_note_name_each_other(client):
    invoice = money.invoice()
    lifecycle.void_agreement(invoice.terms.agreements.get().pk, by=build.actor(build.staff("Legal")), now=NOW, reason="Wrong territory")
    assert "Cancelled by credit note CN-2026-0001. Do not pay it." in page(client, invoice)
    assert "It takes back invoice INV-2026-0001." in page(client, invoice.cancelled_by)
    rows = html.unescape(client.get("/en/desk/invoices/").content.decode())
    assert "CN-2026-0001" in rows and "−" in rows and "Cancelled" in rows


def test_the_document_is_sent_as_it_was_stored(client):
    invoice = money.invoice()
    client.force_login(build.owner_of(invoice.organisation))
    response = client.get(url(invoice, "invoice_document"))
    content = b"".join(response.streaming_content)
    assert (response.status_code, hashlib.sha256(content).hexdigest()) == (200, invoice.document_sha256)
    assert response["Cache-Control"] == "private, no-store" and "INV-2026-0001.pdf" in response["Content-Disposition"]


@pytest.mark.parametrize(
    "role, status",
    [("owner", 200), ("finance", 200), ("preparer", 404), ("signatory", 404), ("coordinator", 404), ("faculty", 404), ("observer", 404)],
)
def test_only_those_who_see_money_see_an_invoice(client, role, status):
    invoice = money.invoice()
    client.force_login(build.person(invoice.organisation, role))
    assert [client.get(url(invoice, name)).status_code for name in ("invoice", "invoice_document")] == [status, status]
    assert client.get(reverse("invoices")).status_code == (200 if status == 200 else 403)


@pytest.mark.parametrize("method", ["get", "head"])
def test_another_societys_invoice_looks_like_none(client, method):
    invoice = money.invoice()
    client.force_login(build.owner_of(build.society("Other (DEMO)")))
    for name in ("invoice", "invoice_document"):
        unknown = getattr(client, method)(url(invoice, name).replace("0001", "0999"))
        assert (getattr(client, method)(url(invoice, name)).status_code, unknown.status_code) == (404, 404)
    assert "INV-2026-0001" not in client.get(reverse("invoices")).content.decode()


def test_strangers_are_sent_to_the_login(client):
    invoice = money.invoice()
    assert client.get(url(invoice, "invoice_document")).status_code == 302


def test_the_list_has_the_newest_first_and_counts_each_invoice_once(client):
    organisation = build.society()
    first, second = money.invoice(organisation=organisation), money.invoice(organisation=organisation, code="QCS-DH")
    both = build.person(organisation, "finance", "owner")
    pay(first, 100_000)
    pay(first, 180_000, reference="BANK-2")
    client.force_login(both)
    rows = client.get(reverse("invoices")).content.decode()
    assert rows.index(second.number) < rows.index(first.number) and rows.count(f'href="{url(first)}"') == 1
    assert "Received EUR\xa02,800.00" in page(client, first, both)
