"""The law of availability. Pure: no Django, no clock, no database.

1. Known: a row counts at ``known_at`` when ``recorded_at <= known_at < superseded_at``.
2. In force: a statement counts at ``as_of`` when ``valid_from <= as_of < valid_to``.
3. Covers: a statement about an area covers each member of that area at ``as_of`` (*follow*), or at ``members_at`` where the
   statement fixes it (*frozen*). A place is the one member of itself.
4. The nearest statement decides: one about the place itself beats those about regions, whatever its status.
5. Among regions the strongest status decides, in the order of ``Status``; a tie goes to the earlier start, then the code.
6. Every covering statement is a source, and is shown; ending one never hides another.
7. No covering statement: not stated. That is absence, never a status.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple
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


NOT_STATED = "not_stated"  # what is said of a place without an answer; never a status
STRENGTH = {status.value: rank for rank, status in enumerate(Status)}
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


@dataclass(slots=True)
class Source:
    """A statement that covers a place, through which area, and for how long the place belongs to that area.

    It covers the place from ``since`` until ``until`` (None = open): the statement's period, cut by the membership it follows; an empty
    period covers nothing, ever. Never changed once made; not frozen, for a page makes a thousand, and that would double their cost.
    """

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
    since: datetime = field(init=False, compare=False, repr=False)
    until: datetime | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        fixed = self.members_at
        if fixed is None:
            self.since = self.member_from if self.member_from > self.valid_from else self.valid_from
            self.until = self.valid_to if self.member_to is None else earliest(self.valid_to, self.member_to)
        else:
            is_member = self.member_from <= fixed and (self.member_to is None or fixed < self.member_to)
            self.since, self.until = self.valid_from, self.valid_to if is_member else self.valid_from

    @property
    def covers(self) -> bool:
        """Say whether it covers the place at any instant."""
        return self.until is None or self.since < self.until

    @property
    def own(self) -> bool:
        return self.area == self.place

    @property
    def kind(self) -> str:
        return "place" if self.own else "region"

    @property
    def weight(self) -> tuple[bool, int, datetime, str]:
        """Sort key: the source that decides comes first (law 4 and 5)."""
        return not self.own, STRENGTH[self.status], self.valid_from, self.area_code

    @property
    def left_region(self) -> bool:
        """Say whether it stops covering the place because the place leaves the region, and not because the statement ends."""
        follows = not self.own and self.members_at is None and self.member_to is not None
        return follows and (self.valid_to is None or self.member_to < self.valid_to)  # type: ignore[operator]


class Answer(NamedTuple):
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
    answers = {}
    for place, found in by_place(sources).items():
        if len(found) > 1:
            found.sort(key=lambda source: source.weight)
        answers[place] = Answer(place, found[0].status, tuple(found))
    return answers


def by_place(sources: Iterable[Source]) -> dict[int, list[Source]]:
    """Return the sources of each place, in the order given."""
    found: dict[int, list[Source]] = {}
    for source in sources:
        if (others := found.get(source.place)) is None:
            found[source.place] = [source]
        else:
            others.append(source)
    return found


def at(sources: Iterable[Source], instant: datetime) -> dict[int, Answer]:
    """Return the answers at an instant, out of sources of any time."""
    return resolve(covering(sources, instant))


def covering(sources: Iterable[Source], instant: datetime) -> list[Source]:
    """Return the sources that cover their place at an instant."""
    return [source for source in sources if source.since <= instant and (source.until is None or instant < source.until)]


def edges(sources: Iterable[Source]) -> list[datetime]:
    """Return the instants at which an answer may change, in order."""
    periods = {(source.since, source.until) for source in sources if source.covers}
    return sorted({edge for period in periods for edge in period if edge is not None})


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
    if run is None or sum(source.status == run.status for source in sources) == 1:
        return run
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
    past = [source for source in sources if source.covers and source.until is not None and source.until <= by]
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
            left.update(_part(assertion, part) for part in assertion.period - period)
        else:
            left.add(assertion)
    return frozenset(left)


def _part(assertion: Assertion, period: Period) -> Assertion:
    """Return what is left of an assertion in a part of its period: where it goes on after something else, that day is known."""
    return replace(assertion, period=period, dated=assertion.dated or period.valid_from != assertion.period.valid_from)


def put(assertions: Iterable[Assertion], assertion: Assertion) -> frozenset[Assertion]:
    """Return the assertions with ``assertion`` in place of whatever was stated for its area and period."""
    return cut(assertions, area=assertion.area, period=assertion.period) | {assertion}


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
