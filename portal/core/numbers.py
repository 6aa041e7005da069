"""Numbers people quote, without gaps within a series: ``L-2026-0001``."""

from datetime import datetime

from portal.core.models import NumberSeries


def take(prefix: str, *, now: datetime) -> str:
    """Return the next number of ``prefix`` for the year of ``now`` (UTC). Must run inside the transaction that uses it.

    The series' row stays locked until that transaction ends, so a rolled-back number is given out again.
    """
    series = f"{prefix}-{now.year}"
    NumberSeries.objects.get_or_create(code=series)
    row = NumberSeries.objects.select_for_update().get(code=series)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:04d}"
