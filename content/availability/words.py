"""Instants of statements as readers say them. A statement's day is its area's day; a published list's is the day it carries."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.utils.translation import get_language, gettext

from content.availability.listing import Basis, stamp
from i18n import formats
from i18n.interface import own
from portal.core.periods import TICK


@dataclass(frozen=True, slots=True)
class Said:
    """A date in words, and the instant behind it for machines."""

    text: str
    iso: str | None


@lru_cache(maxsize=4096)
def clock_of(at: datetime, zone: str) -> str:
    """Return the zone on whose clock the instant is a midnight: the place's, or UTC for what a list's date gave; else the place's."""
    for there in (zone, "UTC"):
        if at.astimezone(formats.zone_of(there)).time() == time(0):
            return there
    return zone


@lru_cache(maxsize=4096)
def day_of(at: datetime, zone: str) -> date | None:
    """Return the day that starts at the instant, in the zone or else in UTC; None: it is midnight in neither."""
    local = at.astimezone(formats.zone_of(clock_of(at, zone)))
    return local.date() if local.time() == time(0) else None


def starts(basis: Basis, language: str) -> Said:
    """Say when a basis begins: its day, "about" its year where the source has no date, or its minute with the city."""
    return start(basis.since, basis.area.zone, language, dated=basis.dated)


def _own(text: str, at: datetime, language: str) -> Said:
    return Said(own(text, language), stamp(at))


def start(at: datetime, zone: str, language: str, *, dated: bool = True) -> Said:
    """Say an instant at which something begins."""
    return _start(at, zone, language, dated, get_language())


@lru_cache(maxsize=4096)
def _start(at: datetime, zone: str, language: str, dated: bool, spoken: str | None) -> Said:
    """``spoken``: the language our own words come in."""
    if not dated:
        return Said(gettext("about %(year)s") % {"year": at.astimezone(UTC).year}, stamp(at))
    on = day_of(at, zone)
    return _own(formats.day(on, language) if on else formats.instant(at, zone, language), at, language)


def recorded(at: datetime, language: str, *, dated: bool = True) -> Said:
    """Say when something was recorded: its day in UTC, or "about" its year where the instant was guessed with the source's."""
    return _own(formats.day(at.astimezone(UTC).date(), language), at, language) if dated else start(at, "UTC", language, dated=False)


def order(at: datetime, zone: str, *, dated: bool = True) -> tuple[int, bool, datetime]:
    """Return the sort key of an instant as readers see it, earliest first: its year; a guessed day before the exact ones of its year."""
    return at.astimezone(formats.zone_of(clock_of(at, zone) if dated else "UTC")).year, dated, at


def end(at: datetime, zone: str, language: str) -> Said:
    """Say an exclusive end as the last day that is in, or its minute with the city."""
    return _end(at, zone, language, get_language())


@lru_cache(maxsize=4096)
def _end(at: datetime, zone: str, language: str, spoken: str | None) -> Said:
    on = day_of(at, zone)
    return _own(formats.day(on - timedelta(days=1), language) if on else formats.instant(at, zone, language), at, language)


def precise_end(at: datetime, zone: str, language: str) -> Said:
    """Say an exclusive end to the minute, in the zone and in UTC: ``31 January 2020, 24:00 in Brussels (23:00 UTC)``."""
    beside = (at - TICK).astimezone(formats.zone_of(zone)).date()
    text = formats.until_day(at, zone, language)
    if formats.city(zone, language) != "UTC":
        text = f"{text} ({formats.in_utc(at, language, beside=beside)})"
    return _own(text, at, language)
