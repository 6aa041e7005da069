"""What only a person can settle: raised once, closed by finance with a word on what was done."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.payments import actions as payments
from licensing.payments.cards.models import PaymentCase, ProviderEvent, RefusedCall
from licensing.payments.models import Invoice
from licensing.payments.rules import NotAllowed


@transaction.atomic
def raise_case(
    code: str,
    *,
    key: str,
    now: datetime,
    invoice: Invoice | None = None,
    event: ProviderEvent | None = None,
    facts: dict[str, Any] | None = None,
) -> PaymentCase:
    """Put something before finance, once for each ``code`` and ``key``; where it is about an invoice, its history says so to staff."""
    case, new = PaymentCase.objects.get_or_create(
        code=code, key=key, defaults={"invoice": invoice, "event": event, "facts": facts or {}, "raised_at": now}
    )
    if new and invoice is not None:
        locked = payments.locked(invoice.pk)
        payload = {"case": case.pk, "code": code}
        record(locked, "case", by=SYSTEM, now=now, visibility=Event.Visibility.INTERNAL, payload=payload)
    return case


@transaction.atomic
def close_case(case_id: int, *, note: str, by: Actor, now: datetime) -> PaymentCase:
    """Say what was done about it.

    :raises NotAllowed: already_closed, no_note.
    """
    case = PaymentCase.objects.select_for_update().get(pk=case_id)
    if case.closed_at:
        raise NotAllowed("already_closed")
    if not note.strip():
        raise NotAllowed("no_note")
    case.closed_at, case.closed_by_id, case.note = now, by.person_id, note.strip()[:250]
    case.save(update_fields=["closed_at", "closed_by", "note"])
    return case


@transaction.atomic
def count_refused(reason: str, *, now: datetime) -> None:
    """Count a call of the webhook that was turned away; nothing else of it is kept."""
    row, _ = RefusedCall.objects.get_or_create(reason=reason, defaults={"last_at": now})
    RefusedCall.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=now)
