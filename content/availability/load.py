"""History and demonstration data as statements; the caller has read the files (the catalogue loader, tests).

A published list is a snapshot: it holds from its ``valid_from`` until the next list's, and a place missing from the next one is then
not stated. Lists are recorded open-ended; the next one supersedes them with rows cut at its own start.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from content.availability import actions
from content.availability.models import AvailabilityStatement, Publication
from content.availability.queries import NOTES
from content.availability.rules import Assertion, Status, put
from content.programmes.models import Programme
from i18n.places.models import Area
from portal.core.periods import Period

LIMIT = Publication._meta.get_field("reason").max_length or 0


def load_lists(data: Mapping[str, Any], *, now: datetime) -> int:
    """Record published lists (the shape of ``availability_history.json``) as they were published; return how many were new.

    :raises KeyError: a place or region is not loaded.
    :raises content.availability.actions.NotImportable: something newer is recorded already.
    """
    programme = Programme.objects.get(code=data["programme"]).pk
    areas = dict(Area.objects.values_list("code", "pk"))
    done = 0
    for one in sorted(data["snapshots"], key=lambda one: one["recorded_at"]):
        new = _assertions_of_list(one, areas)
        done += _import(programme, datetime.fromisoformat(one["recorded_at"]), new, reason=_reason(one), whole=True, now=now)
    return done


def _assertions_of_list(one: Mapping[str, Any], areas: Mapping[str, int]) -> list[Assertion]:
    period = Period(datetime.fromisoformat(one["valid_from"]))
    special = one.get("status_of", {})
    return [
        Assertion(areas[code], Status(special.get(code, one["status"])), period, source=one["source"], dated=one["dated"])
        for code in [*one["places"], *one["regions"]]
    ]


def _reason(one: Mapping[str, Any]) -> str:
    """Return what the list is called and, where there is room, what has to be known about it."""
    whole = f"{one['source']}. {one['note']}" if one.get("note") else one["source"]
    return whole if len(whole) <= LIMIT else one["source"][:LIMIT]


def load_statements(data: Mapping[str, Any], *, now: datetime) -> int:
    """Record single statements (the shape of ``availability_other.toml``); return how many publications that made.

    One with ``recorded_at`` is history. One without is published now, by its ``author``; ``relative`` counts its start from the day of
    ``now`` in its own zone.
    """
    areas = dict(Area.objects.values_list("code", "pk"))
    programmes = dict(Programme.objects.values_list("code", "pk"))
    rows = [row for row in data["statement"] if row["programme"] in programmes]
    past = sorted((row for row in rows if "recorded_at" in row), key=_import_key)
    done = 0
    for (recorded_at, code), some in groupby(past, key=_import_key):
        together = list(some)
        new = [assertion for row in together for assertion in _assertions(row, areas, now=now)]
        done += _import(programmes[code], recorded_at, new, reason=together[0]["source"][:LIMIT], whole=False, now=now)
    for row in rows:
        if "recorded_at" not in row:
            done += _publish(programmes[row["programme"]], row, _assertions(row, areas, now=now), now=now)
    return done


def _import_key(row: Mapping[str, Any]) -> tuple[datetime, str]:
    return row["recorded_at"], row["programme"]


def _assertions(row: Mapping[str, Any], areas: Mapping[str, int], *, now: datetime) -> list[Assertion]:
    start = _relative(row["relative"], now=now) if "relative" in row else row["valid_from"]
    said = row.get("note") or {}
    said = said if isinstance(said, Mapping) else {"en": said}
    notes = tuple((language, said[language]) for language in NOTES if said.get(language))
    period, dated = Period(start, row.get("valid_to")), row.get("dated", True)
    codes = [*row.get("places", ()), *row.get("regions", ())]
    return [Assertion(areas[code], Status(row["status"]), period, notes=notes, source=row["source"], dated=dated) for code in codes]


def _relative(spec: Mapping[str, Any], *, now: datetime) -> datetime:
    """Return the instant ``months_ahead`` months after this one, on a day and at a time in a zone."""
    zone = ZoneInfo(spec["zone"])
    today = now.astimezone(zone).date()
    months = today.year * 12 + today.month - 1 + spec["months_ahead"]
    on = date(months // 12, months % 12 + 1, spec["day"])
    return datetime.combine(on, time.fromisoformat(spec["time"]), zone)


def _import(programme: int, recorded_at: datetime, new: list[Assertion], *, reason: str, whole: bool, now: datetime) -> bool:
    """Publish as of ``recorded_at``, unless that was done before. ``whole``: what is not in ``new`` ends where ``new`` starts."""
    if AvailabilityStatement.objects.filter(programme=programme, recorded_at=recorded_at, publication__imported_at__isnull=False).exists():
        return False

    def change(current):
        ending = Period(new[0].period.valid_from)
        kept = frozenset(filter(None, (_before(one, ending) for one in current))) if whole else current
        for one in new:
            kept = put(kept, one)
        return kept

    return actions.publish(programme, change, by="import", reason=reason, now=recorded_at, imported_at=now) is not None


def _before(assertion: Assertion, ending: Period) -> Assertion | None:
    """Return the assertion without what it says from the start of ``ending`` on."""
    left = [part for part in assertion.period - ending if part.valid_from < ending.valid_from]
    return replace(assertion, period=left[0]) if left else None


def _publish(programme: int, row: Mapping[str, Any], new: list[Assertion], *, now: datetime) -> bool:
    areas = [one.area for one in new]
    if AvailabilityStatement.objects.filter(programme=programme, area__in=areas, source=row["source"]).exists():
        return False

    def change(current):
        for one in new:
            current = put(current, one)
        return current

    facts = {"by": row["author"], "approved_by": row.get("approver", ""), "reason": row["source"][:LIMIT], "now": now}
    return actions.publish(programme, change, areas=areas, **facts) is not None
