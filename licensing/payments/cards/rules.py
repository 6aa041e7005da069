"""How a payment by card stands, what the provider told about it, and its units of money. Pure: no Django, no clock, no database.

Stripe may deliver late, twice and out of order (docs/adr/011), so what it tells is merged, never followed: ``newer`` only goes forward,
whatever comes first, and a second telling changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from i18n.formats import minor_digits
from licensing.payments.rules import NotAllowed

State = TypeVar("State", bound=StrEnum)
OPEN_FOR = timedelta(hours=23)  # Stripe forgets idempotency keys and closes Checkout pages after 24 hours
LAST_HOUR = timedelta(hours=1)  # a page this close to its end is not handed out again
SKEW = timedelta(minutes=5)  # how far the time stamp of a signed notice may lie from our clock, either way


# In each of the three, what stands later wins: money that was taken was taken; a refund may still fail after it was done; a lost dispute
# may be reversed.
class AttemptState(StrEnum):
    CREATED = "created"
    PROCESSING = "processing"
    FAILED = "failed"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"


class RefundState(StrEnum):
    REQUESTED = "requested"
    REFUSED = "refused"
    CREATED = "created"
    PENDING = "pending"
    DONE = "done"
    CANCELED = "canceled"
    FAILED = "failed"


class DisputeState(StrEnum):
    OPEN = "open"
    LOST = "lost"
    WON = "won"


LEFT = (RefundState.PENDING, RefundState.DONE)  # refunds whose money has left us
RESERVED = (RefundState.REQUESTED, RefundState.CREATED, *LEFT)  # refunds nobody may ask for again


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """One refund as the provider has it; ``reference`` is our row's number, empty for one made elsewhere."""

    id: str
    reference: str
    amount_minor: int
    state: RefundState


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """One dispute as the provider has it; ``answer_by`` is the last instant for evidence."""

    id: str
    amount_minor: int
    state: DisputeState
    reason: str
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class PaidFacts:
    """One payment as the provider has it now. ``amount_minor`` None: the provider names no sum, or one that is no whole minor unit."""

    session_id: str
    reference: str
    intent_id: str
    amount_minor: int | None
    currency: str
    state: AttemptState
    live: bool
    refunds: tuple[RefundFacts, ...] = ()
    disputes: tuple[DisputeFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A Checkout page that is open for one attempt."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a signed webhook says: which event, of which kind, about which session or, failing that, which payment intent."""

    event_id: str
    kind: str
    live: bool
    account: str
    told_at: datetime
    session_id: str
    intent_id: str


def newer(known: State, told: State) -> State:
    """Return the later of two states in the order of their class."""
    order = list(type(known))
    return max(known, told, key=order.index)


def mismatch(facts: PaidFacts, *, amount_minor: int, currency: str, live: bool) -> str:
    """Return the code of the first thing that is not as we asked for it, empty if all is."""
    if facts.live is not live:
        return "wrong_mode"
    if facts.currency != currency:
        return "wrong_currency"
    return "" if facts.amount_minor == amount_minor else "wrong_amount"


# Stripe's own list of units (docs.stripe.com/currencies): ISK and UGX have no decimals but are told in hundredths.
ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())  # told in thousandths, the last digit always 0
MOST = 99_999_999  # Stripe takes eight digits


def provider_digits(currency: str) -> int:
    """Return how many decimals the provider counts a currency in."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def to_provider(amount_minor: int, currency: str) -> int:
    """Return our sum in the provider's units.

    :raises NotAllowed: ``not_by_card``: the sum has a fraction the provider does not take, or is too large for it.
    """
    power = provider_digits(currency) - minor_digits(currency)
    units, rest = (amount_minor * 10**power, 0) if power >= 0 else divmod(amount_minor, 10**-power)
    if rest or not 0 < units <= MOST or (currency in THREE_DECIMAL and units % 10):
        raise NotAllowed("not_by_card")
    return units


def from_provider(units: int, currency: str) -> int | None:
    """Return the provider's sum in our minor units; None if it is no whole number of them."""
    power = minor_digits(currency) - provider_digits(currency)
    amount, rest = (units * 10**power, 0) if power >= 0 else divmod(units, 10**-power)
    return None if rest else amount


@dataclass(frozen=True, slots=True)
class Sums:
    """What happened to the money of an invoice, in minor units: arrived, given back by us, taken back by others."""

    received: int = 0
    refunded: int = 0
    taken: int = 0

    @property
    def held(self) -> int:
        """What is left with us: it settles the invoice, or no longer does."""
        return self.received - self.refunded - self.taken

    def arrears(self, needed: int) -> str:
        """Say why less than ``needed`` is left: ``refunded`` where our own refunds explain all of it, ``taken`` where
        others took some, else ``unbooked``: what settled it was booked by mistake; empty if nothing is missing.
        """
        missing = needed - self.held
        if missing <= 0:
            return ""
        if missing <= self.refunded:
            return "refunded"
        return "taken" if self.taken else "unbooked"


def standing(state: AttemptState, disputes: Mapping[DisputeState, int]) -> str:
    """Return how an attempt stands, with its disputes counted by state: a key of the words for attempts."""
    if state is not AttemptState.SUCCEEDED:
        return state.value
    for word, dispute in (("disputed", DisputeState.OPEN), ("lost", DisputeState.LOST), ("won", DisputeState.WON)):
        if disputes.get(dispute):
            return word
    return state.value
