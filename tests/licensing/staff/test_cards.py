"""Cards in the CMS: what needs a person is put before finance; refunds take two, each with the own password."""

import html
import re

import pytest
from django.urls import reverse

from licensing.models import PaymentCase, Refund
from licensing.payments.cards import queries, returns
from tests import build, cards, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def finance():
    return build.staff("Finance")


@pytest.fixture
def attempt(provider):
    return cards.paid(provider, money.invoice())


def read(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


def ask(client, paid, **facts):
    given = {"attempt": paid.pk, "amount": "800.00", "reason": "Two workshops canceled", "password": build.PASSWORD, **facts}
    return client.post(reverse("staff_refund", args=[paid.invoice.number]), given)


def decide(client, refund, decision="approve", **facts):
    address = reverse("staff_refund_decide", args=[refund.attempt.invoice.number, refund.pk])
    return client.post(address, {"decision": decision, "password": build.PASSWORD, **facts})


def states():
    return list(Refund.objects.values_list("state", flat=True))


@pytest.mark.check("S22")
def test_a_payment_that_belongs_to_nothing_waits_in_the_day_of_finance(provider, client, finance):
    provider.store.pay(cards.session_of_somebody(provider.store)["id"])
    provider.tell_all()
    client.force_login(finance)
    assert "Payments that need a person" in read(client.get("/cms/"))
    assert "A payment that belongs to no invoice" in read(client.get(reverse("staff_payment_cases")))
    case = PaymentCase.objects.get()
    shown = read(client.get(reverse("staff_payment_case", args=[case.pk])))
    assert "donation-17" in shown and case.event.event_id in shown
    assert client.post(reverse("staff_payment_case", args=[case.pk]), {"note": " "}).status_code == 422
    assert client.post(reverse("staff_payment_case", args=[case.pk]), {"note": "A donation; none of ours"}).status_code == 302
    case.refresh_from_db()
    assert (case.closed_at, case.closed_by, case.note) == (NOW, finance, "A donation; none of ours")
    assert queries.open_cases().count() == 0
    assert "A donation" in read(client.get(reverse("staff_payment_cases") + "?view=closed"))


def test_who_only_reads_closes_nothing(provider, client):
    provider.store.pay(cards.session_of_somebody(provider.store)["id"])
    provider.tell_all()
    client.force_login(build.staff("Auditors"))
    address = reverse("staff_payment_case", args=[PaymentCase.objects.get().pk])
    assert "What was done about it" not in read(client.get(address))
    assert client.post(address, {"note": "Mine"}).status_code in (302, 403)
    assert PaymentCase.objects.get().closed_at is None


@pytest.mark.check("S9")
def test_a_refund_is_asked_for_by_one_and_approved_by_another(provider, client, finance, attempt):
    client.force_login(finance)
    assert "EUR\xa02,800.00" in read(client.get(reverse("staff_refund", args=[attempt.invoice.number])))
    assert ask(client, attempt).status_code == 302
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_minor, refund.requested_by) == ("requested", 80_000, finance)
    shown = read(client.get(reverse("staff_invoice", args=[attempt.invoice.number])))
    assert "asks to return EUR\xa0800.00" in shown and "Take the request back" in shown and "Approve: return the money" not in shown
    decide(client, refund)
    assert states() == ["requested"]
    client.force_login(build.staff("Licensing managers"))
    assert "Refunds to approve" in read(client.get("/cms/"))
    assert "Approve: return the money" in read(client.get(reverse("staff_invoice", args=[attempt.invoice.number])))
    decide(client, refund)
    provider.work()
    assert states() == ["done"]
    assert "Returned" in read(client.get(reverse("staff_invoice", args=[attempt.invoice.number])))


@pytest.mark.parametrize(
    "facts, words",
    [
        ({"password": "wrong"}, "This is not your password."),
        ({"amount": "2,800.01"}, "At most EUR\xa02,800.00"),
        ({"amount": "x"}, "Write a sum"),
        ({"amount": "0"}, "above zero"),
        ({"reason": " "}, "required"),
        ({"attempt": "999999"}, "999999"),
    ],
)
def test_a_refund_that_cannot_be_keeps_what_was_typed_and_asks_nothing(provider, client, finance, attempt, facts, words):
    client.force_login(finance)
    answer = ask(client, attempt, **facts)
    assert (answer.status_code, states()) == (422, [])
    assert words in read(answer)


@pytest.mark.parametrize("facts", [{"password": "wrong"}, {"password": ""}, {}])
def test_a_decision_without_the_password_or_the_right_decides_nothing(provider, client, finance, attempt, facts):
    refund = returns.request_refund(attempt.pk, 1, reason="x", by=money.finance(), now=NOW)
    client.force_login(finance if facts else build.staff("Legal"))
    assert decide(client, refund, **facts).status_code in (302, 403)
    assert states() == ["requested"]


def test_who_asked_takes_it_back(provider, client, finance, attempt):
    client.force_login(finance)
    ask(client, attempt)
    decide(client, Refund.objects.get(), "refuse", reason="A slip")
    assert states() == ["refused"]


def test_where_nothing_came_by_card_the_page_says_so(client, finance):
    client.force_login(finance)
    assert "Nothing can be returned by card" in read(client.get(reverse("staff_refund", args=[money.invoice().number])))


def test_an_uncovered_invoice_stands_in_a_view_of_its_own(provider, client, finance, attempt):
    provider.store.decide(provider.store.dispute(attempt.session_id)["id"], "lost")
    provider.tell_all()
    client.force_login(finance)
    assert "Invoices no longer covered" in read(client.get("/cms/"))
    assert attempt.invoice.number in read(client.get(reverse("staff_invoices") + "?view=uncovered"))
    assert "A payment was taken back: EUR\xa02,800.00 is missing." in read(
        client.get(reverse("staff_invoice", args=[attempt.invoice.number]))
    )
