"""From a paid page to a settled invoice: once, whoever tells it, however often and in whatever order."""

import os
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta
from itertools import permutations
from math import factorial
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.urls import reverse

from licensing import card_payments, lifecycle
from licensing.history.models import Event
from licensing.models import Arrears, Dispute, Licence, PaymentAttempt, PaymentCase, ProviderEvent, Refund, Settlement
from licensing.payments import stripe_gateway as gateway
from licensing.payments.cards.queries import sums
from portal.core.models import OutboxMessage, SentMail
from tests import build, cards, money
from tests.clock import NOW
from tests.licensing import deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
LATER = cards.LATER


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def signed():
    """A deal whose agreement is executed and whose papers are in: only the money is missing."""
    made = deal.Deal(signers=1)
    made.executed()
    deal.tick(made.terms, at=NOW)
    return made


def settled(invoice):
    """Return (attempts that succeeded, settlements, licences, letters that say so)."""
    letters = SentMail.objects.filter(subject=f"Invoice {invoice.number} is settled").values_list("recipient", flat=True)
    return (
        invoice.attempts.filter(state="succeeded").count(),
        Settlement.objects.filter(invoice=invoice, how="card").count(),
        Licence.objects.count(),
        sorted(letters),
    )


ONCE = (1, 1, 1, ["owner@eco.example"])
NOTHING = (0, 0, 0, [])


def cases():
    return list(PaymentCase.objects.values_list("code", flat=True))


@pytest.mark.row("D6")
def test_a_paid_page_settles_the_invoice_and_begins_the_licence(provider, signed):
    attempt = cards.paid(provider, signed.invoice)
    assert (settled(signed.invoice), cases()) == (ONCE, [])
    assert (attempt.amount_minor, attempt.currency, attempt.paid_at, attempt.key) == (280_000, "EUR", NOW, "INV-2026-0001:280000EUR:1")
    settlement = Settlement.objects.get()
    assert (settlement.received_minor, settlement.shortfall_minor, settlement.by) == (280_000, 0, "system")
    commands = Event.objects.of(signed.invoice).values_list("command", flat=True)
    assert list(commands) == ["card_begin", "card_succeeded", "settle"]


@pytest.mark.check("S20")
def test_the_same_notice_twenty_times_settles_once(provider, signed):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    for _ in range(20):
        assert provider.tell(provider.store.events[-1]).status_code == 200
        provider.work()
    assert (settled(signed.invoice), ProviderEvent.objects.count()) == (ONCE, 1)


def at_once(count, task):
    """Run a task in threads that start together, each on a connection of its own."""
    barrier = Barrier(count)

    def run(_):
        try:
            barrier.wait()
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S20")
def test_twenty_deliveries_at_once_activate_once(provider, signed):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    event = provider.store.events[-1]
    assert {answer.status_code for answer in at_once(20, lambda: provider.tell(event))} == {200}
    assert ProviderEvent.objects.count() == 1
    at_once(20, lambda: card_payments.look_into(ProviderEvent.objects.get().pk, now=NOW))
    at_once(4, provider.work)
    assert (settled(signed.invoice), cases()) == (ONCE, [])
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S21")
def test_notice_return_and_reconciliation_at_once_activate_once(provider, signed, client):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    provider.tell(provider.store.events[-1])
    ways = [
        lambda: provider.work(),
        lambda: card_payments.check(PaymentAttempt.objects.get(), now=NOW),
        lambda: card_payments.reconcile(now=LATER),
    ] * 4
    at_once(len(ways), lambda: ways.pop()())
    provider.work(now=LATER)
    assert (settled(signed.invoice), cases()) == (ONCE, [])


def come_back(client, attempt):
    client.force_login(build.owner_of(attempt.invoice.organisation))
    return client.get(reverse("invoice_payment", args=[attempt.invoice.number, attempt.number]))


@pytest.mark.check("S21")
@pytest.mark.parametrize(
    "order", [("notice", "return"), ("return", "notice"), ("notice",), ("return",), ("reconcile",), ("return", "return")]
)
def test_whoever_tells_first_settles_and_whoever_comes_later_changes_nothing(provider, signed, client, order):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    ways = {
        "notice": provider.tell_all,
        "return": lambda: come_back(client, attempt),
        "reconcile": lambda: card_payments.reconcile(now=LATER),
    }
    for way in order:
        ways[way]()
    provider.work(now=LATER)
    assert settled(signed.invoice) == ONCE


@pytest.mark.check("S21")
def test_reconciliation_leaves_the_young_alone_and_finds_the_old(provider, signed):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    calls = len(provider.server.calls)
    assert card_payments.reconcile(now=NOW + timedelta(minutes=4)) == 0
    assert (len(provider.server.calls), settled(signed.invoice)) == (calls, NOTHING)
    assert card_payments.reconcile(now=LATER) == 1
    provider.work(now=LATER)
    assert settled(signed.invoice) == ONCE
    assert card_payments.reconcile(now=LATER) == 0


@pytest.mark.check("S23")
def test_reconciliation_waits_while_the_provider_is_down(provider, signed):
    attempt = cards.begun(signed.invoice)
    provider.store.pay(attempt.session_id)
    provider.server.troubles = [503, 503]
    assert card_payments.reconcile(now=LATER) == 0
    assert settled(signed.invoice) == NOTHING
    assert card_payments.reconcile(now=LATER + timedelta(minutes=5)) == 1
    assert Settlement.objects.count() == 1


# All orders


STORY = ("completed", "async_failed", "async_succeeded", "refunded", "dispute.created")
MANY = int(os.environ.get("SEQUENCES", "0")) >= factorial(len(STORY))
ORDERS = list(permutations(STORY))[:: 1 if MANY else 7]  # all 120 in ``make soak``


def play(provider, attempt):
    """Play a payment that was promised, failed, arrived after all, was returned in part and taken back; yield what Stripe says after each step."""
    store, session = provider.store, attempt.session_id
    steps = {
        "completed": lambda: store.pay(session, method="customer_balance"),
        "async_failed": lambda: store.fail(session),
        "async_succeeded": lambda: store.arrive(session),
        "refunded": lambda: store.refund_here(session, 80_000),
        "dispute.created": lambda: store.dispute(session, amount=200_000),
    }
    for step in STORY:
        steps[step]()
        yield step, gateway.fetch(session)


def end_state(invoice):
    """Return everything that must not depend on the order: states, sums, what follows, and how often it was said."""
    told = Event.objects.of(invoice).filter(command__in=("settle", "unsettle", "cover", "refund_done", "dispute_open", "card_succeeded"))
    return (
        list(PaymentAttempt.objects.values_list("state", flat=True)),
        list(Refund.objects.values_list("state", "amount_minor", "by_us")),
        list(Dispute.objects.values_list("state", "amount_minor")),
        sums(invoice),
        Settlement.objects.count(),
        Licence.objects.count(),
        list(Arrears.objects.filter(ended_at=None).values_list("cause", flat=True)),
        sorted(cases()),
        sorted(told.values_list("command", flat=True)),
    )


@pytest.fixture
def by_transfer(provider, settings, signed):
    settings.STRIPE_METHODS = ("card", "customer_balance")
    return cards.begun(signed.invoice)


def in_all_orders(words, tell, said=()):
    """Yield each order of the words once all of it is told in a world of its own; orders that begin alike share the telling of their beginning."""
    if len(said) == len(words):
        yield said
        return
    for word in words:
        if word not in said:
            with transaction.atomic():
                tell(word)
                yield from in_all_orders(words, tell, (*said, word))
                transaction.set_rollback(True)


@pytest.mark.check("S21")
def test_all_orders_of_what_was_true_at_some_time_end_alike(provider, signed, by_transfer):
    """The hardest case: each answer of Stripe is booked late, so that old truths come after new ones."""
    told = dict(play(provider, by_transfer))
    orders, ends = set(), []

    def tell(word):
        lifecycle.settle_card(told[word], live=False, now=NOW)

    for order in in_all_orders(STORY, tell):
        for word in (*order[::-1], order[0]):  # every word again
            tell(word)
        orders.add(order)
        if (end := end_state(signed.invoice)) not in ends:
            ends.append(end)
    assert (len(orders), len(ends)) == (factorial(len(STORY)), 1)
    attempts, refunds, disputes, money_, settlements, licences, arrears, raised, said = ends[0]
    assert (attempts, refunds, disputes) == (["succeeded"], [("done", 80_000, False)], [("open", 200_000)])
    assert (money_.received, money_.refunded, money_.taken, settlements, licences, arrears) == (280_000, 0, 80_000, 1, 1, ["taken"])
    assert raised == ["dispute", "refund_elsewhere"]
    assert said == ["card_succeeded", "dispute_open", "refund_done", "settle", "unsettle"]


@pytest.mark.check("S21")
def test_all_orders_of_the_notices_end_alike(provider, signed, by_transfer):
    """In the order given, no notice before it is true, and all of them again twice; Stripe answers each time as it stands by then."""
    kinds = {"charge.refunded": "refunded", "charge.dispute.created": "dispute.created"}
    store, ends = provider.store, []
    begun = deepcopy((store.rows, store.events))

    def tell(word):
        events = {kinds.get(event["type"], event["type"].rpartition(".")[2].replace("_payment", "")): event for event in store.events}
        assert provider.tell(events[word]).status_code == 200
        provider.work()

    for order in ORDERS:
        store.rows, store.events = deepcopy(begun)
        with transaction.atomic():
            waiting, happened = list(order), set()
            for word, _ in play(provider, by_transfer):
                happened.add(word)
                while waiting and waiting[0] in happened:
                    tell(waiting.pop(0))
            for word in (*order[::-1], *order):
                tell(word)
            end = (ProviderEvent.objects.count(), *end_state(signed.invoice))
            transaction.set_rollback(True)
        if end not in ends:
            ends.append(end)
    assert (len(ends), ends[0][0], ends[0][5:8]) == (1, len(STORY), (1, 1, ["taken"]))


# What does not fit


@pytest.fixture
def open_page(provider, signed):
    return cards.begun(signed.invoice)


def nothing_but_a_case(invoice, code, provider):
    provider.tell_all()
    provider.work()
    assert (settled(invoice), cases()) == (NOTHING, [code])
    assert list(invoice.attempts.values_list("state", flat=True)) == ["created"]
    provider.tell_all()
    assert cases() == [code]


@pytest.mark.check("S22")
@pytest.mark.parametrize(
    "change, code",
    [
        ({"amount_total": 1}, "wrong_amount"),
        ({"amount_total": None}, "wrong_amount"),
        ({"amount_total": 280_001}, "wrong_amount"),
        ({"currency": "usd"}, "wrong_currency"),
        ({"currency": None}, "wrong_currency"),
        ({"livemode": True}, "wrong_mode"),
        ({"client_reference_id": "INV-2026-0002:280000EUR:1"}, "unknown_reference"),
        ({"client_reference_id": None}, "unknown_reference"),
        ({"payment_status": "unpaid", "status": "open"}, "unpaid"),
    ],
)
def test_a_payment_that_does_not_fit_is_nothing_but_a_case_for_finance(provider, signed, open_page, change, code):
    provider.store.pay(open_page.session_id)
    provider.store.rows[open_page.session_id].update(change)
    nothing_but_a_case(signed.invoice, code, provider)


@pytest.mark.check("S22")
def test_a_payment_of_another_sum_than_asked_for_is_a_case(provider, signed, open_page):
    provider.store.pay(open_page.session_id, amount=1)
    nothing_but_a_case(signed.invoice, "wrong_amount", provider)


@pytest.mark.check("S22")
@pytest.mark.parametrize("change, code", [({"livemode": True}, "wrong_mode"), ({"account": "acct_somebody"}, "other_account")])
def test_a_notice_of_the_other_mode_or_another_account_asks_nothing_and_books_nothing(provider, signed, open_page, change, code):
    provider.store.pay(open_page.session_id)
    provider.store.events[-1].update(change)
    calls = len(provider.server.calls)
    nothing_but_a_case(signed.invoice, code, provider)
    assert len(provider.server.calls) == calls


@pytest.mark.check("S22")
def test_a_test_notice_books_nothing_where_real_money_moves(provider, signed, open_page, settings):
    provider.store.pay(open_page.session_id)
    settings.STRIPE_SECRET_KEY = provider.server.key = "sk_live_demo"
    nothing_but_a_case(signed.invoice, "wrong_mode", provider)


@pytest.mark.check("S22")
def test_a_session_that_stripe_does_not_know_is_a_case(provider, signed, open_page):
    provider.store.pay(open_page.session_id)
    provider.store.events[-1]["data"]["object"]["id"] = "cs_invented"
    nothing_but_a_case(signed.invoice, "unknown_payment", provider)


@pytest.mark.check("S22")
def test_a_charge_of_something_else_in_the_same_account_is_a_case(provider, signed, open_page):
    session = cards.session_of_somebody(provider.store)
    provider.store.pay(session["id"])
    provider.store.refund_here(session["id"])
    provider.tell_all()
    assert (settled(signed.invoice), set(cases())) == (NOTHING, {"unknown_reference"})
    assert Refund.objects.count() == 0


@pytest.mark.check("S22")
def test_a_page_of_somebody_else_that_names_our_reference_settles_nothing(provider, signed, open_page):
    """Whoever may open pages in the account cannot make another page pay our invoice once we know its own."""
    session = cards.session_of_somebody(provider.store, reference=open_page.key)
    provider.store.pay(session["id"])
    nothing_but_a_case(signed.invoice, "unknown_reference", provider)


@pytest.mark.check("S22")
def test_a_promised_transfer_is_processed_and_settles_only_when_it_arrives(provider, signed, by_transfer):
    provider.store.pay(by_transfer.session_id, method="customer_balance")
    provider.tell_all()
    assert (settled(signed.invoice), cases()) == (NOTHING, [])
    assert signed.invoice.attempts.get().state == "processing"
    provider.store.arrive(by_transfer.session_id)
    provider.tell_all()
    assert (settled(signed.invoice), cases()) == (ONCE, [])


def test_a_promised_transfer_that_fails_leaves_the_invoice_open_for_another_try(provider, signed, by_transfer):
    provider.store.pay(by_transfer.session_id, method="customer_balance")
    provider.store.fail(by_transfer.session_id)
    provider.tell_all()
    assert (signed.invoice.attempts.get().state, settled(signed.invoice)) == ("failed", NOTHING)
    second = cards.begun(signed.invoice)
    assert (second.number, second.state) == (2, "created")


def test_a_page_that_was_left_is_canceled_and_the_next_is_a_new_one(provider, signed, open_page):
    provider.store.expire(open_page.session_id)
    provider.tell_all()
    assert (signed.invoice.attempts.get().state, cases()) == ("canceled", [])
    assert cards.begun(signed.invoice).number == 2


# Money that meets other money


def transfer(invoice, amount_minor):
    lifecycle.receive_payment(invoice.pk, money.receipt(amount_minor), by=money.finance(), now=NOW)


def test_what_a_transfer_left_open_is_paid_by_card(provider, signed):
    transfer(signed.invoice, 100_000)
    attempt = cards.paid(provider, signed.invoice)
    assert (attempt.amount_minor, Settlement.objects.get().received_minor) == (180_000, 280_000)


@pytest.mark.check("S24")
def test_a_page_is_closed_when_a_transfer_settles_the_invoice(provider, signed, open_page):
    transfer(signed.invoice, 280_000)
    provider.work()
    assert provider.store.rows[open_page.session_id]["status"] == "expired"
    provider.tell_all()
    assert signed.invoice.attempts.get().state == "canceled"


@pytest.mark.check("S24")
def test_paid_by_card_and_by_transfer_is_settled_once_and_put_before_finance(provider, signed, open_page):
    provider.store.pay(open_page.session_id)
    transfer(signed.invoice, 280_000)
    provider.tell_all()
    assert (Settlement.objects.count(), Licence.objects.count(), cases()) == (1, 1, ["paid_twice"])
    assert sums(signed.invoice).held == 560_000


@pytest.mark.check("S24")
def test_money_for_a_cancelled_invoice_is_put_before_finance(provider):
    invoice = money.invoice()
    attempt = cards.begun(invoice)
    provider.store.pay(attempt.session_id)
    lifecycle.void_agreement(invoice.terms.agreements.get().pk, by=build.actor(build.staff("Legal")), now=NOW, reason="Wrong territory")
    provider.tell_all()
    assert (Settlement.objects.count(), cases()) == (0, ["paid_cancelled"])
    assert invoice.attempts.get().state == "succeeded"


def test_nothing_is_asked_where_no_cards_are_taken(provider, signed, open_page, settings):
    settings.STRIPE_SECRET_KEY = ""
    calls = len(provider.server.calls)
    assert (card_payments.reconcile(now=LATER), len(provider.server.calls)) == (0, calls)
