"""How far apart two places are: between the cities their zones are called after, which are their capitals or the largest town.

The coordinates are those of the tz database (``zone.tab`` of the package ``tzdata``).
"""

import re
from functools import lru_cache
from importlib.resources import files

from i18n.places.rules import kilometres

Point = tuple[float, float]
_SIGNED = re.compile(r"([+-])(\d{2,3})(\d{2})(\d{2})?(?=[+-]|$)")


@lru_cache(maxsize=1)
def cities() -> dict[str, Point]:
    """Return latitude and longitude in degrees by zone."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {zone: _point(place) for _country, place, zone, *_ in rows}


def _point(text: str) -> Point:
    """Read ISO 6709: ``-0117+03649`` or with seconds."""
    latitude, longitude = ((sign, *map(int, (d, m, s or 0))) for sign, d, m, s in _SIGNED.findall(text))
    return _degrees(*latitude), _degrees(*longitude)


def _degrees(sign: str, degrees: int, minutes: int, seconds: int) -> float:
    return (-1 if sign == "-" else 1) * (degrees + minutes / 60 + seconds / 3600)


def between(zone: str, other: str) -> float | None:
    """Return the kilometres between two zones' cities; None where one has no city."""
    known = cities()
    return kilometres(known[zone], known[other]) if zone in known and other in known else None
