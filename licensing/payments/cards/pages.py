"""Pages at the provider on which an invoice could still be paid."""

from datetime import datetime
from typing import Any

from licensing.payments.cards.models import PaymentAttempt
from licensing.payments.cards.rules import AttemptState
from portal.core import outbox


def close(invoice: Any, *, now: datetime, but: int = 0) -> None:
    """Have every open page of an invoice closed after the transaction, except that of the attempt ``but`` (0 = none): nobody should pay twice."""
    rows = PaymentAttempt.objects.filter(invoice=invoice, state=AttemptState.CREATED).exclude(session_id=None).exclude(pk=but)
    for attempt in rows:
        outbox.put("payments.close_page", {"attempt": attempt.pk}, now=now)
