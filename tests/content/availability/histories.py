"""Random histories of what staff order: state, end, withdraw, correct, freeze, and memberships of regions. History number n is always the same."""

from datetime import timedelta
from random import Random

from content.availability.rules import Status
from portal.core.periods import Period
from tests.clock import instant

SLOTS = 10
START = instant("2020-01-01")
PLACES, REGIONS = ["ES", "KE", "MT"], ["R1", "R2"]
STATUSES = [status.value for status in Status]


def slot_at(slot: int):
    return START + timedelta(days=slot)


def recorded_at(tick: int):
    """Return when an order was recorded: far from the days it is about."""
    return START + timedelta(days=100 + tick)


def period_of(first: int, last: int) -> Period:
    """The last slot has no end: what is stated there is stated for ever."""
    return Period(slot_at(first), slot_at(last) if last < SLOTS else None)


def history(number: int) -> list[tuple]:
    """Return 2 to 12 orders: ("state", area, (first, last), status or None, frozen slot or None) or ("member", region, place, (first, last), bool)."""
    random = Random(number)
    return [_state(random) if random.random() < 2 / 3 else _member(random) for _ in range(random.randint(2, 12))]


def _slots(random: Random) -> tuple[int, int]:
    first = random.randrange(SLOTS)
    return first, min(SLOTS, first + random.randint(1, SLOTS))


def _state(random: Random) -> tuple:
    area = random.choice(PLACES + REGIONS)
    status = random.choice(STATUSES) if random.random() < 2 / 3 else None
    frozen = random.randrange(SLOTS) if area in REGIONS and random.random() < 1 / 3 else None
    return "state", area, _slots(random), status, frozen


def _member(random: Random) -> tuple:
    return "member", random.choice(REGIONS), random.choice(PLACES), _slots(random), random.random() < 0.7


def logged(tick: int, order: tuple) -> tuple[int, tuple]:
    """Return the order as the oracle's log keeps it."""
    if order[0] == "member":
        _, region, place, (first, last), is_member = order
        return tick, ("member", region, place, first, last, is_member)
    _, area, (first, last), status, frozen = order
    return tick, ("state", area, first, last, status, frozen)
