"""The life of an agreement, as a table, and whose signature comes next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.core.text import fold

REMIND_AGAIN_AFTER = timedelta(hours=1)  # one letter in this time, whoever asks for it


class State(StrEnum):
    DRAFTING = "drafting"
    APPROVED_TO_SEND = "approved_to_send"
    OUT_FOR_SIGNATURE = "out_for_signature"
    LAPSED_UNSIGNED = "lapsed_unsigned"  # never stored: out for signature, and the window is over
    EXECUTED = "executed"
    DECLINED = "declined"
    VOIDED = "voided"


STORED = tuple(state for state in State if state is not State.LAPSED_UNSIGNED)
OVER = frozenset({State.DECLINED, State.VOIDED})  # another agreement may be drawn up from the same terms


class Side(StrEnum):
    LICENSEE = "licensee"
    LICENSOR = "licensor"


class Actor(StrEnum):
    LEGAL = "legal"
    STAFF = "staff"
    OWNER = "owner"
    SIGNATORY = "signatory"
    SYSTEM = "system"


@dataclass(frozen=True)
class Move:
    sources: frozenset[State]
    target: State
    actors: frozenset[Actor]


def _move(sources: str, target: State, actors: str) -> Move:
    return Move(frozenset(map(State, sources.split())), target, frozenset(map(Actor, actors.split())))


MOVES: dict[str, Move] = {
    "approve_to_send": _move("drafting", State.APPROVED_TO_SEND, "legal"),
    "send": _move("approved_to_send", State.OUT_FOR_SIGNATURE, "staff legal"),
    "sign": _move("out_for_signature", State.OUT_FOR_SIGNATURE, "signatory"),
    "decline": _move("out_for_signature", State.DECLINED, "signatory"),
    "remind": _move("out_for_signature", State.OUT_FOR_SIGNATURE, "legal owner"),
    "replace": _move("out_for_signature", State.OUT_FOR_SIGNATURE, "legal owner"),
    "extend": _move("out_for_signature lapsed_unsigned", State.OUT_FOR_SIGNATURE, "legal"),
    "redraft": _move("declined", State.DECLINED, "legal"),
    "execute": _move("out_for_signature", State.EXECUTED, "system"),
    "void": _move("drafting approved_to_send out_for_signature lapsed_unsigned declined", State.VOIDED, "legal"),
}


class NotAllowed(Exception):
    """``code`` is stable and translatable, ``facts`` are for its sentence."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def state_at(stored: State, *, window_ends_at: datetime | None, now: datetime) -> State:
    """Return what a stored state means at an instant: dates decide, so no job has to run for the window to close (no end = open)."""
    over = window_ends_at is not None and now >= window_ends_at
    return State.LAPSED_UNSIGNED if stored is State.OUT_FOR_SIGNATURE and over else stored


def next_state(state: State, command: str, *, actor: Actor) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_actor`` before ``wrong_state``; ``window_over`` for what was open until the window closed.
    """
    move = MOVES[command]
    if actor not in move.actors:
        raise NotAllowed("wrong_actor", command=command)
    if state not in move.sources:
        closed = state is State.LAPSED_UNSIGNED and State.OUT_FOR_SIGNATURE in move.sources
        raise NotAllowed("window_over" if closed else "wrong_state", command=command, state=state.value)
    return move.target


def new_window(old: datetime | None, new: datetime | None, *, now: datetime) -> datetime | None:
    """Return the end that an extension sets; None = no end.

    :raises NotAllowed: ``window_past``, ``window_unchanged`` or ``window_shorter``: nobody loses time they were promised.
    """
    if new == old:
        raise NotAllowed("window_unchanged")
    if new is not None and new <= now:
        raise NotAllowed("window_past")
    if new is not None and old is not None and new < old:
        raise NotAllowed("window_shorter")
    return new


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be signed: who (``user``; None = anyone who may countersign), in which order, and whether it is signed."""

    id: int
    position: int
    side: Side
    user: int | None
    signed: bool


def reads_as(typed: str, name: str) -> bool:
    """Say whether a name typed as a signature is the one that stands there; case, accents, punctuation and blanks do not matter."""
    return fold(typed) == fold(name)


def next_line(lines: Sequence[Line]) -> Line | None:
    """Return the line whose turn it is: licensee's lines in order, then the licensor's; None when all are signed."""
    order = {Side.LICENSEE: 0, Side.LICENSOR: 1}
    waiting = sorted((line for line in lines if not line.signed), key=lambda line: (order[line.side], line.position))
    return waiting[0] if waiting else None
