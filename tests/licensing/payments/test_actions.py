"""An invoice from its opening to its settlement or cancellation, and what may not happen to it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from licensing import lifecycle
from licensing.history.models import Event
from licensing.models import Licence
from licensing.organisations import actions as organisations
from licensing.payments import actions, drawing
from licensing.payments.models import BillingDetails, Invoice, PaymentReceipt, Settlement
from licensing.payments.rules import NotAllowed
from licensing.terms import actions as offers
from licensing.terms.rules import State
from portal.core import numbers, private_files
from portal.core.models import NumberSeries, OutboxMessage
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
LATER = NOW + timedelta(days=5)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Invoice, PaymentReceipt, Settlement, Event, OutboxMessage, Licence))


def refused(code: str, act, *args, **facts) -> dict:
    before = rows()
    with pytest.raises(NotAllowed) as error:
        act(*args, **facts)
    assert (error.value.code, rows()) == (code, before)
    return error.value.facts


def pay(invoice, amount_minor, *, by=None, now=LATER, **facts):
    return lifecycle.receive_payment(invoice.pk, money.receipt(amount_minor, invoice.currency, **facts), by=by or money.finance(), now=now)


@pytest.mark.row("D6")
def test_the_invoice_copies_all_it_says():
    invoice = money.invoice()
    assert (invoice.number, invoice.kind, invoice.reference) == ("INV-2026-0001", "invoice", "RF16INV20260001")
    assert (invoice.issued_on, invoice.due_on, invoice.opened_at, invoice.language) == (NOW.date(), date(2026, 12, 22), NOW, "en")
    assert (invoice.currency, invoice.gross_minor, invoice.waived_minor, invoice.total_minor, invoice.waiver_text) == (
        "EUR",
        280_000,
        0,
        280_000,
        "",
    )
    assert invoice.lines == [
        {
            "unit": "licence", "label": "License fee", "description": "License fee: QTP1-L", "quantity": 1, "price_minor": 280_000,
            "amount_minor": 280_000, "note": "High income, World Bank list of 24 January 2023, schedule FS-2026",
        }
    ]  # fmt: skip
    assert invoice.buyer == {
        "name": "Sociedad de Prueba (DEMO)", "address": "1 Sample Road (DEMO)", "registration": "DEMO-1, Registry (DEMO)",
        "tax_number": "NIF G-00000000 (DEMO)", "purchase_order": "",
    }  # fmt: skip
    assert (invoice.seller["account"], invoice.seller["bank"]) == ("XX00 DEMO 0000 0000", "Demo Bank")
    assert invoice.purpose == "Offering QTP1-L (DEMO); Spain; A-2026-0001"
    assert list(Event.objects.of(invoice).values_list("command", "to_state")) == [("open", "open")]


def test_the_stored_paper_is_the_hashed_one_and_the_row_gives_the_same_bytes():
    invoice = money.invoice()
    stored = private_files.content_of(invoice.document_key)
    assert stored[:5] == b"%PDF-"
    assert hashlib.sha256(stored).hexdigest() == invoice.document_sha256
    assert lifecycle._printed(drawing.text_of(invoice), at=invoice.opened_at) == stored


def test_later_changes_of_the_account_leave_the_invoice_alone():
    invoice = money.invoice()
    details = BillingDetails.load()
    details.account = "XX99 OTHER"
    details.save()
    invoice.refresh_from_db()
    assert invoice.seller["account"] == "XX00 DEMO 0000 0000"


@pytest.mark.parametrize("change", [{"total_minor": 1}, {"buyer": {}}, {"document_sha256": "0" * 64}])
@pytest.mark.row("D6")
def test_an_invoice_is_never_changed(change):
    invoice = money.invoice()
    with pytest.raises(DatabaseError, match="invoice_append_only"), transaction.atomic():
        Invoice.objects.update(**change)
    invoice.refresh_from_db()
    assert (invoice.total_minor, invoice.buyer["name"]) == (280_000, "Sociedad de Prueba (DEMO)")


def test_a_spanish_organisation_gets_a_spanish_invoice():
    organisation = build.society("Fundación (DEMO)", language="es")
    invoice = money.invoice(organisation=organisation)
    assert invoice.language == "es"
    assert invoice.purpose == "Oferta QTP1-L (DEMO); España; A-2026-0001"


def test_a_language_without_invoices_is_invoiced_in_english():
    assert money.invoice(organisation=build.society("Société (DEMO)", language="fr")).language == "en"


def test_the_whole_sum_settles_it():
    invoice = money.invoice()
    pay(invoice, 280_000)
    settlement = invoice.settlement
    assert (settlement.how, settlement.received_minor, settlement.shortfall_minor, settlement.settled_at) == ("transfer", 280_000, 0, LATER)
    assert actions.is_settled(invoice.terms)
    assert list(Event.objects.of(invoice).values_list("command", "to_state")) == [
        ("open", "open"),
        ("receive", "settled"),
        ("settle", "settled"),
    ]


@pytest.mark.parametrize("amount, settled, short", [(278_500, True, 1_500), (275_000, True, 5_000), (274_999, False, None)])
@pytest.mark.row("D4")
def test_a_transfer_short_by_bank_charges_settles(amount, settled, short):
    invoice = money.invoice()
    pay(invoice, amount)
    assert actions.is_settled(invoice.terms) is settled
    assert [row.shortfall_minor for row in Settlement.objects.all()] == ([short] if settled else [])


@pytest.mark.row("D4")
def test_two_transfers_add_up():
    invoice = money.invoice()
    pay(invoice, 100_000)
    assert not actions.is_settled(invoice.terms)
    assert Invoice.objects.with_received().get().received_minor == 100_000
    pay(invoice, 179_000, reference="BANK-2")
    assert (invoice.settlement.received_minor, invoice.settlement.shortfall_minor) == (279_000, 1_000)


def test_more_than_the_total_settles_too():
    invoice = money.invoice()
    pay(invoice, 300_000, over_minor=20_000)
    assert (invoice.settlement.received_minor, invoice.settlement.shortfall_minor) == (300_000, 0)


@pytest.mark.parametrize("amount, said", [(300_000, 0), (300_000, 19_999), (9_999_999_900, 20_000), (280_001, 0)])
@pytest.mark.check("S24")
def test_more_than_is_open_is_booked_only_where_exactly_that_was_said(amount, said):
    invoice, by = money.invoice(), money.finance()
    facts = refused("overpays", pay, invoice, amount, by=by, over_minor=said)
    assert facts == {"over_minor": amount - 280_000, "left_minor": 280_000, "currency": "EUR"}


def test_what_has_arrived_before_counts_when_more_than_is_open_arrives():
    invoice, by = money.invoice(), money.finance()
    pay(invoice, 200_000, by=by)
    facts = refused("overpays", pay, invoice, 100_000, by=by, reference="BANK-2", over_minor=0)
    assert facts == {"over_minor": 20_000, "left_minor": 80_000, "currency": "EUR"}
    pay(invoice, 100_000, by=by, reference="BANK-2", over_minor=20_000)
    assert (invoice.settlement.received_minor, invoice.settlement.shortfall_minor) == (300_000, 0)


@pytest.mark.check("S24")
def test_an_invoice_is_settled_once():
    invoice, by = money.invoice(), money.finance()
    pay(invoice, 280_000, by=by)
    facts = refused("already_settled", pay, invoice, 280_000, by=by, reference="BANK-2")
    assert facts == {"number": "INV-2026-0001"}


@pytest.mark.parametrize(
    "receipt, code",
    [
        (money.receipt(280_000, "USD"), "wrong_currency"),
        (money.receipt(0), "no_amount"),
        (money.receipt(-1), "no_amount"),
        (money.receipt(280_000, on=LATER.date() + timedelta(days=1)), "in_the_future"),
        (money.receipt(280_000, reference="  "), "no_bank_reference"),
    ],
)
@pytest.mark.check("S24")
def test_money_that_cannot_be_booked_is_refused(receipt, code):
    invoice, by = money.invoice(), money.finance()
    refused(code, lifecycle.receive_payment, invoice.pk, receipt, by=by, now=LATER)


@pytest.mark.check("S24")
def test_nobody_books_the_money_of_their_own_organisation():
    invoice = money.invoice()
    both = build.staff("Finance")
    organisations.join(invoice.organisation_id, both, ["observer"], by=money.applicant(invoice.terms), now=NOW)
    refused("own_organisation", pay, invoice, 280_000, by=build.actor(both))


@pytest.mark.check("S24")
def test_a_transfer_is_booked_once_in_the_house():
    one, two, by = money.invoice(), money.invoice(), money.finance()
    pay(one, 280_000, by=by)
    refused("bank_reference_used", pay, two, 280_000, by=by)
    assert not actions.is_settled(two.terms)


@pytest.mark.row("D5")
def test_a_waiver_of_all_of_it_is_a_zero_invoice_settled_at_once():
    terms, by, second = money.drafted(at="IN"), money.manager(), money.manager()
    waiver = offers.request_waiver(terms.pk, percent=100, reason="Public hospitals only.", by=by, now=NOW)
    offers.decide_waiver(waiver.pk, approve=True, by=second, now=NOW)
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    money.accept(terms)
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.gross_minor, invoice.waived_minor, invoice.total_minor) == ("INV-2026-0001", 90_000, 90_000, 0)
    assert [(line["description"], line["amount_minor"]) for line in invoice.lines] == [
        ("License fee: QTP1-L", 90_000),
        ("Fee waiver, 100%", -90_000),
    ]
    assert (
        invoice.waiver_text == f"100% of the fee is waived. Reason: Public hospitals only. Approved by {second.label} on 22 November 2026."
    )
    assert (invoice.settlement.how, invoice.settlement.received_minor, invoice.settlement.shortfall_minor) == ("waiver", 0, 0)
    assert actions.is_settled(terms)


def test_a_low_income_place_gets_a_zero_invoice_without_a_waiver():
    invoice = money.invoice(at="SY")
    assert (invoice.total_minor, invoice.waiver_text, invoice.settlement.how) == (0, "No fee is due in this income group.", "waiver")


def test_part_of_the_fee_waived_is_part_of_the_invoice():
    terms, by = money.drafted(at="IN"), money.manager()
    waiver = offers.request_waiver(terms.pk, percent=75, reason="Public hospitals", by=by, now=NOW)
    offers.decide_waiver(waiver.pk, approve=True, by=money.manager(), now=NOW)
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    money.accept(terms)
    invoice = Invoice.objects.get()
    assert (invoice.gross_minor, invoice.waived_minor, invoice.total_minor) == (90_000, 67_500, 22_500)
    assert not actions.is_settled(terms)
    pay(invoice, 22_500)
    assert actions.is_settled(terms)


@pytest.mark.row("D6")
def test_voiding_the_agreement_cancels_the_invoice_by_a_credit_note():
    invoice = money.invoice()
    legal = build.actor(build.staff("Legal"))
    lifecycle.void_agreement(invoice.terms.agreements.get().pk, by=legal, now=LATER, reason="Wrong territory")
    note = Invoice.objects.get(kind="credit_note")
    assert (note.number, note.cancels, note.total_minor, note.currency, note.issued_on) == (
        "CN-2026-0001",
        invoice,
        280_000,
        "EUR",
        LATER.date(),
    )
    assert private_files.content_of(note.document_key)[:5] == b"%PDF-"
    assert list(Event.objects.of(invoice).values_list("command", "to_state", "reason")) == [
        ("open", "open", ""),
        ("credit", "cancelled", "Wrong territory"),
    ]
    assert not actions.is_settled(invoice.terms)
    refused("cancelled", pay, invoice, 280_000, by=money.finance())
    refused("credit_note", pay, note, 280_000, by=money.finance())
    invoice.terms.refresh_from_db()
    assert invoice.terms.state == "superseded"


def test_after_a_credit_note_the_new_offer_is_invoiced_anew():
    invoice = money.invoice()
    terms = invoice.terms
    lifecycle.void_agreement(terms.agreements.get().pk, by=build.actor(build.staff("Legal")), now=NOW, reason="Wrong territory")
    new = offers.redraft(terms.pk, by=money.manager(), now=LATER)
    lifecycle.issue_terms(new.pk, by=money.manager(), now=LATER)
    money.accept(new, now=LATER)
    assert list(Invoice.objects.order_by("pk").values_list("number", flat=True)) == ["INV-2026-0001", "CN-2026-0001", "INV-2026-0002"]


def test_one_invoice_stands_for_an_offer():
    invoice = money.invoice()
    refused("already_invoiced", actions.open_invoice, invoice.terms, render=lifecycle._printed, by=money.finance(), now=NOW)


@pytest.mark.row("D6")
def test_a_number_that_was_rolled_back_is_given_out_again():
    terms = money.terms_at(State.ISSUED)
    with pytest.raises(RuntimeError, match="the power went"), transaction.atomic():
        money.accept(terms)
        raise RuntimeError("the power went")
    assert (Invoice.objects.count(), NumberSeries.objects.filter(code__startswith="INV").count()) == (0, 0)
    money.accept(terms)
    assert Invoice.objects.get().number == "INV-2026-0001"


def test_the_series_begins_anew_each_year():
    assert [numbers.take("INV", now=now) for now in (NOW, NOW + timedelta(days=60), NOW)] == [
        "INV-2026-0001",
        "INV-2027-0001",
        "INV-2026-0002",
    ]


def test_only_those_who_see_money_see_invoices():
    invoice = money.invoice()
    organisation = invoice.organisation
    finance, faculty = build.person(organisation, "finance"), build.person(organisation, "faculty")
    stranger = build.owner_of(build.society("Other (DEMO)"))
    users = (build.owner_of(organisation), finance, faculty, stranger)
    assert [Invoice.objects.visible_to(user).count() for user in users] == [1, 1, 0, 0]


def test_what_waits_and_what_is_overdue():
    invoice = money.invoice()
    assert [Invoice.objects.overdue(invoice.due_on + timedelta(days=days)).count() for days in (0, 1)] == [0, 1]
    pay(invoice, 280_000)
    assert (Invoice.objects.waiting().count(), Invoice.objects.overdue(date(2030, 1, 1)).count()) == (0, 0)


def together(tasks) -> list:
    """Run the tasks in threads that start at once, each on a connection of its own; return results or errors in order."""
    barrier = Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait()
            return task()
        except NotAllowed as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.row("D6")
def test_twenty_threads_take_twenty_numbers_without_a_gap():
    def take(fail: bool):
        try:
            with transaction.atomic():
                number = numbers.take("INV", now=NOW)
                if fail:
                    raise RuntimeError
                return number
        except RuntimeError:
            return None

    taken = together([lambda fail=index % 4 == 3: take(fail) for index in range(20)])
    assert sorted(filter(None, taken)) == [f"INV-2026-{number:04d}" for number in range(1, 16)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S24")
def test_two_who_book_the_same_money_at_once_settle_it_once():
    invoice, by = money.invoice(), money.finance()
    outcome = together([lambda index=index: pay(invoice, 280_000, by=by, reference=f"BANK-{index}").pk for index in range(4)])
    assert sorted(map(str, outcome)) == sorted([str(invoice.pk), *["already_settled"] * 3])
    assert (Settlement.objects.count(), PaymentReceipt.objects.count()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_transfer_booked_on_two_invoices_at_once_is_booked_once():
    invoices, by = [money.invoice(), money.invoice()], money.finance()
    outcome = together([lambda invoice=invoice: pay(invoice, 280_000, by=by).pk for invoice in invoices])
    assert sum(code == "bank_reference_used" for code in outcome) == 1
    assert (Settlement.objects.count(), PaymentReceipt.objects.count()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_open_one_invoice():
    terms = money.terms_at(State.ISSUED)
    owner = money.ready_for_agreement(terms)
    results = together([lambda: _accept_or_code(terms, owner) for _ in range(3)])
    assert sorted(results) == ["accepted", "wrong_state", "wrong_state"]
    assert list(Invoice.objects.values_list("number", flat=True)) == ["INV-2026-0001"]


def _accept_or_code(terms, owner) -> str:
    try:
        return lifecycle.accept_terms(terms.pk, by=owner, now=NOW).state
    except offers.NotAllowed as error:
        return error.code
