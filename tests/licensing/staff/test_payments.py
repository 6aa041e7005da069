"""Invoices in the CMS: finance books what arrived, everybody else reads."""

import html
import re

import pytest
from django.urls import reverse

from licensing.payments import actions
from licensing.payments.models import PaymentReceipt, Settlement
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def read(response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def sign_in(client, group: str = "Finance"):
    client.force_login(build.staff(group))


def send(client, invoice, **changed):
    given = {"amount": "2,800.00", "received_on": "2026-11-22", "bank_reference": "BANK-1", "note": "", **changed}
    return client.post(reverse("staff_invoice", args=[invoice.number]), given, follow=True)


@pytest.mark.parametrize(
    "amount, said, settled",
    [
        ("2,800.00", "Settled. EUR\xa02,800.00 have arrived.", True),
        ("2.785,00", "Settled. EUR\xa015.00 short: within tolerance, booked as bank charges.", True),
        ("2000", "Booked. EUR\xa02,000.00 of EUR\xa02,800.00 have arrived; EUR\xa0800.00 is still open.", False),
    ],
)
def test_finance_records_a_transfer(client, amount, said, settled):
    invoice = money.invoice()
    sign_in(client)
    assert said in read(send(client, invoice, amount=amount))
    assert (PaymentReceipt.objects.count(), actions.is_settled(invoice.terms)) == (1, settled)


SLIP = {"amount": "99,999,999.00", "bank_reference": "BANK-7", "note": "Paid by the agency"}


def test_more_than_is_open_is_asked_about_first_and_keeps_all_that_was_typed(client):
    invoice = money.invoice()
    sign_in(client)
    response = send(client, invoice, **SLIP)
    assert (response.status_code, PaymentReceipt.objects.count(), Settlement.objects.count()) == (422, 0, 0)
    assert "This is EUR\xa099,997,199.00 more than the EUR\xa02,800.00 that is open. Nothing is booked yet" in read(response)
    assert "The sum is right: book EUR\xa099,997,199.00 more than is open. It has to be returned." in read(response)
    shown = response.content.decode()
    assert '<input type="checkbox" name="over" value="9999719900">' in shown
    assert all(f'value="{typed}"' in shown for typed in ("99,999,999.00", "2026-11-22", "BANK-7", "Paid by the agency"))


def test_more_than_is_open_is_booked_once_it_is_ticked(client):
    invoice = money.invoice()
    sign_in(client)
    assert "Settled. EUR\xa0200.00 too much has arrived and has to be returned." in read(send(client, invoice, amount="3000", over="20000"))
    assert (PaymentReceipt.objects.get().amount_minor, Settlement.objects.get().received_minor) == (300_000, 300_000)


@pytest.mark.parametrize("over", ["", "19999", "20001", "-20000", "on", "\x00", "9" * 40])
def test_a_tick_for_another_sum_books_nothing(client, over):
    invoice = money.invoice()
    sign_in(client)
    response = send(client, invoice, amount="3000", over=over)
    assert (response.status_code, PaymentReceipt.objects.count(), Settlement.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"amount": "9" * 28}, "Write a sum such as 2,800.00."),
        ({"amount": "two thousand"}, "Write a sum such as 2,800.00."),
        ({"amount": "2.800"}, "Do you mean EUR\xa02,800.00? Then write it with its decimals; nothing was done."),
        ({"amount": "2,800"}, "Do you mean EUR\xa02,800.00? Then write it with its decimals; nothing was done."),
        ({"amount": "0"}, "Enter a sum above zero."),
        ({"received_on": "2026-11-23"}, "The day lies in the future."),
        ({"bank_reference": ""}, "required"),
    ],
)
def test_what_cannot_be_booked_keeps_what_was_typed(client, changed, said):
    invoice = money.invoice()
    sign_in(client)
    response = send(client, invoice, note="Paid by the agency", **changed)
    assert response.status_code == 422 and said in read(response) and "Paid by the agency" in response.content.decode()
    assert PaymentReceipt.objects.count() == 0


def test_the_hint_shows_the_sum_of_this_invoice(client):
    invoice = money.invoice()
    sign_in(client)
    assert "As in 2,800.00 or 2.800,00." in read(client.get(reverse("staff_invoice", args=[invoice.number])))
    send(client, invoice, amount="2000")
    assert "As in 800.00 or 800,00." in read(client.get(reverse("staff_invoice", args=[invoice.number])))


def test_a_transfer_that_is_booked_already_is_told(client):
    one, two = money.invoice(), money.invoice()
    sign_in(client)
    send(client, one)
    assert "The transfer BANK-1 is booked already." in read(send(client, two))
    assert PaymentReceipt.objects.count() == 1


def test_a_settled_invoice_has_no_form_and_takes_no_money(client):
    invoice = money.invoice()
    sign_in(client)
    send(client, invoice)
    assert "Record a transfer" not in read(client.get(reverse("staff_invoice", args=[invoice.number])))
    send(client, invoice, bank_reference="BANK-2")
    assert (PaymentReceipt.objects.count(), Settlement.objects.count()) == (1, 1)


def take_back(client, receipt, reason="A slip of the finger"):
    return client.post(reverse("staff_receipt_take_back", args=[receipt.invoice.number, receipt.pk]), {"reason": reason}, follow=True)


def test_finance_takes_a_booking_back_and_books_the_right_sum(client):
    invoice = money.invoice()
    sign_in(client)
    send(client, invoice, **SLIP, over="9999719900")
    receipt = PaymentReceipt.objects.get()
    shown = client.get(reverse("staff_invoice", args=[invoice.number]))
    asked = reverse("staff_receipt_take_back", args=[invoice.number, receipt.pk])
    assert "EUR\xa099,997,199.00 too much has arrived: return it." in read(shown) and asked in shown.content.decode()
    assert "EUR\xa099,999,999.00, credited on 22 November 2026, bank’s reference BANK-7: take this back only if" in read(client.get(asked))
    shown = read(take_back(client, receipt))
    assert (
        "Taken back. It stays in the record and no longer counts." in shown
        and "took this back on 22 November 2026: A slip of the finger" in shown
    )
    assert (
        "A transfer was booked by mistake: EUR\xa02,800.00 is open." in shown and "Record a transfer" in shown and "too much" not in shown
    )
    assert "Settled. EUR\xa02,800.00 have arrived." in read(send(client, invoice, bank_reference="BANK-7"))
    assert list(PaymentReceipt.objects.order_by("pk").values_list("amount_minor", "taken_back_at")) == [
        (9_999_999_900, NOW),
        (280_000, None),
    ]


def test_part_of_the_right_sum_leaves_the_rest_open(client):
    invoice = money.invoice()
    sign_in(client)
    send(client, invoice)
    take_back(client, PaymentReceipt.objects.get())
    said = "Booked. EUR\xa02,000.00 of EUR\xa02,800.00 have arrived; EUR\xa0800.00 is still open."
    assert said in read(send(client, invoice, amount="2000"))


def test_a_booking_is_not_taken_back_without_a_reason_or_twice(client):
    invoice = money.invoice()
    sign_in(client)
    send(client, invoice)
    receipt = PaymentReceipt.objects.get()
    assert (take_back(client, receipt, " ").status_code, PaymentReceipt.objects.get().taken_back_at) == (422, None)
    take_back(client, receipt)
    again = take_back(client, receipt)
    assert (again.status_code, PaymentReceipt.objects.get().taken_back_at) == (422, NOW)
    assert "Somebody has taken this booking back already." in read(again)


def test_a_booking_is_taken_back_under_its_own_invoice_only(client):
    invoice, other = money.invoice(), money.invoice()
    sign_in(client)
    send(client, invoice)
    address = reverse("staff_receipt_take_back", args=[other.number, PaymentReceipt.objects.get().pk])
    assert (client.get(address).status_code, client.post(address, {"reason": "Mine"}).status_code) == (404, 404)
    assert PaymentReceipt.objects.get().taken_back_at is None


@pytest.mark.parametrize("group", ["Licensing managers", "Legal", "Auditors"])
def test_others_take_no_booking_back(client, group):
    invoice = money.invoice()
    sign_in(client)
    send(client, invoice)
    sign_in(client, group)
    assert "Take it back" not in read(client.get(reverse("staff_invoice", args=[invoice.number])))
    take_back(client, PaymentReceipt.objects.get())
    assert PaymentReceipt.objects.get().taken_back_at is None


@pytest.mark.parametrize("group", ["Licensing managers", "Legal", "Auditors"])
def test_others_read_and_book_nothing(client, group):
    invoice = money.invoice()
    sign_in(client, group)
    page = client.get(reverse("staff_invoice", args=[invoice.number]))
    assert page.status_code == 200 and "Record a transfer" not in read(page)
    send(client, invoice)
    assert PaymentReceipt.objects.count() == 0
    assert client.get(reverse("staff_invoice_document", args=[invoice.number])).status_code == 200


@pytest.mark.parametrize("group", ["Program managers", "Reviewers", "Kit editors", "Editors"])
def test_staff_of_other_rooms_see_no_invoices(client, group):
    invoice = money.invoice()
    sign_in(client, group)
    names = [("staff_invoices", []), ("staff_invoice", [invoice.number]), ("staff_invoice_document", [invoice.number])]
    answers = [client.get(reverse(name, args=args)) for name, args in names]
    assert {answer["Location"] for answer in answers} == {reverse("wagtailadmin_home")}


@pytest.mark.parametrize(
    "asked, found",
    [
        ("INV-2026-0001", True),
        ("RF16 INV2 0260 001", True),
        ("inv20260001", True),
        ("sociedad de prueba", True),
        ("RF99", False),
        ("Nobody", False),
    ],
)
def test_an_invoice_is_found_by_what_a_statement_says(client, asked, found):
    money.invoice()
    sign_in(client)
    page = read(client.get(reverse("staff_invoices"), {"q": asked}))
    assert ("Sociedad de Prueba" in page) is found and ("No invoice here" in page) is not found


def test_an_unknown_number_is_not_found(client):
    sign_in(client)
    assert client.get(reverse("staff_invoice", args=["INV-2026-0999"])).status_code == 404
