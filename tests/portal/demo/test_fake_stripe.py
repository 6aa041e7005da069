"""The stand-in for Stripe: its payment page, its keys, and what it keeps over a restart."""

import re

import pytest
import requests

from portal.demo.fake_stripe import webhooks
from portal.demo.fake_stripe.server import running
from portal.demo.fake_stripe.store import Refused, Store
from tests.cards import session_of_somebody

BACK = {"success_url": "https://portal.example/done/", "cancel_url": "https://portal.example/back/"}


@pytest.fixture
def stand_in():
    with running(Store()) as server:
        yield server


def press(session, choice):
    return requests.post(session["url"], {"choice": choice}, allow_redirects=False, timeout=5)


def page(session):
    answer = requests.get(session["url"], timeout=5)
    return answer, re.sub(r"<[^>]+>", " ", answer.text)


@pytest.mark.parametrize(
    "locale, words",
    [("en", ("DEMONSTRATION", "EUR\xa02,800.00", "Pay by card")), ("es", ("DEMOSTRACIÓN", "2.800,00\xa0EUR", "Pagar con tarjeta"))],
)
def test_the_page_says_what_is_to_pay_and_that_it_is_a_demonstration(stand_in, locale, words):
    answer, shown = page(session_of_somebody(stand_in.store, locale=locale))
    assert answer.status_code == 200 and all(word in shown for word in words)
    assert "unsafe" not in answer.headers["Content-Security-Policy"] and "<script" not in answer.text


def test_paying_leads_on_and_a_paid_page_is_closed(stand_in):
    session = session_of_somebody(stand_in.store, **BACK)
    url = session["url"]
    answer = press(session, "card")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://portal.example/done/")
    assert [event["type"] for event in stand_in.store.events] == ["checkout.session.completed"]
    assert requests.get(url, timeout=5).status_code == 410
    assert requests.post(url, {"choice": "card"}, timeout=5).status_code == 410


def test_a_declined_card_takes_nothing_and_going_back_neither(stand_in):
    session = session_of_somebody(stand_in.store, **BACK)
    assert "declined" in press(session, "decline").text
    assert press(session, "back").headers["Location"] == "https://portal.example/back/"
    assert press(session, "customer_balance").status_code == 200  # not offered on this page
    assert stand_in.store.events == []


def test_what_a_page_is_for_is_shown_as_text(stand_in):
    session = session_of_somebody(stand_in.store)
    session["title"] = "<script>alert(1)</script>"
    assert "<script" not in page(session)[0].text


def test_an_unknown_page_and_a_wrong_key_are_turned_away(stand_in):
    assert requests.get(f"{stand_in.address}/pay/cs_test_999", timeout=5).status_code == 404
    assert requests.get(f"{stand_in.address}/v1/events", headers={"Authorization": "Bearer sk_other"}, timeout=5).status_code == 401


def test_one_key_is_one_question():
    store = Store()
    first = store.once("key", {"name": "A"}, lambda: store.create_customer({"name": "A"}))
    assert store.once("key", {"name": "A"}, lambda: store.create_customer({"name": "A"})) is first
    with pytest.raises(Refused) as error:
        store.once("key", {"name": "B"}, lambda: store.create_customer({"name": "B"}))
    assert (error.value.status, error.value.kind, len(store.all("customer"))) == (400, "idempotency_error", 1)


def test_what_happened_outlives_the_process():
    store, later = Store(), Store()
    session = session_of_somebody(store)
    store.pay(session["id"])
    later.remember(store.kept())
    assert later.rows == store.rows and [event["id"] for event in later.events] == [event["id"] for event in store.events]
    assert later.create_customer({})["id"].rpartition("_")[2] == f"{len(store.rows) + 1:06d}"


def test_nobody_at_the_other_end_is_no_error():
    store = Store()
    store.pay(session_of_somebody(store)["id"])
    assert webhooks.send(store.events[0], "http://127.0.0.1:9/", "whsec_x") is False
