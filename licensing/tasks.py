"""What licensing does after its transactions, and what it does by the clock: thin doors, each safe to run twice."""

from datetime import datetime

from licensing import effect, letters
from licensing.agreements import actions as agreements
from licensing.organisations import letters as organisations
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler


def seal(message: OutboxMessage, now: datetime) -> None:
    agreements.seal(message.payload["agreement"], now=now)


def certify(message: OutboxMessage, now: datetime) -> None:
    effect.certify(message.payload["licence"], now=now)


HANDLERS: dict[str, Handler] = {
    "licensing.event": letters.deliver,
    "licensing.invitation": organisations.send_invitation,
    "agreements.seal": seal,
    "licences.certificate": certify,
}
