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

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from portal.core.periods import Period, overlapping


class Status(StrEnum):
    """From the strongest to the weakest."""

    AVAILABLE = "available"
    BY_LICENCE = "by_licence"
    PILOT = "pilot"
    ON_REQUEST = "on_request"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


STRENGTH = {status.value: rank for rank, status in enumerate(Status)}
OFFERED = frozenset({Status.AVAILABLE, Status.BY_LICENCE, Status.PILOT})


@dataclass(frozen=True, slots=True)
class Assertion:
    """What staff assert: the status of one area for one period. Equal assertions are one statement."""

    area: int
    status: Status
    period: Period
    members_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A statement that covers a place, and through which area."""

    place: int
    area: int
    area_code: str
    status: str
    valid_from: datetime
    statement: int
    until: datetime | None = None

    @property
    def own(self) -> bool:
        return self.area == self.place

    @property
    def weight(self) -> tuple:
        """Sort key: the source that decides comes first (law 4 and 5)."""
        return not self.own, STRENGTH[self.status], self.valid_from, self.area_code


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of one place, and every source with the deciding one first."""

    place: int
    status: str
    sources: tuple[Source, ...]


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
