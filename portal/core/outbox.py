"""The queue of record: side effects are rows of the transaction that causes them, delivered after it, at least once.

A handler may therefore run twice and must be safe then. Handlers are named in ``portal/postbox.py``.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from portal.core.models import OutboxMessage

ADDRESS = re.compile(r"[^\s'\"<>]+@[^\s'\"<>]+")  # what a mail server refuses names somebody; rows are kept, people are not
log = logging.getLogger(__name__)
Handler = Callable[[OutboxMessage, datetime], None]

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=20)  # doubles with each attempt: 20 s, 40 s, … about an hour in all
CLAIM = timedelta(minutes=5)  # another deliverer takes the row over if the first one died
AGAIN_AFTER = timedelta(days=1)  # what was given up is not begun anew before


def put(kind: str, payload: dict, *, now: datetime, due_at: datetime | None = None) -> OutboxMessage:
    """Record a side effect to be done after the transaction, not before ``due_at``. Must run inside one.

    :raises RuntimeError: no transaction is open, so the row and its cause could part.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.put needs an open transaction")
    return OutboxMessage.objects.create(kind=kind, payload=payload, created_at=now, due_at=due_at or now)


def deliver_due(handlers: Mapping[str, Handler], *, now: datetime, limit: int = 100) -> int:
    """Deliver what is due at ``now``, oldest first; return how many rows were done.

    A failing row waits longer each time and is given up, visibly, after ``ATTEMPTS``. One failure never holds up the others.
    """
    done = 0
    for _ in range(limit):
        message = _claim(now=now)
        if message is None:
            break
        done += _deliver(message, handlers, now=now)
    return done


def waiting(*, now: datetime):
    """Return the rows that are due and neither done nor given up."""
    return OutboxMessage.objects.filter(done_at=None, given_up_at=None, due_at__lte=now)


def named(kind: str, key: str) -> set[Any]:
    """Return what the rows of ``kind`` that are still to be done name under ``key`` of their payload: a sweep leaves these alone."""
    rows = OutboxMessage.objects.filter(kind=kind, done_at=None, given_up_at=None)
    return set(rows.values_list(f"payload__{key}", flat=True))


def begun(kind: str, *, now: datetime):
    """Return the rows of ``kind`` beside which no other is put at ``now``: they are still to be done, or were given up less than ``AGAIN_AFTER`` ago."""
    return OutboxMessage.objects.filter(Q(given_up_at=None) | Q(given_up_at__gt=now - AGAIN_AFTER), kind=kind, done_at=None)


def _claim(*, now: datetime) -> OutboxMessage | None:
    """Take the oldest due row for ``CLAIM``: pushing ``due_at`` on is the claim, so a killed worker's row comes back by itself."""
    with transaction.atomic():
        rows = waiting(now=now).order_by("due_at", "pk")
        rows = rows.select_for_update(skip_locked=True) if connection.features.has_select_for_update_skip_locked else rows
        message = rows.first()
        if message is None:
            return None
        message.attempts += 1
        message.due_at = now + CLAIM
        message.save(update_fields=["attempts", "due_at"])
        return message


def _deliver(message: OutboxMessage, handlers: Mapping[str, Handler], *, now: datetime) -> bool:
    try:
        handlers[message.kind](message, now)
    except Exception as error:  # a handler may fail in any way; the row keeps the reason and its turn
        log.exception("outbox row %s (%s) failed, attempt %s", message.pk, message.kind, message.attempts)
        message.last_error = ADDRESS.sub("…", f"{type(error).__name__}: {error}")[:2000]
        if message.attempts >= ATTEMPTS:
            message.given_up_at = now
        else:
            message.due_at = now + FIRST_WAIT * 2 ** (message.attempts - 1)
        message.save(update_fields=["last_error", "given_up_at", "due_at"])
        return False
    message.done_at = now
    message.last_error = ""
    message.save(update_fields=["done_at", "last_error"])
    return True
