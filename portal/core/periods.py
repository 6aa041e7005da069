"""Half-open periods of instants. Pure: no Django, no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

TICK = timedelta(microseconds=1)  # the smallest step of our clocks: an instant less a tick is the last one before it


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``[valid_from, valid_to)``; ``valid_to`` None = open."""

    valid_from: datetime
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("a period ends after it starts")

    def __contains__(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def __and__(self, other: "Period") -> "Period | None":
        """Return the common part, None if there is none."""
        valid_from = max(self.valid_from, other.valid_from)
        valid_to = earliest(self.valid_to, other.valid_to)
        return Period(valid_from, valid_to) if valid_to is None or valid_from < valid_to else None

    def __sub__(self, other: "Period") -> "Iterator[Period]":
        """Yield what is left of this period without ``other``: none, one or two parts."""
        if self & other is None:
            yield self
            return
        if self.valid_from < other.valid_from:
            yield Period(self.valid_from, other.valid_from)
        if other.valid_to is not None and (self.valid_to is None or other.valid_to < self.valid_to):
            yield Period(other.valid_to, self.valid_to)


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the smallest instant, None (= never) if all are None."""
    return min((at for at in instants if at is not None), default=None)


def overlapping(periods: Iterable[Period]) -> bool:
    """Say whether any two of the periods share an instant."""
    ordered = sorted(periods, key=lambda period: period.valid_from)
    return any(before & after is not None for before, after in zip(ordered, ordered[1:], strict=False))
