"""The pages of a payment by card on the desk: before, back from it, and afterwards; and nobody else's."""

import html
import re

import pytest
from django.urls import reverse

from licensing.models import PaymentAttempt
from licensing.payments.cards import returns
from tests import build, cards, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def attempt(provider):
    return cards.begun(money.invoice())


def page(client, attempt, name="invoice_payment", user=None):
    client.force_login(user or build.owner_of(attempt.invoice.organisation))
    arguments = [attempt.invoice.number] + ([attempt.number] if name == "invoice_payment" else [])
    answer = client.get(reverse(name, args=arguments))
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())) if answer.status_code == 200 else answer.status_code


def test_the_invoice_offers_the_card_first(client, attempt):
    shown = page(client, attempt, "invoice")
    assert "EUR\xa02,800.00 to pay by 22 December 2026, by card or by bank transfer." in shown
    assert shown.index("Pay by card") < shown.index("By bank transfer") and "Not paid yet" in shown


def test_back_from_a_paid_page_says_so_before_any_notice(provider, client, attempt):
    provider.store.pay(attempt.session_id)
    shown = page(client, attempt)
    assert "Paid. Thank you." in shown and "EUR\xa02,800.00" in shown and "The invoice is settled" in shown
    assert "Settled" in page(client, attempt, "invoice") and "Pay by card" not in page(client, attempt, "invoice")


@pytest.mark.check("S23")
@pytest.mark.parametrize("trouble", [500, 429, "lost"])
def test_back_while_the_provider_does_not_answer_promises_to_ask_again(provider, client, attempt, monkeypatch, trouble):
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_: 0)
    provider.store.pay(attempt.session_id)
    provider.server.troubles = [trouble, trouble]
    assert "We ask our payment provider every few minutes" in page(client, attempt)
    provider.server.troubles = []
    assert "Paid. Thank you." in page(client, attempt)


def test_back_from_a_promised_transfer_says_to_wait(provider, client, settings):
    settings.STRIPE_METHODS = ("card", "customer_balance")
    attempt = cards.begun(money.invoice())
    provider.store.pay(attempt.session_id, method="customer_balance")
    assert "are on their way" in page(client, attempt)
    provider.store.fail(attempt.session_id)
    assert "The payment failed" in page(client, attempt)


def test_back_without_having_paid_says_what_to_do(provider, client, attempt):
    assert "Not paid yet" in page(client, attempt)
    provider.store.expire(attempt.session_id)
    assert "Nothing was taken." in page(client, attempt)


def test_the_invoice_shows_what_was_returned_and_not_what_is_only_asked_for(provider, client):
    attempt = cards.paid(provider, money.invoice())
    refund = returns.request_refund(attempt.pk, 80_000, reason="Two workshops canceled", by=money.finance(), now=NOW)
    assert "Two workshops canceled" not in page(client, attempt, "invoice")
    returns.decide_refund(refund.pk, approve=True, by=money.finance(), now=NOW)
    provider.work()
    shown = page(client, attempt, "invoice")
    assert "Two workshops canceled" in shown and "−EUR\xa0800.00" in shown
    assert "Money was returned to you; EUR\xa02,000.00 of EUR\xa02,800.00 stays paid." in shown and "Pay by card" not in shown


def test_the_desk_shows_what_was_taken_back_as_due_again(provider, client):
    attempt = cards.paid(provider, money.invoice())
    provider.store.decide(provider.store.dispute(attempt.session_id)["id"], "lost")
    provider.tell_all()
    shown = page(client, attempt, "invoice")
    assert "EUR\xa02,800.00 is to be paid again" in shown and "Pay by card" in shown
    assert "INV-2026-0001" in client.get(reverse("desk")).content.decode()


@pytest.mark.check("S1")
@pytest.mark.parametrize("role, status", [("owner", 200), ("finance", 200), ("preparer", 404), ("signatory", 404), ("observer", 404)])
def test_only_those_who_see_money_pay_or_see_how_it_stands(provider, client, role, status):
    invoice = money.invoice()
    attempt = cards.begun(invoice)
    client.force_login(build.person(invoice.organisation, role))
    assert client.get(reverse("invoice_payment", args=[invoice.number, attempt.number])).status_code == status
    assert client.post(reverse("invoice_pay", args=[invoice.number])).status_code == status


@pytest.mark.check("S3")
def test_another_societys_attempt_and_an_unknown_one_are_the_same_404(provider, client, attempt):
    client.force_login(build.owner_of(build.society(at="KE")))
    calls = len(provider.server.calls)
    for number, which in ((attempt.invoice.number, 1), (attempt.invoice.number, 99), ("INV-2026-9999", 1)):
        assert client.get(reverse("invoice_payment", args=[number, which])).status_code == 404
        assert client.post(reverse("invoice_pay", args=[number])).status_code == 404
    assert (len(provider.server.calls), PaymentAttempt.objects.count()) == (calls, 1)


def test_a_button_pressed_by_get_does_nothing(provider, client, attempt):
    client.force_login(build.owner_of(attempt.invoice.organisation))
    assert client.get(reverse("invoice_pay", args=[attempt.invoice.number])).status_code == 405
