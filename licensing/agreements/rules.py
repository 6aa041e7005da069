"""The life of an agreement, as a table, and whose signature comes next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFTING = "drafting"
    APPROVED_TO_SEND = "approved_to_send"
    OUT_FOR_SIGNATURE = "out_for_signature"
    EXECUTED = "executed"
    VOIDED = "voided"


class Side(StrEnum):
    LICENSEE = "licensee"
    LICENSOR = "licensor"


class Actor(StrEnum):
    LEGAL = "legal"
    STAFF = "staff"
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
    "execute": _move("out_for_signature", State.EXECUTED, "system"),
    "void": _move("drafting approved_to_send out_for_signature", State.VOIDED, "legal"),
}


class NotAllowed(Exception):
    """``code`` is stable and translatable, ``facts`` are for its sentence."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def next_state(state: State, command: str, *, actor: Actor) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_actor`` before ``wrong_state``.
    """
    move = MOVES[command]
    if actor not in move.actors:
        raise NotAllowed("wrong_actor", command=command)
    if state not in move.sources:
        raise NotAllowed("wrong_state", command=command, state=state.value)
    return move.target


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be signed: who (``user``; None = anyone who may countersign), in which order, and whether it is signed."""

    id: int
    position: int
    side: Side
    user: int | None
    signed: bool


def next_line(lines: Sequence[Line]) -> Line | None:
    """Return the line whose turn it is: licensee's lines in order, then the licensor's; None when all are signed."""
    order = {Side.LICENSEE: 0, Side.LICENSOR: 1}
    waiting = sorted((line for line in lines if not line.signed), key=lambda line: (order[line.side], line.position))
    return waiting[0] if waiting else None
