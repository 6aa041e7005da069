"""Statements about one place and two regions, in days from T0, without a database."""

from datetime import timedelta

from content.availability.rules import Source
from tests.clock import instant

T0 = instant("2020-01-01")
DAY = timedelta(days=1)
PLACE, EU, LATAM = 1, 10, 11
CODES = {PLACE: "ES", EU: "EU", LATAM: "LATAM"}


def source(
    area: int, status: str, first: int, last: int | None, *, joined: int = -100, left: int | None = None, frozen: int | None = None
) -> Source:
    """A statement in days from T0; ``first`` is its number too."""
    at = lambda day: None if day is None else T0 + DAY * day  # noqa: E731
    number = area * 1000 + first
    return Source(PLACE, area, CODES[area], status, number, at(first), at(last), at(frozen), at(joined), at(left))
