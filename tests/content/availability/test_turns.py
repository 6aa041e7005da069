"""What became of places between two instants: the whole table of turns, and the edges."""

from datetime import timedelta

import pytest

from content.availability.rules import Source
from content.availability.turns import turned
from tests.clock import TICK, instant

START, END = instant("2019-01-01"), instant("2020-01-01")
BEFORE, EARLY, LATE = instant("2018-01-01"), instant("2019-03-01"), instant("2019-09-01")


def stated(*spans) -> list[Source]:
    """Return own statements of place 1: (status, from, to)."""
    return [
        Source(1, 1, "XX", status, at, since, until, None, BEFORE - timedelta(days=999), None)
        for at, (status, since, until) in enumerate(spans)
    ]


@pytest.mark.row("A5")
@pytest.mark.parametrize(
    "sources, expected",
    [
        (stated(("available", BEFORE, None)), None),
        (stated(("available", EARLY, None)), ("came", None, "available", EARLY)),
        (stated(("on_request", BEFORE, EARLY), ("pilot", EARLY, None)), ("came", "on_request", "pilot", EARLY)),
        (stated(("available", BEFORE, LATE)), ("went", "available", None, LATE)),
        (stated(("available", BEFORE, LATE), ("withdrawn", LATE, None)), ("went", "available", "withdrawn", LATE)),
        (stated(("available", BEFORE, EARLY), ("by_licence", EARLY, None)), ("changed", "available", "by_licence", EARLY)),
        (stated(("suspended", EARLY, None)), ("changed", None, "suspended", EARLY)),
        (stated(("available", EARLY, LATE)), ("passed", None, None, LATE)),
        (
            stated(("available", BEFORE, EARLY), ("suspended", EARLY, LATE), ("available", LATE, None)),
            ("passed", "available", "available", LATE),
        ),
        (stated(("available", BEFORE, EARLY), ("available", EARLY, None)), None),  # said again, nothing changed
        (stated(("available", START, None)), None),  # it held at the first instant already
        (stated(("available", START + TICK, None)), ("came", None, "available", START + TICK)),
        (stated(("available", END, None)), ("came", None, "available", END)),
        (stated(("available", END + TICK, None)), None),
        (stated(("available", BEFORE, START)), None),
    ],
)
def test_a_place_came_went_changed_or_only_passed(sources, expected):
    found = turned(sources, START, END)
    if expected is None:
        assert found == []
        return
    [one] = found
    statuses = [answer.status if answer else None for answer in (one.before, one.after)]
    assert (one.turn, *statuses, one.at) == expected
