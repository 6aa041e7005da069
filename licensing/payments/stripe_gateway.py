"""The only door to Stripe. It speaks our words: no object of Stripe's leaves it, none of ours enters.

Without a key there is no door: the portal then takes bank transfers and waivers only. Every call has a time-out and none is made inside a
transaction. What is asked twice carries the same idempotency key, so Stripe does it once.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.conf import settings

from licensing.payments import stripe_answers as answers
from licensing.payments.cards.rules import (
    SKEW,
    Notice,
    PaidFacts,
    RefundFacts,
    Session,
    to_provider,
)

if TYPE_CHECKING:
    from stripe import StripeClient

TIMEOUT = (3.05, 8.0)  # seconds to connect, to wait for bytes: a person is waiting
RETRIES = 1  # a lost connection or a 5xx, once, with the same idempotency key
LOCALES = {"en": "en", "es": "es", "pt-br": "pt-BR", "fr": "fr"}  # Checkout has no Arabic
TRANSFERS = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "MXN": "mx_bank_transfer",
    "USD": "us_bank_transfer",
}
Answer = TypeVar("Answer")


class Unreachable(Exception):
    """Stripe did not answer, or not now: down, slow, too many requests, an error of its own. Asking again later is right."""


class Declined(Exception):
    """Stripe understood and will not do it; asking the same again changes nothing. ``code`` is Stripe's, for the log."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Unknown(Exception):
    """Stripe has no such object under our key: another account's, another mode's, or invented."""


class Forged(Exception):
    """The call of the webhook is not a fresh word of Stripe's; ``reason`` is one of signature, too_old, in_the_future, malformed."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Asked(Protocol):
    """What a Checkout page is made from: a row of ``PaymentAttempt``."""

    key: str
    amount_minor: int
    currency: str
    methods: str
    language: str
    email: str
    expires_at: datetime


def is_open() -> bool:
    """Say whether cards are taken here at all."""
    return bool(settings.STRIPE_SECRET_KEY)


def live() -> bool:
    """Say whether our key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


def methods_for(currency: str) -> list[str]:
    """Return the ways to pay on the page for a currency, as the setting and Stripe allow them."""
    return [name for name in settings.STRIPE_METHODS if name != "customer_balance" or currency in TRANSFERS]


@lru_cache(maxsize=4)
def _client(key: str, address: str) -> "StripeClient":
    import stripe

    stripe.enable_telemetry = False
    http = stripe.RequestsClient(timeout=TIMEOUT)
    return stripe.StripeClient(key, base_addresses={"api": address}, http_client=http, max_network_retries=RETRIES)


@contextmanager
def _asking() -> Iterator["StripeClient"]:
    """Yield the client and turn its errors into ours."""
    import stripe

    try:
        yield _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL)
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unreachable(type(error).__name__) from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status in (409, 429) or error.http_status >= 500:
            raise Unreachable(f"{type(error).__name__} {error.http_status}") from error
        if error.http_status == 404:
            raise Unknown(error.code or "not_found") from error
        raise Declined(error.code or type(error).__name__) from error


def create_customer(*, name: str, email: str, key: str) -> str:
    """Make an organisation known to Stripe, as transfers need it; return its id there.

    :raises Unreachable, Declined:
    """
    with _asking() as client:
        made = client.v1.customers.create({"name": name, "email": email, "metadata": {"reference": key}}, {"idempotency_key": key})
        return made.id


def open_page(asked: Asked, *, title: str, done_url: str, back_url: str, customer: str = "") -> Session:
    """Open a Checkout page; asked again for the same attempt, the same page.

    :raises Unreachable, Declined: no page was made as far as we know. :raises NotAllowed: ``not_by_card``.
    """
    methods = asked.methods.split(",")
    product = {
        "currency": asked.currency.lower(),
        "unit_amount": to_provider(asked.amount_minor, asked.currency),
        "product_data": {"name": title},
    }
    wanted: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": asked.key,
        "payment_intent_data": {"metadata": {"reference": asked.key}, "description": title},
        "line_items": [{"price_data": product, "quantity": 1}],
        "payment_method_types": methods,
        "success_url": done_url,
        "cancel_url": back_url,
        "expires_at": int(asked.expires_at.timestamp()),
        "locale": LOCALES.get(asked.language, "auto"),
        **({"customer": customer} if customer else {"customer_email": asked.email}),
    }
    if "customer_balance" in methods:
        wanted["payment_method_options"] = {"customer_balance": _transfer(asked.currency)}
    with _asking() as client:
        made = client.v1.checkout.sessions.create(wanted, {"idempotency_key": asked.key})  # type: ignore[arg-type]
        return Session(id=made.id, url=made.url or "")


def _transfer(currency: str) -> dict[str, Any]:
    kind = TRANSFERS[currency]
    more = {kind: {"country": settings.STRIPE_TRANSFER_COUNTRY}} if kind == "eu_bank_transfer" else {}
    return {"funding_type": "bank_transfer", "bank_transfer": {"type": kind, **more}}


def close_page(session_id: str) -> None:
    """Close a Checkout page nobody should pay on any more; one that is closed or paid already stays as it is.

    :raises Unreachable:
    """
    try:
        with _asking() as client:
            client.v1.checkout.sessions.expire(session_id)
    except (Declined, Unknown):
        return


def session_of(intent_id: str) -> str:
    """Return the session a payment intent belongs to.

    :raises Unknown: it belongs to none of our pages. :raises Unreachable, Declined:
    """
    if not intent_id:
        raise Unknown("no_intent")
    with _asking() as client:
        found = client.v1.checkout.sessions.list({"payment_intent": intent_id, "limit": 1}).data
    if not found:
        raise Unknown(intent_id)
    return found[0].id


def fetch(session_id: str) -> PaidFacts:
    """Ask Stripe how a payment stands now, with its refunds and disputes.

    :raises Unknown: Stripe has no such session under our key. :raises Unreachable, Declined:
    """
    with _asking() as client:
        session = client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]}).to_dict(recursive=True)
        intent = session.get("payment_intent") or {}
        refunds, disputes = [], []
        if intent.get("latest_charge"):
            about = {"payment_intent": intent["id"], "limit": 100}
            refunds = [row.to_dict() for row in client.v1.refunds.list(about).data]  # type: ignore[arg-type]
            disputes = [row.to_dict() for row in client.v1.disputes.list(about).data]  # type: ignore[arg-type]
    return answers.payment(session, intent, refunds, disputes)


def give_back(*, intent_id: str, amount_minor: int, currency: str, refund: int, key: str) -> RefundFacts:
    """Send money back to where it came from; asked again with the same key, once.

    :raises Unreachable: it may or may not be done; ask again with the same key. :raises Declined: it is not done.
    """
    wanted = {"payment_intent": intent_id, "amount": to_provider(amount_minor, currency), "metadata": {"refund": str(refund)}}
    with _asking() as client:
        made = client.v1.refunds.create(wanted, {"idempotency_key": key})  # type: ignore[arg-type]
        return answers.refund(made.to_dict(), currency)


def read_notice(body: bytes, signature: str, *, now: datetime) -> Notice | None:
    """Return what a call of the webhook says; None where it is of a kind nobody here waits for.

    The SDK checks the signature; the time stamp is ours to check: the SDK lets the future pass.
    :raises Forged: it is not signed with our secret, its stamp is off by more than ``SKEW``, or it is no event.
    """
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, signature, settings.STRIPE_WEBHOOK_SECRET, None)
    except (stripe.SignatureVerificationError, ValueError, TypeError) as error:  # of bytes that are no text; of a signature with an accent
        raise Forged("signature") from error
    stamp = int(next(part[2:] for part in signature.split(",") if part.startswith("t=")))  # the first, as the SDK reads it
    if stamp < (now - SKEW).timestamp():
        raise Forged("too_old")
    if stamp > (now + SKEW).timestamp():
        raise Forged("in_the_future")
    return _readable(lambda: answers.notice(json.loads(body)))


def _readable(read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Forged("malformed") from error
