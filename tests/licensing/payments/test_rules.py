import pytest

from licensing.payments.rules import excess, grouped, reads, reference, shortfall, tolerance


@pytest.mark.parametrize(
    "total, currency, expected",
    [
        (460_000, "EUR", 5_000),        # 2 % would be 92.00: never more than 50 units
        (250_000, "EUR", 5_000), (249_999, "EUR", 4_999), (90_000, "USD", 1_800), (0, "USD", 0), (49, "USD", 0), (50, "USD", 1),
        (100_000, "JPY", 50), (1_000, "JPY", 20), (5_000_000, "KWD", 50_000), (1_000, "KWD", 20),
    ],
)  # fmt: skip
@pytest.mark.check("S25")
def test_how_much_may_be_missing(total, currency, expected):
    assert tolerance(total, currency) == expected


@pytest.mark.parametrize(
    "received, expected",
    [(460_000, 0), (458_500, 1_500), (455_000, 5_000), (454_999, None), (0, None), (470_000, 0)],
)
def test_what_is_booked_as_bank_charges(received, expected):
    assert shortfall(460_000, received, "EUR") == expected


@pytest.mark.parametrize("amount, expected", [(79_999, 0), (80_000, 0), (80_001, 1), (9_999_999_900, 9_999_919_900)])
def test_how_much_more_than_is_open_arrived(amount, expected):
    assert excess(80_000, amount) == expected


@pytest.mark.parametrize("number, expected", [("INV-2026-0001", "RF16INV20260001"), ("539007547034", "RF18539007547034")])
def test_a_reference_carries_its_check_digits(number, expected):
    # The second is the example of the standard.
    made = reference(number)
    assert (made, reads(made), reads(grouped(made).lower())) == (expected, True, True)


@pytest.mark.parametrize("wrong", ["RF17INV20260001", "RF16INV20260010", "RF16INV2026001", "INV20260001", "", "RF16INV2026000é"])
def test_a_slip_in_a_reference_is_found(wrong):
    assert not reads(wrong)


def test_a_reference_is_read_in_fours():
    assert grouped("RF16INV20260001") == "RF16 INV2 0260 001"
