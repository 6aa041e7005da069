"""The only writer of memberships after loading. Must run inside the caller's transaction, under its lock."""

from datetime import datetime

from i18n.places.models import RegionMembership
from portal.core.periods import Period


def set_membership(area_id: int, place_id: int, period: Period, *, member: bool, at: datetime, source: str = "") -> bool:
    """Record from ``at`` on that the place is (or is not) a member of the area in the period; return whether anything changed.

    Rows that are touched are closed, never edited; what they said outside the period is said again by new rows.
    """
    met = overlapped(area_id, place_id, period)
    parts = [part for row in met for part in Period(row.valid_from, row.valid_to) - period]
    wanted = parts + ([period] if member else [])
    if sorted(wanted, key=_start) == sorted((Period(row.valid_from, row.valid_to) for row in met), key=_start):
        return False
    RegionMembership.objects.filter(pk__in=[row.pk for row in met]).update(superseded_at=at)
    RegionMembership.objects.bulk_create(
        RegionMembership(
            area_id=area_id, place_id=place_id, valid_from=part.valid_from, valid_to=part.valid_to, recorded_at=at, source=source
        )
        for part in wanted
    )
    return True


def overlapped(area_id: int, place_id: int, period: Period) -> list[RegionMembership]:
    """Return the rows held for true now that share an instant with the period."""
    rows = RegionMembership.objects.filter(area=area_id, place=place_id).known_at(None)
    return [row for row in rows if Period(row.valid_from, row.valid_to) & period is not None]


def _start(period: Period) -> datetime:
    return period.valid_from
