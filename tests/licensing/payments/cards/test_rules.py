"""Units of money, states that only go forward, and sums."""

from decimal import Decimal
from itertools import permutations, product

import pytest

from i18n.formats import minor_digits
from licensing.payments.cards.rules import (
    MOST,
    THREE_DECIMAL,
    ZERO_DECIMAL,
    AttemptState,
    DisputeState,
    RefundState,
    Sums,
    from_provider,
    newer,
    provider_digits,
    standing,
    to_provider,
)
from licensing.payments.rules import NotAllowed

S25 = pytest.mark.check("S25")
# our minor units → Stripe's units: the same sum, told in each side's way
UNITS = [
    ("EUR", 280_000, 280_000),
    ("USD", 1, 1),
    ("JPY", 2_800, 2_800),
    ("CLP", 900_000, 900_000),
    ("KRW", 1, 1),
    ("ISK", 5, 500),
    ("UGX", 5, 500),
    ("RSD", 5, 500),
    ("KWD", 5_120, 5_120),
    ("BHD", 10, 10),
    ("TND", 99_990, 99_990),
]


@S25
@pytest.mark.parametrize("currency, ours, theirs", UNITS)
def test_a_sum_is_told_in_the_units_of_the_provider_and_read_back(currency, ours, theirs):
    assert to_provider(ours, currency) == theirs
    assert from_provider(theirs, currency) == ours


@S25
@pytest.mark.parametrize("currency", sorted(ZERO_DECIMAL | THREE_DECIMAL | {"EUR", "USD", "GBP", "BRL", "ISK", "UGX", "HUF", "TWD", "MXN"}))
@pytest.mark.parametrize("minor", [10, 100, 12_340, 999_990])
def test_both_sides_mean_the_same_decimal(currency, minor):
    theirs = to_provider(minor, currency)
    assert Decimal(theirs).scaleb(-provider_digits(currency)) == Decimal(minor).scaleb(-minor_digits(currency))
    assert from_provider(theirs, currency) == minor


@S25
@pytest.mark.parametrize("currency, minor", [("KWD", 5_123), ("JOD", 1), ("EUR", 0), ("EUR", -1), ("EUR", MOST + 1), ("ISK", MOST)])
def test_a_sum_the_provider_cannot_take_is_refused(currency, minor):
    with pytest.raises(NotAllowed) as error:
        to_provider(minor, currency)
    assert error.value.code == "not_by_card"


@S25
def test_the_largest_sum_is_taken():
    assert to_provider(MOST, "EUR") == MOST


@S25
@pytest.mark.parametrize("currency, theirs", [("ISK", 501), ("UGX", 1)])
def test_a_sum_that_is_no_whole_number_of_our_units_is_none_of_ours(currency, theirs):
    assert from_provider(theirs, currency) is None


@pytest.mark.check("S21")
@pytest.mark.parametrize("states", [AttemptState, RefundState, DisputeState])
def test_merging_states_is_the_same_in_every_order_and_grouping(states):
    for first, second, third in product(states, repeat=3):
        ends = {newer(newer(a, b), c) for a, b, c in permutations((first, second, third))}
        assert ends == {newer(first, newer(second, third))}
        assert newer(first, first) is first


SUMS = [
    (Sums(280_000), 280_000, ""),
    (Sums(300_000), 280_000, ""),
    (Sums(280_000, refunded=1), 280_000, "refunded"),
    (Sums(280_000, taken=1), 280_000, "taken"),
    (Sums(280_000, refunded=100, taken=1), 280_000, "taken"),
    (Sums(560_000, refunded=280_000), 280_000, ""),
    (Sums(560_000, refunded=280_000, taken=280_000), 280_000, "refunded"),
    (Sums(278_500), 278_500, ""),
    (Sums(0), 280_000, "unbooked"),
    (Sums(200_000, refunded=100), 280_000, "unbooked"),
    (Sums(200_000, taken=100), 280_000, "taken"),
]


@pytest.mark.parametrize("sums, needed, cause", SUMS)
def test_arrears_say_whose_doing_they_are(sums, needed, cause):
    assert sums.arrears(needed) == cause


@pytest.mark.parametrize(
    "state, disputes, word",
    [
        (AttemptState.CREATED, {}, "created"),
        (AttemptState.SUCCEEDED, {}, "succeeded"),
        (AttemptState.SUCCEEDED, {DisputeState.OPEN: 1, DisputeState.WON: 1}, "disputed"),
        (AttemptState.SUCCEEDED, {DisputeState.LOST: 1, DisputeState.WON: 1}, "lost"),
        (AttemptState.SUCCEEDED, {DisputeState.WON: 1}, "won"),
    ],
)
def test_an_attempt_stands_as_its_worst_open_dispute_says(state, disputes, word):
    assert standing(state, disputes) == word
