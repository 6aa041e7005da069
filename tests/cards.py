"""Payments by card in tests: the real SDK talks over loopback to the stand-in for Stripe, whose notices arrive when, and as often as, a test says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from licensing import card_payments
from licensing.payments.cards.models import PaymentAttempt
from licensing.payments.models import Invoice
from portal import postbox
from portal.demo.fake_stripe import server as fake
from portal.demo.fake_stripe import webhooks
from portal.demo.fake_stripe.store import Row, Store
from tests import build
from tests.clock import NOW

KEY, SECRET = "sk_test_demo", "whsec_of_tests"
WEBHOOK = "/stripe/webhook/"


@dataclass
class Provider:
    """The stand-in with its server, and its notices as signed calls of our webhook."""

    server: fake.FakeStripe

    @property
    def store(self) -> Store:
        return self.server.store

    def call(self, body: bytes, signature: str | None, *, client: Client | None = None) -> HttpResponse:
        headers = {} if signature is None else {"Stripe-Signature": signature}
        return (client or Client()).post(WEBHOOK, body, content_type="application/json", headers=headers)

    def tell(self, event: Row, *, at: datetime = NOW, secret: str = SECRET) -> HttpResponse:
        """Bring one notice to the webhook."""
        return self.call(*webhooks.signed(event, secret, at=at.timestamp()))

    def tell_all(self, *, now: datetime = NOW) -> None:
        """Bring every notice in order and let the worker do its work."""
        for event in self.store.events:
            assert self.tell(event, at=now).status_code == 200
        self.work(now=now)

    def work(self, *, now: datetime = NOW) -> None:
        while postbox.deliver(now=now):
            pass


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    """Cards are taken here, by the stand-in."""
    with fake.running(Store(clock=NOW.timestamp), key=KEY) as server:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_URL = KEY, SECRET, server.address
        yield Provider(server)


def begun(invoice: Invoice, *, now: datetime = NOW, **facts: Any) -> PaymentAttempt:
    """Begin to pay an invoice by card as its owner does; return the attempt, its page open."""
    owner = build.owner_of(invoice.organisation)
    given = {"email": owner.email, "language": "en", "by": build.actor(owner, invoice.organisation), "now": now, **facts}
    card_payments.open_page(invoice, **given)
    return invoice.attempts.order_by("-number")[0]


def paid(provider: Provider, invoice: Invoice, *, now: datetime = NOW) -> PaymentAttempt:
    """Pay an invoice by card and let its notice arrive."""
    attempt = begun(invoice, now=now)
    provider.store.pay(attempt.session_id)
    provider.tell_all(now=now)
    attempt.refresh_from_db()
    return attempt


def session_of_somebody(store: Store, *, reference: str = "donation-17", amount: int = 280_000, currency: str = "eur", **more: Any) -> Row:
    """Open a page in the same account of Stripe that the portal did not ask for."""
    price = {"unit_amount": str(amount), "currency": currency, "product_data": {"name": "A donation"}}
    wanted = {
        "mode": "payment",
        "line_items": {"0": {"quantity": "1", "price_data": price}},
        "payment_method_types": {"0": "card"},
        "client_reference_id": reference,
        "success_url": "https://elsewhere.example/",
    }
    return store.create_session({**wanted, **more})


LATER = NOW + timedelta(minutes=6)
