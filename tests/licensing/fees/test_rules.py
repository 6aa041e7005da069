import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from licensing.fees import rules, words
from licensing.fees.rules import (
    EURO_NEIGHBOURS,
    LABELS,
    NotPriced,
    PlacedTier,
    PriceList,
    Tier,
    Wanted,
    attendees_charged,
    currency_of,
    half_up,
    highest,
    is_ambiguous,
    price,
    raised,
    read_amount,
    smoothed,
)

H, UM, LM, L = Tier.HIGH, Tier.UPPER_MIDDLE, Tier.LOWER_MIDDLE, Tier.LOW
LIST_DATE = date(2023, 1, 24)
DATA = tomllib.loads((Path(__file__).parents[3] / "demo" / "fees.toml").read_text(encoding="utf-8"))
LISTS = {
    row["code"]: PriceList(row["code"], {(p["offering"], p["unit"], p["currency"], p["tier"]): p["amount_minor"] for p in row["lines"]})
    for row in DATA["schedule"]
}
NOW_LIST = LISTS["FS-2027"]


def total(wanted, tier, currency, prices=NOW_LIST) -> int:
    return price(prices, wanted, tier=PlacedTier(tier, LIST_DATE, "XX"), currency=currency).gross_minor


def symposium(attendees: int) -> list[Wanted]:
    return [Wanted("QCS-DH", "edition"), Wanted("QCS-DH", "attendee_over_100", attendees_charged(attendees))]


WORKSHOP = [Wanted("QTP1-L", "licence")]


@pytest.mark.parametrize(
    "wanted, tier, currency, schedule, expected",
    [
        (symposium(220), H, "EUR", "FS-2027", 676_000),  # Spain
        ([*WORKSHOP, Wanted("TR-xx", "language")], UM, "USD", "FS-2027", 210_000),  # Brazil
        (WORKSHOP, LM, "USD", "FS-2027", 90_000),  # India, Kenya
        (WORKSHOP, H, "EUR", "FS-2028", 294_000),  # Spain, renewal
        (symposium(99), H, "EUR", "FS-2027", 460_000),
        (symposium(100), H, "EUR", "FS-2027", 460_000),
        (symposium(101), H, "EUR", "FS-2027", 461_800),
        (symposium(101), H, "USD", "FS-2027", 502_000),
        (WORKSHOP, L, "USD", "FS-2027", 0),
    ],
)
@pytest.mark.row("D1")
def test_the_worked_sums_of_the_catalogue(wanted, tier, currency, schedule, expected):
    assert total(wanted, tier, currency, LISTS[schedule]) == expected


@pytest.mark.parametrize("attendees, charged", [(0, 0), (99, 0), (100, 0), (101, 1), (220, 120)])
def test_attendees_are_charged_above_one_hundred(attendees, charged):
    assert attendees_charged(attendees) == charged


def test_a_price_says_what_it_rests_on():
    priced = price(NOW_LIST, symposium(220), tier=PlacedTier(H, LIST_DATE, "ES"), currency="EUR")
    assert (priced.schedule, priced.tier, priced.tier_list_date, priced.tier_place, priced.currency) == (
        "FS-2027",
        "H",
        LIST_DATE,
        "ES",
        "EUR",
    )
    assert [(line.unit, line.quantity, line.price_minor, line.amount_minor) for line in priced.lines] == [
        ("edition", 1, 460_000, 460_000),
        ("attendee_over_100", 120, 1_800, 216_000),
    ]


def test_what_the_schedule_does_not_price_is_refused_not_guessed():
    with pytest.raises(NotPriced) as refused:
        total(WORKSHOP, LM, "EUR")
    assert (refused.value.code, refused.value.facts) == (
        "no_price", {"offering": "QTP1-L", "unit": "licence", "currency": "EUR", "tier": "LM"}
    )  # fmt: skip


@pytest.mark.parametrize(
    "tier, euro, asked, expected",
    [
        (H, True, None, "EUR"), (UM, True, None, "EUR"), (H, True, "EUR", "EUR"), (H, True, "USD", "USD"),
        (LM, True, None, "USD"), (LM, True, "EUR", "USD"), (H, False, None, "USD"), (H, False, "USD", "USD"),
    ],
)  # fmt: skip
def test_the_currency_of_a_quote(tier, euro, asked, expected):
    assert currency_of(NOW_LIST, WORKSHOP, tier=tier, euro=euro, asked=asked) == expected


@pytest.mark.parametrize("euro, asked, offered", [(False, "EUR", ["USD"]), (True, "JPY", ["USD", "EUR"])])
def test_a_currency_that_is_not_offered_is_refused_with_those_that_are(euro, asked, offered):
    with pytest.raises(NotPriced) as refused:
        currency_of(NOW_LIST, WORKSHOP, tier=H, euro=euro, asked=asked)
    assert (refused.value.code, refused.value.facts["offered"]) == ("currency_not_offered", offered)


@pytest.mark.parametrize("tiers, place", [([LM, H, UM], "B"), ([L, L], "A"), ([UM], "A"), ([LM, UM, UM], "B")])
def test_several_places_pay_as_the_dearest_of_them(tiers, place):
    placed = [PlacedTier(tier, LIST_DATE, name) for tier, name in zip(tiers, "ABC", strict=False)]
    assert highest(placed) is placed["ABC".index(place)]


@pytest.mark.parametrize(
    "current, held, expected",
    [
        (UM, [LM, LM, LM, LM, UM], LM),  # rose this year: four of five were lower
        (UM, [LM, LM, LM, UM, UM], UM),  # only three of five
        (UM, [L, L, LM, LM, LM, LM, LM], LM),  # older lists do not count
        (LM, [UM, UM, UM, UM, UM], LM),  # fell: the current one is the lower
        (H, [UM, UM, UM, UM], UM),
        (H, [UM, UM, UM], H),
        (H, [], H),
    ],
)
def test_a_renewal_keeps_the_lower_group_held_in_four_of_five_lists(current, held, expected):
    assert smoothed(current, held) is expected


@pytest.mark.parametrize(
    "amount, currency, minor",
    [
        ("4585.00", "EUR", 458_500), ("2.345", "EUR", 235), ("2.344", "EUR", 234), ("1234.5", "JPY", 1235), ("1234.4", "CLP", 1234),
        ("1.2345", "KWD", 1235), ("1", "KWD", 1000), ("0.005", "USD", 1),
    ],
)  # fmt: skip
@pytest.mark.check("S25")
def test_amounts_are_rounded_half_up_to_the_currency(amount, currency, minor):
    assert half_up(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    "amount, percent, expected", [(280_000, 5, 294_000), (1_800, 5, 1_890), (10, 5, 11), (9, 5, 9), (300_000, 0, 300_000)]
)
def test_a_price_is_raised_half_up(amount, percent, expected):
    assert raised(amount, percent) == expected


def test_the_schedules_follow_the_rulings():
    assert LISTS["FS-2026"].prices == LISTS["FS-2027"].prices
    after = {key: raised(amount, 5) if key[3] == H else amount for key, amount in LISTS["FS-2027"].prices.items()}
    assert LISTS["FS-2028"].prices == after
    assert {unit for _, unit, _, _ in NOW_LIST.prices} == set(LABELS) and set(DATA["eur_places"]) == EURO_NEIGHBOURS


def test_every_unit_and_refusal_has_words():
    assert {unit: str(text) for unit, text in words.UNITS.items()} == rules.LABELS
    assert set(words.NOT_PRICED) == {"no_schedule", "no_tier", "no_price", "currency_not_offered"}


@pytest.mark.parametrize(
    "text, currency, minor",
    [
        ("4585", "EUR", 458_500), ("4,585.00", "EUR", 458_500), ("4.585,00", "EUR", 458_500), ("4 585,5", "EUR", 458_550), ("4.585", "EUR", 458_500),
        ("0.01", "USD", 1), ("1,234,567.89", "USD", 123_456_789), ("1’234.50", "USD", 123_450), ("1,234", "JPY", 1_234), ("1234", "KWD", 1_234_000),
        ("1,234.567", "KWD", 1_234_567), ("4\u00a0585,00", "EUR", 458_500),
    ],
)  # fmt: skip
@pytest.mark.check("S25")
def test_a_typed_sum_is_read_with_either_separator(text, currency, minor):
    assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text, answer",
    [
        ("2.800", True),
        ("2,800", True),
        ("12 .800", True),
        ("2.800,00", False),
        ("1.234.567", False),
        ("2800", False),
        ("2.80", False),
        ("", False),
    ],
)
def test_a_single_sign_before_three_digits_could_be_read_in_two_ways(text, answer):
    assert is_ambiguous(text) is answer


@pytest.mark.parametrize(
    "text, currency",
    [
        ("", "EUR"),
        ("-5", "EUR"),
        ("1.2345", "EUR"),
        ("12.5", "JPY"),
        ("1.234", "KWD"),
        ("EUR 5", "EUR"),
        ("1,23,456", "EUR"),
        ("5e3", "EUR"),
    ],
)
def test_what_is_no_sum_is_refused(text, currency):
    with pytest.raises(ValueError):
        read_amount(text, currency)
