from datetime import timedelta

import pytest

from content.availability.rules import Source
from content.interest.rules import CLOSED, CONFIRM_WITHIN, KEPT_TOLD, KEPT_WAITING, OPEN, Outlook, Standing, State, Stated, corrected, state
from tests.clock import NOW, TICK

CONFIRMED, TOLD = NOW + CONFIRM_WITHIN / 2, NOW + CONFIRM_WITHIN
OPENS = TOLD + 2 * KEPT_TOLD


@pytest.mark.row("A7")
@pytest.mark.parametrize(
    "confirmed_at, told_at, opens_at, at, expected",
    [
        (None, None, None, NOW, State.PENDING),
        (None, None, None, NOW + CONFIRM_WITHIN - TICK, State.PENDING),
        (None, None, None, NOW + CONFIRM_WITHIN, State.OVER),
        (CONFIRMED, None, None, NOW + CONFIRM_WITHIN, State.WAITING),
        (CONFIRMED, None, None, CONFIRMED + KEPT_WAITING - TICK, State.WAITING),
        (CONFIRMED, None, None, CONFIRMED + KEPT_WAITING, State.OVER),
        (CONFIRMED, TOLD, None, TOLD, State.TOLD),
        (CONFIRMED, TOLD, None, TOLD + KEPT_TOLD - TICK, State.TOLD),
        (CONFIRMED, TOLD, None, TOLD + KEPT_TOLD, State.OVER),
        (CONFIRMED, TOLD, OPENS, TOLD + KEPT_TOLD, State.TOLD),
        (CONFIRMED, TOLD, OPENS, OPENS + KEPT_TOLD - TICK, State.TOLD),
        (CONFIRMED, TOLD, OPENS, OPENS + KEPT_TOLD, State.OVER),
        (CONFIRMED, TOLD, TOLD - TICK, TOLD + KEPT_TOLD - TICK, State.TOLD),
    ],
)
def test_an_interest_is_one_thing_at_an_instant_and_its_end_is_exclusive(confirmed_at, told_at, opens_at, at, expected):
    assert state(created_at=NOW, confirmed_at=confirmed_at, told_at=told_at, opens_at=opens_at, at=at) is expected


DAY = timedelta(days=1)
SOON, LATER = NOW + 5 * DAY, NOW + 10 * DAY


def stated(*spans) -> Stated:
    """Return own statements of place 1: (status, from, to)."""
    return Stated(
        [Source(1, 1, "XX", status, n, since, until, None, NOW - 999 * DAY, None) for n, (status, since, until) in enumerate(spans)]
    )


def opens(at) -> Outlook:
    return Outlook(Standing.LATER, at)


EVER, NEVER = stated(("available", NOW - DAY, None)), stated()


@pytest.mark.row("A7")
@pytest.mark.parametrize(
    "known, held, at, expected",
    [
        (EVER, EVER, NOW, None),
        (EVER, stated(("by_licence", NOW - DAY, None)), NOW, None),
        (EVER, stated(("pilot", NOW, None)), NOW, None),
        (EVER, NEVER, NOW, CLOSED),
        (EVER, stated(("suspended", NOW, None)), NOW, CLOSED),
        (EVER, stated(("available", NOW - DAY, NOW)), NOW, CLOSED),
        (EVER, stated(("available", NOW - DAY, NOW)), NOW - TICK, None),
        (EVER, stated(("available", SOON, None)), NOW, opens(SOON)),
        (EVER, stated(("on_request", NOW, SOON), ("pilot", SOON, None)), NOW, opens(SOON)),
        (EVER, stated(("available", SOON, None)), SOON, None),
        (stated(("pilot", NOW - DAY, SOON)), NEVER, SOON, None),
        (stated(("pilot", NOW - DAY, SOON)), stated(("pilot", NOW - DAY, LATER)), SOON, None),
        (stated(("pilot", NOW - DAY, SOON)), NEVER, SOON - TICK, CLOSED),
        (stated(("available", SOON, None)), stated(("available", SOON, None)), SOON, None),
        (stated(("available", SOON, None)), stated(("available", LATER, None)), NOW, opens(LATER)),
        (stated(("available", SOON, None)), stated(("available", LATER, None)), SOON, opens(LATER)),
        (stated(("available", SOON, None)), EVER, NOW, OPEN),
        (stated(("available", SOON, None)), NEVER, NOW, CLOSED),
        (NEVER, EVER, NOW, OPEN),
        (NEVER, stated(("pilot", SOON, None)), NOW, opens(SOON)),
        (NEVER, stated(("withdrawn", NOW, None)), NOW, None),
    ],
)
def test_a_letter_is_corrected_where_what_it_said_is_changed_and_not_where_time_passed(known, held, at, expected):
    assert corrected(known, held, told_at=NOW - TICK, at=at) == expected


@pytest.mark.row("A7")
def test_a_part_has_the_answer_of_its_whole_until_it_has_one_of_its_own():
    part, whole = [Source(2, 2, "YY", "withdrawn", 9, SOON, LATER, None, NOW - 999 * DAY, None)], EVER.own
    assert [Stated(part, whole).outlook(at) for at in (NOW, SOON - TICK, SOON, LATER)] == [OPEN, OPEN, opens(LATER), OPEN]
