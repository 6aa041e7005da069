"""Working days of the licensor, counted one by one in a slower way."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.working_days import Calendar, read_holidays

YEARLY = Calendar(read_holidays("01-01,12-25,2027-03-26"))
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
pytestmark = pytest.mark.row("B9")


@pytest.mark.parametrize(
    "day, works",
    [
        (date(2026, 12, 24), True), (date(2026, 12, 25), False), (date(2026, 12, 26), False), (date(2027, 1, 1), False),
        (date(2027, 3, 26), False), (date(2027, 3, 27), False), (date(2026, 3, 26), True), (date(2028, 12, 25), False),
    ],
)  # fmt: skip
def test_weekends_and_holidays_are_free(day, works):
    assert YEARLY.works(day) is works


@given(DAYS, st.integers(1, 80))
def test_the_nth_day_after_has_n_working_days_up_to_it(day, count):
    reached = YEARLY.after(day, count)
    between = [day + timedelta(days=number) for number in range(1, (reached - day).days + 1)]
    assert YEARLY.works(reached) and sum(map(YEARLY.works, between)) == count == YEARLY.between(day, reached)


@given(DAYS, DAYS)
def test_nothing_lies_between_a_day_and_an_earlier_one(day, other):
    assert YEARLY.between(max(day, other), min(day, other)) == 0


def test_no_day_at_all_is_today_or_the_next_that_works():
    assert (YEARLY.after(date(2026, 12, 24), 0), YEARLY.after(date(2026, 12, 25), 0)) == (date(2026, 12, 24), date(2026, 12, 28))


@pytest.mark.parametrize(
    "text",
    [
        "25-12",
        "12-32",
        "2027-02-29",
        "1-1",
        "Christmas",
        "12-25;01-01",
        ",".join(f"2027-{m:02}-{d:02}" for m in (1, 3, 5) for d in range(1, 29)),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(text):
    with pytest.raises(ValueError):
        read_holidays(text)


def test_an_empty_calendar_has_only_weekends():
    assert read_holidays(" , ") == frozenset() and read_holidays("02-29") == {"02-29"}
