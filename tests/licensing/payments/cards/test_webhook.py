"""The webhook: only Stripe's fresh word gets in, once; everything else is a number in a counter."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client

from licensing.models import PaymentAttempt, PaymentCase, ProviderEvent, RefusedCall, Settlement
from portal.core.models import OutboxMessage
from portal.demo.fake_stripe.webhooks import signed
from tests import cards
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.check("S19")]
TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "charge.refunded",
    "charge.dispute.created",
)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def rows():
    return tuple(model.objects.count() for model in (ProviderEvent, OutboxMessage, PaymentCase, Settlement, PaymentAttempt))


@pytest.fixture
def event(provider):
    provider.store.pay(cards.session_of_somebody(provider.store)["id"])
    return provider.store.events[-1]


def refused(provider, body, signature, reason):
    before = rows()
    answer = provider.call(body, signature)
    assert (answer.status_code, answer.content.decode().strip(), rows()) == (400, reason, before)
    assert list(RefusedCall.objects.values_list("reason", "count")) == [(reason, 1)]


@pytest.mark.parametrize(
    "header",
    [None, "", "t=1,v1=", "nonsense", "v1=abc", "t=now,v1=abc", "t=1732269600,v0=abc", "t=,v1=", "t=1" + "0" * 400 + ",v1=a", "t=1,v1=é"],
)
def test_a_call_without_a_right_signature_is_turned_away(provider, event, header):
    refused(provider, json.dumps(event).encode(), header, "signature")


def test_a_call_signed_with_another_secret_is_turned_away(provider, event):
    refused(provider, *signed(event, "whsec_of_somebody", at=NOW.timestamp()), "signature")


def test_a_changed_body_is_turned_away(provider, event):
    body, signature = signed(event, cards.SECRET, at=NOW.timestamp())
    refused(provider, body.replace(b"280000", b"000001"), signature, "signature")


def test_bytes_that_are_no_text_are_turned_away(provider, event):
    refused(provider, b"\xff\xfe\x00", "t=1,v1=ab", "signature")


@pytest.mark.parametrize(
    "away, reason",
    [
        (-timedelta(minutes=5, seconds=1), "too_old"),
        (-timedelta(days=3650), "too_old"),
        (timedelta(minutes=5, seconds=1), "in_the_future"),
        (timedelta(days=1), "in_the_future"),
        (timedelta(days=3650), "in_the_future"),
    ],
)
def test_a_stamp_too_far_from_now_is_turned_away(provider, event, away, reason):
    refused(provider, *signed(event, cards.SECRET, at=(NOW + away).timestamp()), reason)


@pytest.mark.parametrize("away", [-timedelta(minutes=5), timedelta(0), timedelta(minutes=5)])
def test_a_stamp_within_five_minutes_is_taken(provider, event, away):
    assert provider.tell(event, at=NOW + away).status_code == 200
    assert ProviderEvent.objects.count() == 1


def test_a_second_stamp_does_not_make_an_old_call_young(provider, event):
    body, signature = signed(event, cards.SECRET, at=(NOW - timedelta(days=1)).timestamp())
    refused(provider, body, f"{signature},t={int(NOW.timestamp())}", "too_old")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"evt"',
        b"\xef\xbb\xbf{}",
        b"{}",
        b'{"id": 1, "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}, "livemode": false, "created": 1}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": null}, "livemode": false, "created": 1}',
        b'{"id": "evt_\\u0000", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}, "livemode": false, "created": 1}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "a b"}}, "livemode": false, "created": 1}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}, "livemode": false, "created": 1e400}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}, "livemode": false, "created": "soon"}',
        b"[" * 100_000,
    ],
)
def test_a_signed_call_that_is_no_event_is_turned_away(provider, body):
    stamp = str(int(NOW.timestamp()))
    made = hmac.new(cards.SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    refused(provider, body, f"t={stamp},v1={made}", "malformed")


def test_a_call_that_is_too_big_is_turned_away(provider, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(provider, b"x" * 1001, "t=1,v1=ab", "too_big")


@pytest.mark.check("S22")
def test_an_event_of_another_kind_is_answered_and_forgotten(provider, event):
    before = rows()
    assert provider.tell({**event, "type": "customer.created"}).status_code == 200
    assert (rows(), RefusedCall.objects.count()) == (before, 0)


def test_an_event_with_nul_and_arabic_in_its_words_is_kept_as_it_came(provider, event):
    event = {**event, "data": {"object": {**event["data"]["object"], "title": "a\x00b مرحبا"}}}
    assert provider.tell(event).status_code == 200
    assert json.loads(ProviderEvent.objects.get().body) == event


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_post_is_taken(provider, method):
    assert getattr(Client(), method)(cards.WEBHOOK).status_code == 405
    assert RefusedCall.objects.count() == 0


def test_no_token_of_ours_is_asked_for(provider, event):
    body, signature = signed(event, cards.SECRET, at=NOW.timestamp())
    assert provider.call(body, signature, client=Client(enforce_csrf_checks=True)).status_code == 200


def test_without_a_key_there_is_no_webhook(provider, event, settings):
    settings.STRIPE_SECRET_KEY = ""
    before = rows()
    assert (provider.tell(event).status_code, rows(), RefusedCall.objects.count()) == (404, before, 0)


@pytest.mark.parametrize("kind", TYPES)
def test_the_same_event_twice_is_kept_once(provider, event, kind):
    told = {**event, "type": kind, "data": {"object": {"id": "cs_1", "payment_intent": "pi_1"}}}
    assert [provider.tell(told).status_code for _ in range(3)] == [200, 200, 200]
    assert ProviderEvent.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="payments.event").count() == 1


def test_refused_calls_are_counted(provider, event):
    for _ in range(3):
        provider.call(b"{}", "t=1,v1=ab")
    assert list(RefusedCall.objects.values_list("reason", "count", "last_at")) == [("signature", 3, NOW)]
    assert b'portal_webhook_refused{reason="signature"} 3' in Client().get("/metrics").content
