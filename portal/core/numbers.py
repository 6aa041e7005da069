"""Numbers people quote, without gaps within a series: ``L-2026-0001``."""

from datetime import datetime

from portal.core.models import NumberSeries


def hold(prefix: str, *, now: datetime) -> NumberSeries:
    """Return the series of ``prefix`` for the year of ``now`` (UTC), locked until the transaction ends: others who would take wait."""
    series = f"{prefix}-{now.year}"
    NumberSeries.objects.get_or_create(code=series)
    return NumberSeries.objects.select_for_update().get(code=series)


def take(prefix: str, *, now: datetime) -> str:
    """Return the next number of ``prefix`` for the year of ``now`` (UTC). Must run inside the transaction that uses it.

    The series' row stays locked until that transaction ends, so a rolled-back number is given out again.
    """
    row = hold(prefix, now=now)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{row.code}-{row.last:04d}"
