"""What licensing does after its transactions, and what it does by the clock: thin doors, each safe to run twice."""

from datetime import datetime

from licensing import card_payments, effect, letters
from licensing.agreements import actions as agreements
from licensing.entitlements import reminding
from licensing.organisations import letters as organisations
from portal.core import private_files
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler


def seal(message: OutboxMessage, now: datetime) -> None:
    agreements.seal(message.payload["agreement"], now=now)


def certify(message: OutboxMessage, now: datetime) -> None:
    effect.certify(message.payload["licence"], now=now)


def look_into_event(message: OutboxMessage, now: datetime) -> None:
    card_payments.look_into(message.payload["event"], now=now)


def give_back(message: OutboxMessage, now: datetime) -> None:
    card_payments.give_back(message.payload["refund"], now=now)


def close_page(message: OutboxMessage, now: datetime) -> None:
    card_payments.close_page(message.payload["attempt"])


def sweep(*, now: datetime) -> int:
    """Queue again what a lost row or a killed worker left without seal or certificate; return how many."""
    return agreements.sweep(now=now) + effect.sweep(now=now)


def remind(*, now: datetime) -> int:
    """Remind of the terms that end; return how many letters' causes were written down."""
    return reminding.remind_all(now=now)


def forget(message: OutboxMessage, now: datetime) -> None:
    private_files.forget(message.payload["key"])


HANDLERS: dict[str, Handler] = {
    "licensing.event": letters.deliver,
    "licensing.invitation": organisations.send_invitation,
    "documents.forget": forget,
    "agreements.seal": seal,
    "licences.certificate": certify,
    "payments.event": look_into_event,
    "payments.refund": give_back,
    "payments.close_page": close_page,
}
