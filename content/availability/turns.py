"""What became of places between two instants. Pure: no Django, no clock, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from content.availability.rules import OFFERED, Answer, Segment, Source, by_place, timeline


class Turn(StrEnum):
    """What became of a place between two instants; ``PASSED``: it ended as it began, and was otherwise in between."""

    CAME = "came"
    WENT = "went"
    CHANGED = "changed"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Turned:
    """One place that changed: its answers at both ends, and the last instant of a change with what was answered until then."""

    place: int
    turn: Turn
    before: Answer | None
    after: Answer | None
    at: datetime
    last: Answer


def turned(sources: Collection[Source], start: datetime, end: datetime) -> list[Turned]:
    """Return the places whose status changed after ``start``, up to and with ``end``."""
    found = [_turned(place, timeline(some), start, end) for place, some in by_place(sources).items()]
    return [one for one in found if one is not None]


def _turned(place: int, segments: list[Segment], start: datetime, end: datetime) -> Turned | None:
    before = after = at = last = stated = None
    for segment in segments:
        instant = segment.period.valid_from
        if instant > end:
            break
        if instant > start and _status(segment.answer) != _status(after):
            at, last = instant, after or stated
        if instant <= start:
            before = segment.answer
        after, stated = segment.answer, segment.answer or stated
    if at is None or (last or after) is None:
        return None
    return Turned(place, _turn(before, after), before, after, at, last or after)  # type: ignore[arg-type]


def _status(answer: Answer | None) -> str | None:
    return answer.status if answer else None


def _turn(before: Answer | None, after: Answer | None) -> Turn:
    was, is_now = _status(before) in OFFERED, _status(after) in OFFERED
    if was != is_now:
        return Turn.CAME if is_now else Turn.WENT
    return Turn.PASSED if _status(before) == _status(after) else Turn.CHANGED
