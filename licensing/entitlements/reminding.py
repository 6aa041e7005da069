"""Reminders that a licence ends, by its term or by notice: each once, in the morning of its zone, whatever the worker missed before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from licensing.entitlements.actions import locked
from licensing.entitlements.models import Licence, TermReminder
from licensing.entitlements.rules import REMINDERS, TOO_LATE, reminder_due
from licensing.history.actions import SYSTEM, record

FIRST = timedelta(days=max(REMINDERS) + 2)  # the morning of the first reminder, in every zone


def remind_all(*, now: datetime) -> int:
    """Remind of every end whose reminder is due; return how many were."""
    told = TermReminder.objects.filter(licence=OuterRef("pk"), valid_to=OuterRef("ends_at"), days=0)
    near = Licence.objects.not_followed().filter(~Exists(told), ends_at__lte=now + FIRST, ends_at__gt=now - TOO_LATE)
    return sum(remind(pk, now=now) for pk in near.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def remind(licence_id: int, *, now: datetime) -> bool:
    """Record the reminder that is due now, if any, so that its letters follow; False if there is none or it was sent."""
    licence = locked(licence_id)
    found = Licence.objects.not_followed().filter(pk=licence.pk).values_list("ends_at", "end__recorded_at").first()
    if found is None:
        return False
    ends_at, notice_at = found
    known_since = max(licence.activated_at, notice_at or licence.activated_at)
    days = reminder_due(ends_at, zone=ZoneInfo(licence.zone), known_since=known_since, at=now)
    told = licence.reminders.filter(valid_to=ends_at)
    if days is None or told.filter(days__lte=days).exists():
        return False
    told.create(licence=licence, valid_to=ends_at, days=days, told_at=now)
    record(licence, "remind", by=SYSTEM, now=now, payload={"days": days, "notice": notice_at is not None}, effective_at=ends_at)
    return True
