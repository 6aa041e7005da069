"""Money that goes back: refunds by two people, refunds and disputes from elsewhere, and what they leave behind."""

import pytest
from django.db import IntegrityError, transaction

from licensing import card_payments, lifecycle
from licensing.conditions import conditions
from licensing.entitlements.rules import LicenceStatus
from licensing.models import Arrears, Licence, PaymentCase, Refund, Settlement
from licensing.payments import actions as payments
from licensing.payments.cards import returns
from licensing.payments.models import Invoice
from licensing.payments.rules import NotAllowed
from portal.core.models import OutboxMessage, SentMail
from tests import build, cards, money
from tests.clock import NOW
from tests.licensing import deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("S24")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def attempt(provider):
    """A licence that is paid by card."""
    made = deal.Deal(signers=1)
    made.executed()
    deal.tick(made.terms, at=NOW)
    return cards.paid(provider, made.invoice)


def ask(attempt, amount=80_000, by=None, reason="Two workshops were canceled"):
    return returns.request_refund(attempt.pk, amount, reason=reason, by=by or money.finance(), now=NOW)


def approve(refund, by=None, **facts):
    return returns.decide_refund(refund.pk, **{"approve": True, "by": by or money.finance(), "now": NOW, **facts})


def refused(code, act, *args, **facts):
    before = (list(Refund.objects.values_list("state", flat=True)), OutboxMessage.objects.count())
    with pytest.raises(NotAllowed) as error:
        act(*args, **facts)
    assert (error.value.code, (list(Refund.objects.values_list("state", flat=True)), OutboxMessage.objects.count())) == (code, before)


def calls(provider, path="/v1/refunds"):
    return sum(call[:2] == ("POST", path) for call in provider.server.calls)


def status():
    return Licence.objects.get().status(at=NOW)


def money_of(invoice):
    """Return (what is with us, why it no longer settles, what is left to pay, whether it waits for money)."""
    row = Invoice.objects.with_received().get(pk=invoice.pk)
    return (row.received_minor, row.uncovered, payments.left_minor(row), Invoice.objects.waiting().filter(pk=row.pk).exists())


def cases():
    return list(PaymentCase.objects.values_list("code", flat=True))


@pytest.mark.check("S9")
def test_a_refund_takes_two_people_and_leaves_the_licence_alone(provider, attempt):
    first, second = money.finance(), money.finance()
    refund = ask(attempt, by=first)
    provider.work()
    assert (refund.state, calls(provider)) == ("requested", 0)
    refused("asked_yourself", approve, refund, by=first)
    approve(refund, by=second)
    provider.work()
    refund.refresh_from_db()
    assert (refund.state, refund.by_us, calls(provider), cases()) == ("done", True, 1, [])
    assert (refund.requested_by_id, refund.decided_by_id) == (first.user_id, second.user_id)
    assert (status(), money_of(attempt.invoice)) == (LicenceStatus.ACTIVE, (200_000, "refunded", 80_000, False))
    assert SentMail.objects.filter(subject="Money of invoice INV-2026-0001 is returned to you", recipient="owner@eco.example").count() == 1
    assert not SentMail.objects.filter(subject="Invoice INV-2026-0001 is to be paid again").exists()


def test_the_same_refund_told_again_and_again_is_one(provider, attempt):
    refund = approve(ask(attempt))
    provider.work()
    for _ in range(3):
        provider.tell_all()
        card_payments.give_back(refund.pk, now=NOW)
        card_payments.check(attempt, now=NOW)
    assert (Refund.objects.count(), calls(provider), money_of(attempt.invoice)[0]) == (1, 1, 200_000)


@pytest.mark.check("S23")
def test_a_lost_answer_does_not_return_the_money_twice(provider, attempt):
    approve(ask(attempt))
    provider.server.troubles = ["lost"]
    provider.work()
    assert calls(provider) == 2  # the SDK asked again with the same key
    assert [row["amount"] for row in provider.store.all("refund")] == [80_000]
    assert Refund.objects.get().state == "done"


def test_a_refund_the_provider_declines_is_failed_and_put_before_finance(provider, attempt):
    refund = ask(attempt)
    provider.store.refund_here(attempt.session_id)  # somebody returned all of it at Stripe meanwhile, unknown to us
    approve(refund)
    provider.work()
    refund.refresh_from_db()
    assert (refund.state, "refund_failed" in cases()) == ("failed", True)


def test_a_refund_that_comes_back_covers_the_invoice_again(provider, attempt):
    approve(ask(attempt))
    provider.work()
    provider.store.refund_fails(provider.store.all("refund")[0]["id"])
    provider.tell_all()
    assert (Refund.objects.get().state, money_of(attempt.invoice), cases()) == ("failed", (280_000, None, 0, False), ["refund_failed"])
    assert Arrears.objects.get().ended_at == NOW


@pytest.mark.parametrize("amount, code", [(0, "no_amount"), (-1, "no_amount"), (280_001, "too_much"), (10**15, "too_much")])
def test_no_more_is_returned_than_was_taken(provider, attempt, amount, code):
    refused(code, ask, attempt, amount)


def test_what_is_asked_for_already_is_not_there_to_be_asked_for_again(provider, attempt):
    ask(attempt, 200_000)
    refused("too_much", ask, attempt, 80_001)
    ask(attempt, 80_000)


def test_a_refund_needs_a_reason_and_a_refusal_too(provider, attempt):
    refused("no_reason", ask, attempt, reason=" ")
    refused("no_reason", approve, ask(attempt), approve=False)


def test_who_asked_may_take_it_back_and_nobody_decides_twice(provider, attempt):
    by = money.finance()
    refund = ask(attempt, by=by)
    assert approve(refund, by=by, approve=False, reason="A slip").state == "refused"
    refused("refund_decided", approve, refund)
    provider.work()
    assert calls(provider) == 0


def test_people_of_the_payer_neither_ask_nor_approve(provider, attempt):
    insider = build.actor(build.owner_of(attempt.invoice.organisation))
    refused("own_organisation", ask, attempt, by=insider)
    refused("own_organisation", approve, ask(attempt), by=insider)


def test_what_has_not_arrived_is_not_returned(provider):
    refused("not_paid", ask, cards.begun(money.invoice()), 1)


def test_the_database_knows_that_it_takes_two(provider, attempt):
    refund = ask(attempt)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="created", decided_by=refund.requested_by)


# Disputes


def disputed(provider, attempt, amount=None):
    made = provider.store.dispute(attempt.session_id, amount=amount)
    provider.tell_all()
    return made


def test_an_open_dispute_is_put_before_finance_and_changes_nothing_yet(provider, attempt):
    disputed(provider, attempt)
    attempt.refresh_from_db()
    assert (attempt.standing, cases(), money_of(attempt.invoice), status()) == (
        "disputed",
        ["dispute"],
        (280_000, None, 0, False),
        LicenceStatus.ACTIVE,
    )
    refused("too_much", ask, attempt, 1)


def test_a_lost_dispute_uncovers_the_invoice_and_tells_both_sides(provider, attempt):
    made, finance = disputed(provider, attempt), build.staff("Finance", email="money@demo.example")
    provider.store.decide(made["id"], "lost")
    provider.tell_all()
    attempt.refresh_from_db()
    assert (attempt.standing, money_of(attempt.invoice)) == ("lost", (0, "taken", 280_000, True))
    assert (status(), Settlement.objects.count(), Arrears.objects.get().ended_at) == (LicenceStatus.ACTIVE, 1, None)
    letters = set(SentMail.objects.values_list("subject", "recipient"))
    assert {
        ("Invoice INV-2026-0001 is to be paid again", "owner@eco.example"),
        ("Invoice INV-2026-0001 is no longer covered", finance.email),
    } <= letters


@pytest.mark.parametrize("first", ["won", "lost"])
def test_a_dispute_that_is_won_or_reversed_leaves_the_invoice_covered(provider, attempt, first):
    made = disputed(provider, attempt)
    for outcome in (first, "won"):
        provider.store.decide(made["id"], outcome)
        provider.tell_all()
    attempt.refresh_from_db()
    assert (attempt.standing, money_of(attempt.invoice)) == ("won", (280_000, None, 0, False))
    assert Arrears.objects.filter(ended_at=None).count() == 0


def test_what_was_taken_back_can_be_paid_again_by_card(provider, attempt):
    provider.store.decide(disputed(provider, attempt)["id"], "lost")
    provider.tell_all()
    again = cards.paid(provider, attempt.invoice)
    assert (again.number, again.amount_minor, money_of(attempt.invoice)) == (2, 280_000, (280_000, None, 0, False))
    assert (Settlement.objects.count(), Licence.objects.count()) == (1, 1)


def test_what_was_taken_back_can_be_paid_again_by_transfer(provider, attempt):
    provider.store.decide(disputed(provider, attempt)["id"], "lost")
    provider.tell_all()
    lifecycle.receive_payment(attempt.invoice_id, money.receipt(280_000), by=money.finance(), now=NOW)
    assert (money_of(attempt.invoice), Settlement.objects.count()) == ((280_000, None, 0, False), 1)


def test_a_refund_made_at_stripe_is_booked_as_taken_and_put_before_finance(provider, attempt):
    provider.store.refund_here(attempt.session_id, 80_000)
    provider.tell_all()
    refund = Refund.objects.get()
    assert (refund.by_us, refund.state, cases(), money_of(attempt.invoice)) == (
        False,
        "done",
        ["refund_elsewhere"],
        (200_000, "taken", 80_000, True),
    )


def test_money_taken_back_before_the_signatures_begins_no_licence_until_it_is_there_again(provider):
    made, later = deal.Deal(signers=1), cards.LATER
    deal.tick(made.terms, at=NOW)
    attempt = cards.paid(provider, made.invoice)
    provider.store.decide(disputed(provider, attempt)["id"], "lost")
    provider.tell_all()
    agreement = made.executed()
    payment = conditions(made.terms, agreement, language="en")[1]
    assert (Licence.objects.count(), payment.met_at, payment.note) == (0, None, "The invoice is no longer covered")
    lifecycle.receive_payment(attempt.invoice_id, money.receipt(280_000), by=money.finance(), now=later)
    assert Licence.objects.get().valid_from == later


def test_money_that_we_gave_back_before_the_signatures_begins_no_licence(provider):
    made = deal.Deal(signers=1)
    deal.tick(made.terms, at=NOW)
    approve(ask(cards.paid(provider, made.invoice), 280_000))
    provider.work()
    agreement = made.sent()
    for user in made.signers_in_order(agreement):
        lifecycle.sign(agreement.pk, made.signing(agreement, user), by=made.actor(user), now=NOW)
    assert Licence.objects.count() == 0
