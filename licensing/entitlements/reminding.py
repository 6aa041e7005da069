"""Reminders that a term ends: each once, in the morning of the licence's zone, whatever the worker missed before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from licensing.entitlements.models import Licence, TermReminder
from licensing.entitlements.rules import REMINDERS, TOO_LATE, reminder_due
from licensing.history.actions import SYSTEM, record

FIRST = timedelta(days=max(REMINDERS) + 2)  # the morning of the first reminder, in every zone


def remind_all(*, now: datetime) -> int:
    """Remind of every term whose reminder is due; return how many were."""
    told = TermReminder.objects.filter(valid_to=F("licence__valid_to"), days=0).values("licence")
    near = Licence.objects.filter(valid_to__lte=now + FIRST, valid_to__gt=now - TOO_LATE, end=None, superseded_by=None)
    return sum(remind(pk, now=now) for pk in near.exclude(pk__in=told).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def remind(licence_id: int, *, now: datetime) -> bool:
    """Record the reminder that is due now, if any, so that its letters follow; False if there is none or it was sent."""
    licence = Licence.objects.select_for_update(of=("self",)).get(pk=licence_id)
    days = reminder_due(licence.valid_to, zone=ZoneInfo(licence.zone), known_since=licence.activated_at, at=now)
    told = licence.reminders.filter(valid_to=licence.valid_to)
    if days is None or told.filter(days__lte=days).exists() or hasattr(licence, "end") or hasattr(licence, "superseded_by"):
        return False
    told.create(licence=licence, valid_to=licence.valid_to, days=days, told_at=now)
    record(licence, "remind", by=SYSTEM, now=now, payload={"days": days}, effective_at=licence.valid_to)
    return True
