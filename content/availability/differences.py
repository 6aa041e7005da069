"""What differs between two accounts of availability, what takes a change back, and which places a region lost. Pure.

The law they follow stands in ``rules``.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from content.availability.rules import Assertion, Source, at, by_place, cut, deciding, edges, put
from portal.core.periods import TICK, Period

GRACE = timedelta(days=1)  # a change "from today" may be read by a second person before it is published


def alters_the_past(before: Iterable[Assertion], after: Collection[Assertion], *, by: datetime) -> bool:
    """Say whether what was stated for a time before ``by`` is not stated so any more: that corrects, the rest only goes on.

    A change "from today" is published in the course of the day, or while a second person reads it: the last day is no past.
    """
    past = by - GRACE
    for one in set(before) - set(after):
        if one.period.valid_from < past:
            left = [one.period & Period(one.period.valid_from, past)]
            for other in after:
                if (other.area, other.status) == (one.area, one.status):
                    left = [rest for part in left if part for rest in part - other.period]
            if left:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Difference:
    """What one place's answer was in a period, and what it becomes; None = not stated."""

    place: int
    period: Period
    before: str | None
    after: str | None


def differences(before: Iterable[Source], after: Iterable[Source]) -> list[Difference]:
    """Return where and when the status of a place differs, by place and then in order of time; neighbours that say the same are one."""
    pairs: dict[int, tuple[list[Source], list[Source]]] = {}
    for which, sources in enumerate((before, after)):
        for source in sources:
            pairs.setdefault(source.place, ([], []))[which].append(source)
    found: list[Difference] = []
    for place, (was, becomes) in sorted(pairs.items()):
        instants = sorted({*edges(was), *edges(becomes)})
        for start, end in zip_longest(instants, instants[1:]):
            old, new = (answer.status if (answer := at(some, start).get(place)) else None for some in (was, becomes))
            if old == new:
                continue
            last = found[-1] if found else None
            if last and (last.place, last.period.valid_to, last.before, last.after) == (place, start, old, new):
                found[-1] = replace(last, period=Period(last.period.valid_from, end))
            else:
                found.append(Difference(place, Period(start, end), old, new))
    return found


def undone(before: Collection[Assertion], after: Collection[Assertion], current: Collection[Assertion]) -> frozenset[Assertion]:
    """Return ``current`` with what turned ``before`` into ``after`` taken back.

    Only where it still stands: what somebody stated since then is left alone.
    """
    wanted = frozenset(current)
    for area in {one.area for one in set(before) ^ set(after)}:
        was, became, stands = ([one for one in some if one.area == area] for some in (before, after, current))
        instants = sorted({edge for one in (*was, *became, *stands) for edge in (one.period.valid_from, one.period.valid_to) if edge})
        for start, end in zip_longest(instants, instants[1:]):
            old, new, now = (_said(some, start) for some in (was, became, stands))
            if old != new and now == new:
                period = Period(start, end)
                wanted = put(wanted, replace(old, period=period)) if old else cut(wanted, area=area, period=period)
        wanted = _joined(wanted, area)
    return wanted


_ANY = Period(datetime(1, 1, 1, tzinfo=UTC))


def _said(assertions: Iterable[Assertion], instant: datetime) -> Assertion | None:
    """Return what is asserted at an instant, without its period."""
    return next((replace(one, period=_ANY) for one in assertions if instant in one.period), None)


def _joined(assertions: frozenset[Assertion], area: int) -> frozenset[Assertion]:
    """Return the assertions with neighbours of an area that say the same made one."""
    joined: list[Assertion] = []
    for one in sorted((one for one in assertions if one.area == area), key=lambda one: one.period.valid_from):
        last = joined[-1] if joined else None
        if last and last.period.valid_to == one.period.valid_from and replace(last, period=one.period, dated=one.dated) == one:
            joined[-1] = replace(last, period=Period(last.period.valid_from, one.period.valid_to))
        else:
            joined.append(one)
    return frozenset(one for one in assertions if one.area != area) | frozenset(joined)


@dataclass(frozen=True, slots=True)
class Left:
    """A place whose answer changed because it left a region at ``at``: ``before`` was stated through the region, ``after`` is what is left."""

    place: int
    region: int
    at: datetime
    before: str
    after: str | None


def leavers(sources: Iterable[Source]) -> list[Left]:
    """Return the places a region's statement stopped to cover because they left it, that have no word of their own since, in order of time."""
    found = []
    for place, some in by_place(sources).items():
        for instant in sorted({source.until for source in some if source.left_region and source.until}):
            decided = any(source.own and (source.until is None or source.until > instant) for source in some)
            last, next_one = deciding(some, instant - TICK), deciding(some, instant)
            after = next_one.status if next_one else None
            if not decided and last and last.left_region and last.until == instant and last.status != after:
                found.append(Left(place, last.area, instant, last.status, after))
    return sorted(found, key=lambda left: (left.at, left.place))
