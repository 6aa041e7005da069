"""The law of availability. Pure: no Django, no clock, no database.

1. Known: a row counts at ``known_at`` when ``recorded_at <= known_at < superseded_at``.
2. In force: a statement counts at ``as_of`` when ``valid_from <= as_of < valid_to``.
3. Covers: a statement about an area covers each member of that area at ``as_of`` (*follow*), or at ``members_at`` where the
   statement fixes it (*frozen*). A place is the one member of itself.
4. The nearest statement decides: one about the place itself beats those about regions, whatever its status.
5. Among regions the strongest status decides, in the order of ``Status``; a tie goes to the earlier start, then the code.
6. Every covering statement is a source, and is shown; ending one never hides another.
7. No covering statement: not stated. That is absence, never a status.

Long because the law, and what follows from it for drafts (what differs, what alters the past, who leaves), is read and proved together.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import zip_longest
from zoneinfo import ZoneInfo

from portal.core.periods import Period, earliest, overlapping


class Status(StrEnum):
    """From the strongest to the weakest."""

    AVAILABLE = "available"
    BY_LICENCE = "by_licence"
    PILOT = "pilot"
    ON_REQUEST = "on_request"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


STRENGTH = {status.value: rank for rank, status in enumerate(Status)}
TODAY = timedelta(days=1)
OFFERED = frozenset({Status.AVAILABLE, Status.BY_LICENCE, Status.PILOT})


@dataclass(frozen=True, slots=True)
class Assertion:
    """What staff assert: the status of one area for one period. Equal assertions are one statement.

    ``notes`` are pairs (language, public text) in the order of the languages, without empty texts. ``source`` is the document it
    rests on; ``dated`` False: the document carries no date, so the start is a guess.
    """

    area: int
    status: Status
    period: Period
    members_at: datetime | None = None
    notes: tuple[tuple[str, str], ...] = ()
    source: str = ""
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """A statement that covers a place, through which area, and for how long the place belongs to that area."""

    place: int
    area: int
    area_code: str
    status: str
    statement: int
    valid_from: datetime
    valid_to: datetime | None
    members_at: datetime | None
    member_from: datetime
    member_to: datetime | None
    dated: bool = True
    period: Period | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Say once when it covers the place: the statement's period, cut by the membership it follows; None = never."""
        object.__setattr__(self, "period", self._period())

    def _period(self) -> Period | None:
        if self.members_at is None:
            starts = self.member_from if self.member_from > self.valid_from else self.valid_from
            ends = self.valid_to if self.member_to is None else self.until
            return Period(starts, ends) if ends is None or starts < ends else None
        member = self.member_from <= self.members_at and (self.member_to is None or self.members_at < self.member_to)
        return Period(self.valid_from, self.valid_to) if member else None

    @property
    def own(self) -> bool:
        return self.area == self.place

    @property
    def weight(self) -> tuple[bool, int, datetime, str]:
        """Sort key: the source that decides comes first (law 4 and 5)."""
        return not self.own, STRENGTH[self.status], self.valid_from, self.area_code

    @property
    def since(self) -> datetime:
        return self.valid_from if self.members_at is not None else max(self.valid_from, self.member_from)

    @property
    def until(self) -> datetime | None:
        return self.valid_to if self.members_at is not None else earliest(self.valid_to, self.member_to)

    @property
    def left_region(self) -> bool:
        """Say whether it stops covering the place because the place leaves the region, and not because the statement ends."""
        follows = not self.own and self.members_at is None and self.member_to is not None
        return follows and (self.valid_to is None or self.member_to < self.valid_to)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of one place, and every source with the deciding one first."""

    place: int
    status: str
    sources: tuple[Source, ...]

    @property
    def since(self) -> datetime:
        return self.sources[0].since

    @property
    def until(self) -> datetime | None:
        return self.sources[0].until


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a place that is not stated was stated before: ``left_region`` or ``no_longer_stated``, since ``at``."""

    reason: str
    at: datetime
    last: Source


@dataclass(frozen=True, slots=True)
class Segment:
    """What held for one place in one period; no answer = not stated."""

    period: Period
    answer: Answer | None


def resolve(sources: Iterable[Source]) -> dict[int, Answer]:
    """Return one answer per covered place; a place that is missing is *not stated*."""
    by_place: dict[int, list[Source]] = {}
    for source in sources:
        by_place.setdefault(source.place, []).append(source)
    answers = {}
    for place, found in by_place.items():
        if len(found) > 1:
            found.sort(key=lambda source: source.weight)
        answers[place] = Answer(place, found[0].status, tuple(found))
    return answers


def at(sources: Iterable[Source], instant: datetime) -> dict[int, Answer]:
    """Return the answers at an instant, out of sources of any time."""
    return resolve(covering(sources, instant))


def covering(sources: Iterable[Source], instant: datetime) -> list[Source]:
    """Return the sources that cover their place at an instant."""
    # Asked for every row of a history: comparing here costs a third of asking the period.
    return [
        source
        for source in sources
        if (period := source.period) is not None and period.valid_from <= instant and (period.valid_to is None or instant < period.valid_to)
    ]


def edges(sources: Iterable[Source]) -> list[datetime]:
    """Return the instants at which an answer may change, in order."""
    periods = {source.period for source in sources}
    found = {edge for period in periods if period is not None for edge in (period.valid_from, period.valid_to) if edge is not None}
    return sorted(found)


def timeline(sources: Collection[Source]) -> list[Segment]:
    """Return what held for one place, from the first statement on, in order; neighbours differ in what they rest on."""
    segments: list[Segment] = []
    instants = edges(sources)
    for start, end in zip_longest(instants, instants[1:]):
        answer = next(iter(at(sources, start).values()), None)
        segments.append(Segment(Period(start, end), answer))
    return segments


def unbroken(sources: Collection[Source], instant: datetime) -> Source | None:
    """Return the source with which one place's status of an instant began and lasted without a gap; None: not stated then."""
    run = deciding(sources, instant)
    if run is None:
        return None
    for edge in reversed([edge for edge in edges(sources) if edge <= instant]):
        before = deciding(sources, edge)
        if before is None or before.status != run.status:
            break
        run = before
    return run


def deciding(sources: Iterable[Source], instant: datetime) -> Source | None:
    """Return the source that decides for one place at an instant; None: not stated."""
    found = covering(sources, instant)
    return min(found, key=lambda source: source.weight) if len(found) > 1 else found[0] if found else None


def ended(sources: Iterable[Source], *, by: datetime) -> Ended | None:
    """Return why one place, not stated at ``by``, was stated before; None: it never was."""
    past = [source for source in sources if source.period is not None and source.until is not None and source.until <= by]
    if not past:
        return None
    latest = max(source.until for source in past if source.until is not None)
    last = min((source for source in past if source.until == latest), key=lambda source: source.weight)
    return Ended("left_region" if last.left_region else "no_longer_stated", latest, last)


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # the days we answer for; beyond them clocks and calendars end


def days(first: date, last: date | None, zone: str) -> Period:
    """Return the period from the first instant of ``first`` to the end of ``last`` (None = open) on the clock of a zone."""
    there = ZoneInfo(zone)
    starts = datetime.combine(first, time(0), there).astimezone(UTC)
    ends = datetime.combine(last + timedelta(days=1), time(0), there).astimezone(UTC) if last else None
    return Period(starts, ends)


class Overlapping(Exception):
    """Two assertions give one area two statuses at one instant; ``area`` says which."""

    def __init__(self, area: int):
        super().__init__("overlapping")
        self.code, self.area = "overlapping", area


def checked(assertions: Iterable[Assertion]) -> frozenset[Assertion]:
    """Return the assertions as a set.

    :raises Overlapping: two of them meet.
    """
    wanted = frozenset(assertions)
    periods: dict[int, list[Period]] = {}
    for assertion in wanted:
        periods.setdefault(assertion.area, []).append(assertion.period)
    for area, some in periods.items():
        if overlapping(some):
            raise Overlapping(area)
    return wanted


def cut(assertions: Iterable[Assertion], *, area: int, period: Period) -> frozenset[Assertion]:
    """Return the assertions with nothing stated about ``area`` in ``period``."""
    left: set[Assertion] = set()
    for assertion in assertions:
        if assertion.area == area:
            left.update(replace(assertion, period=part) for part in assertion.period - period)
        else:
            left.add(assertion)
    return frozenset(left)


def put(assertions: Iterable[Assertion], assertion: Assertion) -> frozenset[Assertion]:
    """Return the assertions with ``assertion`` in place of whatever was stated for its area and period."""
    return cut(assertions, area=assertion.area, period=assertion.period) | {assertion}


def alters_the_past(before: Iterable[Assertion], after: Collection[Assertion], *, by: datetime) -> bool:
    """Say whether what was stated for a time before ``by`` is not stated so any more: that corrects, the rest only goes on.

    A change "from today" is published in the course of the day, or while a second person reads it: the last day is no past.
    """
    past = by - TODAY
    for one in set(before) - set(after):
        if one.period.valid_from < past:
            left = [one.period & Period(one.period.valid_from, past)]
            for other in after:
                if (other.area, other.status) == (one.area, one.status):
                    left = [rest for part in left if part for rest in part - other.period]
            if left:
                return True
    return False


def moments(sources: Collection[Source]) -> list[tuple[datetime, dict[int, Answer]]]:
    """Return the instants at which some place's status changes, each with the answers from then on, in order."""
    found: list[tuple[datetime, dict[int, Answer]]] = []
    before: dict[int, str] = {}
    for instant in edges(sources):
        answers = at(sources, instant)
        now = {place: answer.status for place, answer in answers.items()}
        if now != before:
            found.append((instant, answers))
        before = now
    return found


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
        if last and last.period.valid_to == one.period.valid_from and replace(last, period=one.period) == one:
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
    by_place: dict[int, list[Source]] = {}
    for source in sources:
        by_place.setdefault(source.place, []).append(source)
    found = []
    for place, some in by_place.items():
        for instant in sorted({source.until for source in some if source.left_region and source.until}):
            decided = any(source.own and (source.until is None or source.until > instant) for source in some)
            deciding = next(
                (
                    s
                    for s in sorted(some, key=lambda s: s.weight)
                    if s.period and s.since < instant and (s.until is None or instant <= s.until)
                ),
                None,
            )
            answer = at(some, instant).get(place)
            after = answer.status if answer else None
            if not decided and deciding and deciding.left_region and deciding.until == instant and deciding.status != after:
                found.append(Left(place, deciding.area, instant, deciding.status, after))
    return sorted(found, key=lambda left: (left.at, left.place))
