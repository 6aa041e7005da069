import pytest

from content.interest.rules import CONFIRM_WITHIN, KEPT_TOLD, KEPT_WAITING, State, state
from tests.clock import NOW, TICK

CONFIRMED, TOLD = NOW + CONFIRM_WITHIN / 2, NOW + CONFIRM_WITHIN


@pytest.mark.row("A7")
@pytest.mark.parametrize(
    "confirmed_at, told_at, at, expected",
    [
        (None, None, NOW, State.PENDING),
        (None, None, NOW + CONFIRM_WITHIN - TICK, State.PENDING),
        (None, None, NOW + CONFIRM_WITHIN, State.OVER),
        (CONFIRMED, None, NOW + CONFIRM_WITHIN, State.WAITING),
        (CONFIRMED, None, CONFIRMED + KEPT_WAITING - TICK, State.WAITING),
        (CONFIRMED, None, CONFIRMED + KEPT_WAITING, State.OVER),
        (CONFIRMED, TOLD, TOLD, State.TOLD),
        (CONFIRMED, TOLD, TOLD + KEPT_TOLD - TICK, State.TOLD),
        (CONFIRMED, TOLD, TOLD + KEPT_TOLD, State.OVER),
    ],
)
def test_an_interest_is_one_thing_at_an_instant_and_its_end_is_exclusive(confirmed_at, told_at, at, expected):
    assert state(created_at=NOW, confirmed_at=confirmed_at, told_at=told_at, at=at) is expected
