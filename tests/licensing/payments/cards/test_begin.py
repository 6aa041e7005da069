"""Beginning to pay: one page for one sum, whatever the network does, and a page of ours when there is none."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from licensing import card_payments
from licensing.models import Payer, PaymentAttempt, PaymentCase
from licensing.payments import stripe_gateway as gateway
from licensing.payments.rules import NotAllowed
from portal.settings.env import BadSetting, read
from tests import build, cards, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_: 0)


@pytest.fixture
def invoice(provider):
    return money.invoice()


@pytest.fixture
def desk(client, invoice):
    client.force_login(build.owner_of(invoice.organisation))
    return client


def press(client, invoice, language="en"):
    return client.post(f"/{language}/desk/invoices/{invoice.number}/pay/")


def sessions(provider):
    return provider.store.all("checkout.session")


def test_the_button_leads_to_a_page_over_exactly_what_is_left(provider, invoice, desk):
    answer = press(desk, invoice)
    session = sessions(provider)[0]
    assert (answer.status_code, answer["Refresh"]) == (200, f"0; url={session['url']}")
    assert session["url"] in answer.content.decode() and "form-action 'self';" in answer["Content-Security-Policy"]
    assert (session["amount_total"], session["currency"], session["client_reference_id"]) == (280_000, "eur", "INV-2026-0001:280000EUR:1")
    assert (session["payment_method_types"], session["locale"], session["title"]) == (["card"], "en", "Invoice INV-2026-0001")
    done = urlsplit(session["success_url"])
    assert (done.path, parse_qs(done.query)) == ("/en/desk/invoices/INV-2026-0001/payments/1/", {"for": [str(invoice.organisation_id)]})
    assert session["expires_at"] == int((NOW + timedelta(hours=23)).timestamp())


@pytest.mark.parametrize("language, locale", [("es", "es"), ("pt-br", "pt-BR"), ("fr", "fr"), ("ar", "auto")])
def test_the_page_speaks_the_language_of_the_desk_where_it_can(provider, invoice, desk, language, locale):
    press(desk, invoice, language)
    assert (sessions(provider)[0]["locale"], f"/{language}/desk/" in sessions(provider)[0]["success_url"]) == (locale, True)


@pytest.mark.check("S23")
def test_pressing_twice_or_in_another_language_goes_on_with_the_same_page(provider, invoice, desk):
    pages = {press(desk, invoice, language)["Refresh"] for language in ("en", "en", "es")}
    assert (len(pages), len(sessions(provider)), PaymentAttempt.objects.count()) == (1, 1, 1)


TROUBLES = [
    ([429, 429], "no answer"),
    ([500, 500], "no answer"),
    ([503, 503], "no answer"),
    ([409, 409], "no answer"),
    (["lost", "lost"], "lost"),
    (["slow", "slow"], "slow"),
]


@pytest.mark.check("S23")
@pytest.mark.parametrize("troubles, how", TROUBLES)
def test_a_provider_in_trouble_is_a_page_that_helps_and_a_retry_makes_one_session(provider, invoice, desk, monkeypatch, troubles, how):
    monkeypatch.setattr(gateway, "TIMEOUT", (1, 0.3))
    gateway._client.cache_clear()
    provider.server.troubles = list(troubles)
    answer = press(desk, invoice)
    shown = answer.content.decode()
    assert answer.status_code == 503 and "Refresh" not in answer
    assert "does not answer at the moment" in shown and "Try again" in shown and "by bank transfer" in shown
    provider.server.wake.set()
    provider.server.troubles = []
    again = press(desk, invoice)
    assert (again.status_code, len(sessions(provider)), PaymentAttempt.objects.count()) == (200, 1, 1)
    assert again["Refresh"].endswith(sessions(provider)[0]["url"])
    assert {key for method, path, key in provider.server.calls} == {"INV-2026-0001:280000EUR:1"}
    gateway._client.cache_clear()


@pytest.mark.check("S23")
def test_a_provider_that_is_down_is_the_same_page(provider, invoice, desk, settings):
    settings.STRIPE_API_URL = "http://127.0.0.1:9"
    answer = press(desk, invoice)
    assert (answer.status_code, "does not answer at the moment" in answer.content.decode()) == (503, True)
    assert PaymentCase.objects.count() == 0


@pytest.mark.check("S23")
@pytest.mark.parametrize("trouble", [500, "lost"])
def test_one_hiccup_is_not_even_noticed(provider, invoice, desk, trouble):
    provider.server.troubles = [trouble]
    assert (press(desk, invoice).status_code, len(sessions(provider))) == (200, 1)


def test_a_provider_that_declines_tells_finance_and_the_next_try_is_a_new_one(provider, invoice, desk, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    answer = press(desk, invoice)
    shown = answer.content.decode()
    assert (answer.status_code, "Try again" in shown, "Pay by bank transfer" in shown) == (503, False, True)
    assert list(PaymentCase.objects.values_list("code", "invoice", "facts")) == [("no_page", invoice.pk, {"why": "AuthenticationError"})]
    settings.STRIPE_SECRET_KEY = cards.KEY
    assert press(desk, invoice).status_code == 200
    assert list(PaymentAttempt.objects.values_list("number", "state")) == [(1, "canceled"), (2, "created")]


def test_a_page_close_to_its_end_is_not_handed_out_again(provider, invoice):
    first = cards.begun(invoice)
    assert cards.begun(invoice, now=NOW + timedelta(hours=21, minutes=59)) == first
    provider.store.clock = (NOW + timedelta(hours=22)).timestamp
    second = cards.begun(invoice, now=NOW + timedelta(hours=22))
    provider.work(now=NOW + timedelta(hours=22))
    assert (second.number, provider.store.rows[first.session_id]["status"]) == (2, "expired")


def test_an_attempt_that_never_got_a_page_is_given_up_after_its_time(provider, invoice):
    provider.server.troubles = [500, 500]
    with pytest.raises(gateway.Unreachable):
        cards.begun(invoice)
    card_payments.reconcile(now=NOW + timedelta(hours=22))
    assert PaymentAttempt.objects.get().state == "created"
    card_payments.reconcile(now=NOW + timedelta(hours=23, minutes=6))
    assert (PaymentAttempt.objects.get().state, PaymentCase.objects.count()) == ("canceled", 0)


def refused(code, invoice):
    with pytest.raises(NotAllowed) as error:
        cards.begun(invoice)
    assert error.value.code == code


def test_nobody_pays_what_is_settled_cancelled_or_on_its_way(provider, invoice, settings):
    settings.STRIPE_METHODS = ("card", "customer_balance")
    attempt = cards.begun(invoice)
    provider.store.pay(attempt.session_id, method="customer_balance")
    provider.tell_all()
    refused("payment_processing", invoice)
    provider.store.arrive(attempt.session_id)
    provider.tell_all()
    refused("already_settled", invoice)
    assert PaymentAttempt.objects.count() == 1


def test_a_refusal_is_said_on_the_invoice(provider, invoice, desk):
    cards.paid(provider, invoice)
    answer = desk.post(reverse("invoice_pay", args=[invoice.number]), follow=True)
    assert "is settled already" in answer.content.decode() and len(sessions(provider)) == 1


def test_transfers_at_stripe_need_the_organisation_known_there_once(provider, settings):
    settings.STRIPE_METHODS = ("card", "customer_balance")
    first = money.invoice()
    cards.begun(first)
    session = sessions(provider)[0]
    assert (session["payment_method_types"], session["customer"]) == (["card", "customer_balance"], Payer.objects.get().customer_id)
    assert [row["name"] for row in provider.store.all("customer")] == [first.organisation.legal_name]


@pytest.mark.parametrize("currency, offered", [("EUR", ["card", "customer_balance"]), ("BRL", ["card"]), ("KWD", ["card"])])
def test_transfers_are_offered_in_the_currencies_stripe_takes_them(settings, currency, offered):
    settings.STRIPE_METHODS = ("card", "customer_balance")
    assert gateway.methods_for(currency) == offered


# Without a key


@pytest.fixture
def offline(invoice, settings):
    settings.STRIPE_SECRET_KEY = ""
    return invoice


def test_without_a_key_there_is_no_button_and_nothing_behind_it(provider, offline, desk):
    shown = desk.get(reverse("invoice", args=[offline.number])).content.decode()
    assert "By card" not in shown and "by bank transfer" in shown
    assert (press(desk, offline).status_code, PaymentAttempt.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"STRIPE_SECRET_KEY": "sk_test_x"}, "STRIPE_WEBHOOK_SECRET is not set"),
        (
            {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x", "DEMO": "1"},
            "a live key is not accepted in a demonstration",
        ),
        (
            {"STRIPE_SECRET_KEY": "rk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x", "DEMO": "1"},
            "a live key is not accepted in a demonstration",
        ),
        ({"STRIPE_API_URL": "http://127.0.0.1:1"}, "STRIPE_API_URL: only a demonstration"),
        ({"STRIPE_METHODS": "card,cash"}, "STRIPE_METHODS"),
    ],
)
def test_settings_that_do_not_fit_together_stop_the_start(given, words):
    with pytest.raises(BadSetting, match=words):
        read({"SECRET_KEY": "x" * 40, **given})
