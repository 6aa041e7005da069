"""The life of a terms offer, as a table, and what a waiver takes off. Pure: no Django, no clock, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID = timedelta(days=60)  # how long an issued offer stands
PERCENTS = (25, 50, 75, 100)


class State(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


LIVE = (State.DRAFT, State.ISSUED, State.ACCEPTED)  # of one application's offers at most one is


class Side(StrEnum):
    """In which capacity somebody acts on an offer."""

    STAFF = "staff"
    APPLICANT = "applicant"


@dataclass(frozen=True)
class Move:
    sources: frozenset[State]
    target: State | None  # None = the state stays
    sides: frozenset[Side]


def _move(sources: str, target: State | None, sides: str) -> Move:
    return Move(frozenset(map(State, sources.split())), target, frozenset(map(Side, sides.split())))


MOVES: dict[str, Move] = {
    "edit": _move("draft", None, "staff"),
    "issue": _move("draft", State.ISSUED, "staff"),
    "accept": _move("issued", State.ACCEPTED, "applicant"),
    "decline": _move("issued", State.DECLINED, "applicant"),
    "supersede": _move("draft issued accepted declined expired", State.SUPERSEDED, "staff"),
    "waiver_request": _move("draft issued", None, "staff applicant"),
    "waiver_approve": _move("draft issued", None, "staff"),
    "waiver_refuse": _move("draft issued", None, "staff"),
    "evidence_tick": _move("draft issued accepted", None, "staff"),
    "evidence_withdraw": _move("draft issued accepted", None, "staff"),
}
OPEN = frozenset({State.DRAFT, State.ISSUED})


class NotAllowed(Exception):
    """The move is not open; ``code`` is stable and translatable."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def next_state(state: State, command: str, *, side: Side) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_side`` before ``wrong_state``; ``already_accepted`` where a waiver comes too late.
    """
    move = MOVES[command]
    if side not in move.sides:
        raise NotAllowed("wrong_side", command=command)
    if state not in move.sources:
        late = command.startswith("waiver") and state is State.ACCEPTED
        raise NotAllowed("already_accepted" if late else "wrong_state", command=command, state=state.value)
    return move.target or state


def needs_order(answers: Mapping[str, object], *, total_minor: int) -> bool:
    """Say whether an applicant, by the answers sent last, gives a purchase order before there is an invoice; none where nothing is to be paid."""
    return total_minor > 0 and answers.get("purchase_order_rule") == "before_invoice"


def over(valid_until: datetime | None, *, at: datetime) -> bool:
    """Say whether an issued offer has run out: it stands until, and not at, ``valid_until``."""
    return valid_until is not None and at >= valid_until


def waived(gross_minor: int, percent: int) -> int:
    """Return what a waiver takes off a sum, in minor units, half up."""
    return (gross_minor * percent + 50) // 100
