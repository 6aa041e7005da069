"""Dates of the catalogue that are counted from the day of loading. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

_RELATIVE = re.compile(r"relative:([+-]\d+)([dy])")


def resolved(value: Any, *, today: date, edition: str = "") -> Any:
    """Return ``value`` with ``relative:+30d`` turned into a date (ISO text), at any depth.

    ``relative:+1y`` becomes a year (a number), ``relative:edition`` the edition's label.
    """
    if isinstance(value, str):
        found = _RELATIVE.fullmatch(value)
        if found and found[2] == "y":
            return today.year + int(found[1])
        if found:
            return (today + timedelta(days=int(found[1]))).isoformat()
        return edition if value == "relative:edition" else value
    if isinstance(value, Mapping):
        return {key: resolved(inner, today=today, edition=edition) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, today=today, edition=edition) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def at(step: Mapping[str, Any], *, now: datetime) -> datetime:
    """Return the instant of a story's step: ``day`` counted from the day of ``now``, ``at`` in UTC; never after ``now``."""
    on = now.date() + timedelta(days=step["day"])
    return min(datetime.combine(on, time.fromisoformat(step["at"]), now.tzinfo), now)
