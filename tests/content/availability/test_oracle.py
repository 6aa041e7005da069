"""Random histories against the naive oracle; every way of asking must agree on every cell. ``SEQUENCES=2000`` runs more."""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from content.availability import actions, queries, rules
from content.availability.rules import Assertion, Status
from content.programmes.models import Programme
from i18n.places.load import ALWAYS
from i18n.places.models import Area, RegionMembership
from portal.core.periods import Period
from tests.clock import instant
from tests.content.availability.oracle import Oracle

SLOTS = 10
START = instant("2020-01-01")
PLACES, REGIONS = ["P1", "P2", "P3"], ["R1", "R2"]
pytestmark = pytest.mark.row("A5")


def slot_at(slot: int):
    return START + timedelta(days=slot)


periods = st.tuples(st.integers(0, SLOTS - 1), st.integers(1, SLOTS)).map(lambda pair: (pair[0], min(SLOTS, sum(pair))))
statuses = st.sampled_from([status.value for status in Status])
states = st.tuples(
    st.just("state"),
    st.sampled_from(PLACES + REGIONS),
    periods,
    st.one_of(statuses, statuses, st.none()),
    st.one_of(st.none(), st.none(), st.integers(0, SLOTS - 1)),
)
members = st.tuples(st.just("member"), st.sampled_from(REGIONS), st.sampled_from(PLACES), periods, st.booleans())
sequences = st.lists(st.one_of(states, states, members), min_size=2, max_size=12)


def period_of(first: int, last: int) -> Period:
    """The last slot has no end: what is stated there is stated for ever."""
    return Period(slot_at(first), slot_at(last) if last < SLOTS else None)


@pytest.fixture
def world(db):
    areas = {code: Area.objects.create(code=code, kind="place").pk for code in PLACES}
    for pk in areas.values():
        RegionMembership.objects.create(area_id=pk, place_id=pk, valid_from=ALWAYS, recorded_at=ALWAYS)
    areas |= {code: Area.objects.create(code=code, kind="region").pk for code in REGIONS}
    return Programme.objects.create(code="P", name="P", short_name="P", kind="training").pk, areas


def play(programme: int, area: dict[str, int], oracle: Oracle, tick: int, order: tuple) -> None:
    """Give one order to the program and to the oracle. The clock of recording is far from the clock of validity."""
    by = {"by": "x", "now": START + timedelta(days=100 + tick)}
    if order[0] == "member":
        _, region, place, (first, last), is_member = order
        actions.record_membership(area[region], area[place], period_of(first, last), member=is_member, **by)
        oracle.log.append((tick, ("member", region, place, first, last, is_member)))
        return
    _, code, (first, last), status, frozen = order
    if status is None:
        actions.unstate(programme, area[code], period_of(first, last), **by)
    else:
        members_at = None if frozen is None or code in PLACES else slot_at(frozen)
        actions.state(programme, Assertion(area[code], Status(status), period_of(first, last), members_at), **by)
    oracle.log.append((tick, ("state", code, first, last, status, frozen)))


@settings(
    max_examples=int(os.environ.get("SEQUENCES", "300")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(sequence=sequences)
def test_every_way_agrees_with_the_oracle(world, sequence):
    programme, area = world
    code_of = {pk: code for code, pk in area.items()}
    with transaction.atomic():
        oracle = Oracle(PLACES)
        for tick, order in enumerate(sequence):
            play(programme, area, oracle, tick, order)
        last = len(sequence) - 1
        for tick in {0, len(sequence) // 2, last}:
            known_at = None if tick == last else START + timedelta(days=100 + tick)
            spans = queries.spans(programme_id=programme, known_at=known_at).get(programme, [])
            for slot in range(SLOTS):
                clocks = {"as_of": slot_at(slot), "known_at": known_at}
                expected = {place: status for place in PLACES if (status := oracle.status(place, slot=slot, tick=tick))}
                by_join = {code_of[place]: answer.status for place, answer in queries.answers(programme, **clocks).items()}
                by_spans = {code_of[place]: answer.status for place, answer in rules.at(spans, slot_at(slot)).items()}
                by_sql = {code_of[place]: status for place, status in queries.deciding(programme, **clocks)}
                assert (by_join, by_spans, by_sql) == (expected, expected, expected), (slot, tick)
        transaction.set_rollback(True)
