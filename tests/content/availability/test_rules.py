"""The law, without a database."""

from datetime import date

import pytest

from content.availability import rules
from content.availability.rules import Assertion, Overlapping, Status
from portal.core.periods import Period
from tests.clock import TICK, instant
from tests.content.availability.sources import DAY, EU, LATAM, PLACE, T0, source


@pytest.mark.parametrize("own", list(Status))
@pytest.mark.parametrize("region", list(Status))
def test_the_own_statement_decides_whatever_its_status(own, region):
    answer = rules.resolve([source(EU, region, 0, None), source(PLACE, own, 5, None)])[PLACE]
    assert (answer.status, [one.area_code for one in answer.sources]) == (own, ["ES", "EU"])


@pytest.mark.parametrize("weaker", range(6))
@pytest.mark.parametrize("stronger", range(6))
def test_among_regions_the_strongest_decides(weaker, stronger):
    some = list(Status)
    answer = rules.resolve([source(EU, some[weaker], 0, None), source(LATAM, some[stronger], 1, None)])[PLACE]
    assert answer.status == some[min(weaker, stronger)]


@pytest.mark.parametrize("first, second, code", [(0, 1, "EU"), (1, 0, "LATAM"), (0, 0, "EU")])
def test_a_tie_goes_to_the_earlier_start_then_the_code(first, second, code):
    answer = rules.resolve([source(LATAM, "pilot", second, None), source(EU, "pilot", first, None)])[PLACE]
    assert answer.sources[0].area_code == code


@pytest.mark.parametrize("at, there", [(T0 - TICK, False), (T0, True), (T0 + DAY * 2 - TICK, True), (T0 + DAY * 2, False)])
def test_a_period_has_its_start_and_not_its_end(at, there):
    assert (PLACE in rules.at([source(PLACE, "pilot", 0, 2)], at)) is there


def test_membership_cuts_what_follows_it_and_not_what_is_frozen():
    follows, frozen = source(EU, "pilot", 0, None, joined=3, left=5), source(EU, "pilot", 0, None, joined=3, left=5, frozen=4)
    assert (follows.since, follows.until, follows.left_region) == (T0 + DAY * 3, T0 + DAY * 5, True)
    assert (frozen.since, frozen.until, frozen.left_region) == (T0, None, False)
    assert source(EU, "pilot", 0, None, joined=3, left=5, frozen=5).covers is False
    assert source(EU, "pilot", 6, None, joined=3, left=5).covers is False


def test_the_reason_of_an_end_is_the_last_one():
    listed = [source(EU, "available", 0, 4), source(EU, "available", 4, None, left=6)]
    why = rules.ended(listed, by=T0 + DAY * 9)
    assert (why.reason, why.at, why.last.area_code) == ("left_region", T0 + DAY * 6, "EU")
    dropped = rules.ended([source(PLACE, "available", 0, 4)], by=T0 + DAY * 9)
    assert (dropped.reason, dropped.at) == ("no_longer_stated", T0 + DAY * 4)
    assert rules.ended([source(PLACE, "available", 0, 4)], by=T0 + DAY * 3) is None
    assert rules.ended([], by=T0) is None


def test_a_statement_that_ends_with_the_membership_is_not_a_leaver():
    assert rules.ended([source(EU, "available", 0, 4, left=4)], by=T0 + DAY * 9).reason == "no_longer_stated"


def test_the_timeline_has_gaps_and_both_sources():
    some = [source(EU, "available", 0, 6), source(PLACE, "suspended", 2, 3), source(PLACE, "pilot", 8, None)]
    found = [(segment.period.valid_from - T0, segment.answer and segment.answer.status) for segment in rules.timeline(some)]
    assert found == [(DAY * 0, "available"), (DAY * 2, "suspended"), (DAY * 3, "available"), (DAY * 6, None), (DAY * 8, "pilot")]
    assert rules.timeline([]) == []


def test_an_unbroken_run_starts_with_the_first_statement_of_the_same_status():
    lists = [source(PLACE, "pilot", 0, 2), source(EU, "available", 2, 4), source(EU, "available", 4, None)]
    assert rules.unbroken(lists, T0 + DAY * 9).since == T0 + DAY * 2
    assert rules.unbroken(lists, T0 + DAY).since == T0
    assert rules.unbroken([source(EU, "available", 0, 2), source(EU, "available", 3, None)], T0 + DAY * 9).since == T0 + DAY * 3
    assert rules.unbroken(lists, T0 - TICK) is None


def test_moments_are_only_those_at_which_a_status_changes():
    lists = [source(PLACE, "pilot", 0, 2), source(EU, "available", 2, 4), source(EU, "available", 4, None, left=7)]
    assert [at - T0 for at, _ in rules.moments(lists)] == [DAY * 0, DAY * 2, DAY * 7]


def test_putting_cuts_what_it_meets_and_keeps_the_rest():
    whole = Assertion(PLACE, Status.AVAILABLE, Period(T0), source="list")
    pause = Assertion(PLACE, Status.SUSPENDED, Period(T0 + DAY, T0 + DAY * 2))
    found = sorted(rules.put({whole}, pause), key=lambda one: one.period.valid_from)
    assert [(one.status, one.period) for one in found] == [
        ("available", Period(T0, T0 + DAY)),
        ("suspended", Period(T0 + DAY, T0 + DAY * 2)),
        ("available", Period(T0 + DAY * 2)),
    ]
    assert rules.cut(found, area=PLACE, period=Period(T0)) == frozenset()
    assert rules.put({whole}, Assertion(EU, Status.PILOT, Period(T0))) > {whole}


def test_two_statuses_of_one_cell_are_refused():
    with pytest.raises(Overlapping) as refused:
        rules.checked([Assertion(PLACE, Status.PILOT, Period(T0)), Assertion(PLACE, Status.AVAILABLE, Period(T0 + DAY))])
    assert refused.value.area == PLACE


@pytest.mark.parametrize(
    "zone, first, last, starts, ends",
    [
        ("Africa/Nairobi", "2027-03-01", None, "2027-02-28T21:00", None),
        ("Europe/Madrid", "2027-01-01", "2027-12-31", "2026-12-31T23:00", "2027-12-31T23:00"),
        ("Pacific/Pago_Pago", "2027-01-01", "2027-01-01", "2027-01-01T11:00", "2027-01-02T11:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06", "2026-09-06T04:00", "2026-09-07T03:00"),  # its midnight does not exist
    ],
)
def test_days_are_those_of_the_place(zone, first, last, starts, ends):
    period = rules.days(date.fromisoformat(first), last and date.fromisoformat(last), zone)
    assert (period.valid_from, period.valid_to) == (instant(starts), ends and instant(ends))
