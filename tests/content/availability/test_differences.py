"""What differs, what is taken back and who leaves, without a database."""

from dataclasses import replace

import pytest

from content.availability import differences, rules
from content.availability.rules import Assertion, Status
from portal.core.periods import Period
from tests.content.availability.sources import DAY, EU, LATAM, PLACE, T0, source


def test_differences_are_joined_and_told_by_place():
    eu, own = source(EU, "available", 0, None), source(PLACE, "suspended", 2, 4)
    told = lambda before, after: [((d.period.valid_from - T0).days, d.before, d.after) for d in differences.differences(before, after)]  # noqa: E731
    assert told([eu], [eu, own]) == [(2, "available", "suspended")]
    assert told([eu], []) == [(0, "available", None)]
    assert told([], [source(EU, "available", 0, 3), source(EU, "available", 3, None)]) == [(0, None, "available")]
    assert told([eu], [eu, source(PLACE, "available", 2, 4)]) == []
    assert told([source(PLACE, "pilot", 0, 6)], [source(PLACE, "pilot", 2, 5)]) == [(0, "pilot", None), (5, "pilot", None)]
    assert differences.differences([eu], [eu, own])[0].period == Period(T0 + DAY * 2, T0 + DAY * 4)


def said(status: str, first: int, last: int | None = None, area: int = PLACE) -> Assertion:
    return Assertion(area, Status(status), Period(T0 + DAY * first, None if last is None else T0 + DAY * last))


@pytest.mark.parametrize(
    "before, change, since, expected",
    [
        ([], said("available", 5), [], []),
        ([said("pilot", 0)], said("available", 5), [], [said("pilot", 0)]),
        ([said("pilot", 0)], said("available", 5, 9), [], [said("pilot", 0)]),
        ([said("pilot", 0, 7)], said("available", 5), [], [said("pilot", 0, 7)]),
        (
            [said("pilot", 0)],
            said("available", 5),
            [said("suspended", 6, 8)],
            [said("pilot", 0, 6), said("suspended", 6, 8), said("pilot", 8)],
        ),
        ([said("pilot", 0)], said("available", 5), [said("available", 20, 21, EU)], [said("pilot", 0), said("available", 20, 21, EU)]),
        ([said("pilot", 0)], said("available", 5), [said("withdrawn", 5)], [said("pilot", 0, 5), said("withdrawn", 5)]),
    ],
)
def test_what_is_taken_back_is_what_still_stands(before, change, since, expected):
    after = rules.put(before, change)
    current = after
    for one in since:
        current = rules.put(current, one)
    assert differences.undone(before, after, current) == set(expected)


def test_what_goes_on_after_a_change_goes_on_from_a_known_day_and_taken_back_is_as_it_was():
    guessed = replace(said("available", 0), dated=False)
    changed = rules.put({guessed}, said("suspended", 5, 7))
    parts = sorted((one.period.valid_from, one.status, one.dated) for one in changed)
    assert parts == [(T0, "available", False), (T0 + DAY * 5, "suspended", True), (T0 + DAY * 7, "available", True)]
    assert differences.undone({guessed}, changed, changed) == {guessed}


@pytest.mark.parametrize(
    "sources, expected",
    [
        ([source(EU, "available", 0, None, left=5)], [(EU, 5, "available", None)]),
        ([source(EU, "available", 0, None)], []),
        ([source(EU, "available", 0, 4, left=5)], []),
        ([source(EU, "available", 0, None, left=5), source(PLACE, "pilot", 5, None)], []),
        ([source(EU, "available", 0, None, left=5), source(PLACE, "withdrawn", 8, None)], []),
        ([source(EU, "available", 0, None, left=5), source(PLACE, "pilot", 1, 3)], [(EU, 5, "available", None)]),
        ([source(EU, "available", 0, None, left=5), source(LATAM, "available", 0, None)], []),
        ([source(EU, "available", 0, None, left=5), source(LATAM, "pilot", 0, None)], [(EU, 5, "available", "pilot")]),
        ([source(EU, "pilot", 0, None, left=5), source(LATAM, "available", 0, None)], []),
        ([source(EU, "available", 0, None, left=5, frozen=1)], []),
    ],
)
def test_who_leaves_a_region_without_a_word_of_its_own(sources, expected):
    assert [(left.region, (left.at - T0).days, left.before, left.after) for left in differences.leavers(sources)] == expected
