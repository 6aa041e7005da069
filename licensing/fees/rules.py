"""What a licence costs: one price list, one income group, one currency, whole sums. Pure: no Django, no clock, no database.

Sums are integers in the currency's minor unit. A price in another currency is a price of its own, never a conversion.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from i18n.formats import minor_digits

DEFAULT_CURRENCY = "USD"
EURO = "EUR"
CURRENCIES = (DEFAULT_CURRENCY, EURO)
# Not members of the Union, and yet quoted in EUR.
EURO_NEIGHBOURS = frozenset({"GB", "CH", "NO", "IS", "LI", "AD", "MC", "SM"})
FREE_ATTENDEES = 100
LIST_YEARS, HELD_YEARS = 5, 4  # smoothing: a group held in four of the last five lists
RIDER = "TR-xx"


class Tier(StrEnum):
    """Income groups a price may be for, dearest first."""

    HIGH = "H"
    UPPER_MIDDLE = "UM"
    LOWER_MIDDLE = "LM"
    LOW = "L"


DEAREST_FIRST = tuple(Tier)
# English texts of the lines, by unit: the catalogues of ``licensing.fees.words`` translate them for the reader.
LABELS = {
    "licence": "License fee",
    "edition": "Edition fee",
    "attendee_over_100": "Attendance fee, for each attendee above 100",
    "language": "Translation rider, for each language",
    "year": "Logo display, for each year",
    "month_begun": "Late report, for each month begun",
}


class NotPriced(Exception):
    """No sum can be named; ``code`` is stable: no_schedule, no_tier, no_price, currency_not_offered. ``facts`` say for what."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Wanted:
    """``quantity`` units of an offering: (QCS-DH, attendee_over_100, 120)."""

    offering: str
    unit: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class PlacedTier:
    """An income group, the list it stands on, and the place (its own code) that has it.

    ``listed``: the dearer group that list says, where a renewal keeps a lower one; None where ``tier`` is what the list says.
    """

    tier: Tier
    list_date: date
    place: str
    listed: Tier | None = None


@dataclass(frozen=True, slots=True)
class PriceList:
    """A fee schedule as it stands: prices by (offering, unit, currency, tier)."""

    code: str
    prices: Mapping[tuple[str, str, str, str], int]

    def knows(self, wanted: Wanted, currency: str, tier: str) -> bool:
        return (wanted.offering, wanted.unit, currency, tier) in self.prices


@dataclass(frozen=True, slots=True)
class Line:
    unit: str
    label: str
    quantity: int
    price_minor: int

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.price_minor


@dataclass(frozen=True, slots=True)
class Priced:
    """A sum with its computation: schedule, income group with list and place (``listed`` as in ``PlacedTier``), lines."""

    schedule: str
    tier: Tier
    tier_list_date: date
    tier_place: str
    currency: str
    lines: tuple[Line, ...]
    listed: Tier | None = None

    @property
    def gross_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


def price(prices: PriceList, wanted: Sequence[Wanted], *, tier: PlacedTier, currency: str) -> Priced:
    """Return the sum of all that is wanted.

    :raises NotPriced: ``no_price``: the schedule does not price one of them for this group and currency.
    """
    for one in wanted:
        if not prices.knows(one, currency, tier.tier):
            raise NotPriced("no_price", offering=one.offering, unit=one.unit, currency=currency, tier=tier.tier.value)
    lines = (Line(one.unit, LABELS[one.unit], one.quantity, prices.prices[one.offering, one.unit, currency, tier.tier]) for one in wanted)
    return Priced(prices.code, tier.tier, tier.list_date, tier.place, currency, tuple(lines), tier.listed)


def highest(tiers: Iterable[PlacedTier]) -> PlacedTier:
    """Return the dearest group among the places of one licence; the first such place, where several have it.

    :raises ValueError: there is none.
    """
    return min(tiers, key=lambda placed: DEAREST_FIRST.index(placed.tier))


def smoothed(current: Tier, held: Sequence[Tier]) -> Tier:
    """Return the group a renewal is priced by: the lower of the current one and the one held in four of the last five list years.

    ``held`` are the groups of past list years, newest last; only the last five count.
    """
    last = Counter(held[-LIST_YEARS:])
    steady = [tier for tier, years in last.items() if years >= HELD_YEARS]
    return max([current, *steady], key=DEAREST_FIRST.index)


def kept_on_renewal(placed: PlacedTier, held: Sequence[Tier]) -> PlacedTier:
    """Return the group of one place a renewal is priced by, with what the list says where that is dearer; ``held`` as in ``smoothed``."""
    kept = smoothed(placed.tier, held)
    return placed if kept is placed.tier else replace(placed, tier=kept, listed=placed.tier)


def attendees_charged(attendees: int) -> int:
    """Return for how many attendees a fee is due: none up to 100, then one for each above."""
    return max(0, attendees - FREE_ATTENDEES)


def currency_of(prices: PriceList, wanted: Sequence[Wanted], *, tier: Tier, euro: bool, asked: str | None = None) -> str:
    """Return the currency a quote is made in: what was asked, else EUR where it is offered, else USD.

    ``euro``: every place of the licence may be quoted in EUR. A group without a EUR price is quoted in USD, asked or not.
    :raises NotPriced: ``currency_not_offered`` with ``offered``.
    """
    offered = CURRENCIES if euro else (DEFAULT_CURRENCY,)
    if asked and asked not in offered:
        raise NotPriced("currency_not_offered", currency=asked, offered=list(offered))
    chosen = asked or offered[-1]
    return chosen if all(prices.knows(one, chosen, tier) for one in wanted) else DEFAULT_CURRENCY


def half_up(amount: Decimal, currency: str) -> int:
    """Return an amount in whole units of a currency as minor units, half a unit up: 2.345 EUR → 235, 1234.5 JPY → 1235."""
    return int(amount.scaleb(minor_digits(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def raised(amount_minor: int, percent: Decimal | int) -> int:
    """Return a price raised by ``percent``, half up to the minor unit."""
    return int((Decimal(amount_minor) * (100 + Decimal(percent)) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def is_ambiguous(text: str) -> bool:
    """Say whether a typed sum has one sign with three digits after it and nothing else to tell: ``2.800`` is thousands here, decimals elsewhere."""
    return re.fullmatch(r"\d{1,3}[.,]\d{3}", re.sub(r"[\s’']", "", text)) is not None


def read_amount(text: str, currency: str) -> int:
    """Return a typed sum in minor units: ``4,585.00``, ``4.585,00``, ``4 585`` alike. A sign with three digits after it groups thousands.

    Where the currency has three decimals (KWD) a single sign before three digits is refused: it could be either.
    :raises ValueError: it is no sum of this currency.
    """
    digits = minor_digits(currency)
    typed = re.sub(r"[\s’']", "", text)
    whole, sign, part = typed, "", ""
    if found := re.fullmatch(r"([\d.,]*\d)([.,])(\d+)", typed):
        other = {".", ","} - {found[2]}
        if len(found[3]) != 3 or other & set(found[1]):
            whole, sign, part = found.groups()
        elif digits == 3 and not set(found[1]) & {".", ","}:
            raise ValueError(text)
    if not re.fullmatch(r"\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+", whole) or (sign and sign in whole) or len(part) > digits:
        raise ValueError(text)
    return int(re.sub(r"\D", "", whole)) * 10**digits + int(part.ljust(digits, "0") or 0)
