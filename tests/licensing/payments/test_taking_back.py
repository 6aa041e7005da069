"""A transfer booked by mistake is taken back: it stays in the record, no longer counts, and what follows is what follows from arrears."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from licensing import lifecycle
from licensing.conditions import conditions
from licensing.entitlements.rules import LicenceStatus
from licensing.history.models import Event
from licensing.models import Arrears, Licence
from licensing.organisations import actions as organisations
from licensing.payments import actions
from licensing.payments.models import Invoice, PaymentReceipt, Settlement
from licensing.payments.rules import NotAllowed
from licensing.payments.taking_back import take_back
from portal.core.models import OutboxMessage
from tests import build, money
from tests.clock import NOW
from tests.licensing import deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("S24")]
LATER = NOW + timedelta(days=1)
SLIP = 9_999_999_900


def pay(invoice, amount_minor, *, now=NOW, **facts):
    over = max(0, amount_minor - actions.left_minor(invoice))
    receipt = money.receipt(amount_minor, invoice.currency, over_minor=over, **facts)
    lifecycle.receive_payment(invoice.pk, receipt, by=money.finance(), now=now)
    return PaymentReceipt.objects.latest("pk")


def undo(receipt, *, by=None, reason="A slip of the finger", now=LATER):
    return take_back(receipt.pk, reason=reason, by=by or money.finance(), now=now)


def money_of(invoice):
    """Return (what is with us, why it no longer settles, what is left to pay, whether it waits for money)."""
    row = Invoice.objects.with_received().get(pk=invoice.pk)
    return (row.received_minor, row.uncovered, actions.left_minor(row), Invoice.objects.waiting().filter(pk=row.pk).exists())


def told(invoice) -> list[tuple[str, str]]:
    return list(Event.objects.of(invoice).values_list("command", "to_state"))


def refused(code, receipt, **facts):
    def rows():
        return (
            list(PaymentReceipt.objects.values_list("taken_back_at", flat=True)),
            Arrears.objects.count(),
            OutboxMessage.objects.count(),
        )

    before = rows()
    with pytest.raises(NotAllowed) as error:
        undo(receipt, **facts)
    assert (error.value.code, rows()) == (code, before)


def test_what_was_booked_by_mistake_stays_in_the_record_with_who_when_and_why():
    invoice, by = money.invoice(), money.finance()
    receipt = pay(invoice, SLIP)
    undo(receipt, by=by)
    receipt.refresh_from_db()
    assert (receipt.amount_minor, receipt.bank_reference, receipt.taken_back_at) == (SLIP, "BANK-1", LATER)
    event = Event.objects.of(invoice).get(command="take_back")
    assert (event.actor_id, event.reason, event.recorded_at, event.visibility) == (
        by.user_id,
        "A slip of the finger",
        LATER,
        "organisation",
    )
    assert event.payload == {
        "receipt": receipt.pk,
        "bank_reference": "BANK-1",
        "amount_minor": SLIP,
        "currency": "EUR",
        "received_minor": 0,
    }
    with pytest.raises(DatabaseError, match="receipt_append_only"), transaction.atomic():
        PaymentReceipt.objects.update(taken_back_at=None)


def test_an_invoice_that_was_settled_by_a_mistake_waits_for_its_money_again():
    invoice = money.invoice()
    undo(pay(invoice, SLIP))
    assert money_of(invoice) == (0, "unbooked", 280_000, True)
    assert not actions.is_settled(invoice.terms)
    assert (Settlement.objects.count(), Arrears.objects.get().cause, Arrears.objects.get().ended_at) == (1, "unbooked", None)
    assert told(invoice)[-2:] == [("take_back", ""), ("unsettle", "open")]


def test_the_same_transfer_is_booked_again_with_the_right_sum():
    invoice = money.invoice()
    undo(pay(invoice, SLIP))
    pay(invoice, 280_000, now=LATER)
    assert (money_of(invoice), actions.is_settled(invoice.terms)) == ((280_000, None, 0, False), True)
    assert (Settlement.objects.count(), Arrears.objects.get().ended_at, told(invoice)[-1]) == (1, LATER, ("cover", "settled"))
    assert list(PaymentReceipt.objects.order_by("pk").values_list("bank_reference", "amount_minor", "taken_back_at")) == [
        ("BANK-1", SLIP, LATER),
        ("BANK-1", 280_000, None),
    ]


def test_a_reference_that_still_counts_is_not_booked_again():
    invoice, by = money.invoice(), money.finance()
    undo(pay(invoice, 100_000))
    pay(invoice, 90_000)
    with pytest.raises(NotAllowed) as error:
        lifecycle.receive_payment(invoice.pk, money.receipt(90_000), by=by, now=NOW)
    assert (error.value.code, PaymentReceipt.objects.count()) == ("bank_reference_used", 2)


@pytest.mark.parametrize("amount, left", [(278_500, 0), (275_000, 0), (274_999, 5_001)])
def test_the_right_sum_may_be_short_by_bank_charges_as_the_first_might(amount, left):
    invoice = money.invoice()
    undo(pay(invoice, SLIP))
    pay(invoice, amount, now=LATER)
    assert money_of(invoice) == (amount, None if not left else "unbooked", left, bool(left))


def test_what_was_accepted_as_bank_charges_by_mistake_is_due_again():
    invoice = money.invoice()
    undo(pay(invoice, 278_500))
    assert money_of(invoice) == (0, "unbooked", 280_000, True)


def test_part_of_the_money_taken_back_leaves_an_open_invoice_and_tells_nobody_of_arrears():
    invoice = money.invoice()
    receipt = pay(invoice, 100_000)
    pay(invoice, 50_000, reference="BANK-2")
    undo(receipt)
    assert (money_of(invoice), Arrears.objects.count()) == ((50_000, None, 230_000, True), 0)
    pay(invoice, 230_000)
    assert (Settlement.objects.get().received_minor, actions.is_settled(invoice.terms)) == (280_000, True)


def test_an_invoice_that_stays_covered_stays_settled():
    invoice = money.invoice()
    slip = pay(invoice, 20_000)
    pay(invoice, 280_000, reference="BANK-2")
    undo(slip)
    assert (money_of(invoice), Arrears.objects.count(), told(invoice)[-1]) == ((280_000, None, 0, False), 0, ("take_back", ""))


def test_on_a_cancelled_invoice_nothing_is_due_again():
    invoice = money.invoice()
    receipt = pay(invoice, 280_000)
    legal = build.actor(build.staff("Legal"))
    lifecycle.void_agreement(invoice.terms.agreements.get().pk, by=legal, now=NOW, reason="Wrong territory")
    undo(receipt)
    assert (Arrears.objects.count(), Invoice.objects.with_received().get(pk=invoice.pk).received_minor) == (0, 0)


def test_a_licence_that_has_begun_goes_on():
    made = deal.Deal(signers=1)
    made.executed()
    deal.tick(made.terms, at=NOW)
    undo(pay(made.invoice, 280_000))
    assert (Licence.objects.get().status(at=LATER), money_of(made.invoice)[1]) == (LicenceStatus.ACTIVE, "unbooked")


def test_a_licence_that_has_not_begun_waits_for_the_right_sum():
    made = deal.Deal(signers=1)
    deal.tick(made.terms, at=NOW)
    undo(pay(made.invoice, SLIP))
    agreement = made.executed()
    payment = conditions(made.terms, agreement, language="en")[1]
    assert (Licence.objects.count(), payment.met_at) == (0, None)
    assert payment.note == "EUR\xa02,800.00 due by 22 November 2026, invoice INV-2026-0001"
    pay(made.invoice, 280_000, now=LATER)
    assert Licence.objects.get().valid_from == LATER
    assert conditions(made.terms, agreement, language="en")[1].note == "EUR\xa02,800.00 received"


def test_a_booking_is_taken_back_once():
    receipt = pay(money.invoice(), 280_000)
    undo(receipt)
    refused("already_taken_back", receipt)


def test_a_booking_is_not_taken_back_without_a_reason():
    refused("no_reason", pay(money.invoice(), 280_000), reason="  ")


def test_nobody_takes_back_the_money_of_their_own_organisation():
    invoice = money.invoice()
    receipt, both = pay(invoice, 280_000), build.staff("Finance")
    organisations.join(invoice.organisation_id, both, ["observer"], by=money.applicant(invoice.terms), now=NOW)
    refused("own_organisation", receipt, by=build.actor(both))
