"""The life of an application, as a table. Pure: no Django, no clock, no database.

It ends at ``approved`` (or declined, withdrawn, lapsed): the terms, the agreement, the money and the licence have lives of their own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEPT_UNSENT = timedelta(days=365)  # what was never sent, after its last change: the page about privacy promises it
WARNED_BEFORE = timedelta(days=30)  # that a draft goes: long enough to be read after a holiday, and to go on


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CLARIFICATION = "clarification_requested"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Side(StrEnum):
    """In which capacity somebody acts on an application."""

    APPLICANT = "applicant"  # preparer or owner of the applying organisation
    OWNER = "owner"  # its owner
    STAFF = "staff"  # licensing manager
    DECIDER = "decider"  # licensing manager other than the one who took it, where the table says so
    CLOCK = "clock"  # nobody: time has passed


class Turn(StrEnum):
    APPLICANT = "applicant"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Move:
    sources: frozenset[State]
    target: State | None  # None = the state stays
    sides: frozenset[Side]


def _move(sources: str, target: State | None, sides: str) -> Move:
    return Move(frozenset(map(State, sources.split())), target, frozenset(map(Side, sides.split())))


MOVES: dict[str, Move] = {
    "save": _move("draft clarification_requested", None, "applicant owner"),
    "submit": _move("draft", State.SUBMITTED, "applicant owner"),
    "take": _move("submitted", State.IN_REVIEW, "staff"),
    "ask": _move("in_review", State.CLARIFICATION, "staff"),
    "answer": _move("clarification_requested", State.IN_REVIEW, "applicant owner"),
    "file_reply": _move("clarification_requested", None, "staff"),  # an answer that came by mail
    "resume": _move("clarification_requested", State.IN_REVIEW, "staff"),  # when all of them did
    "approve": _move("in_review", State.APPROVED, "decider"),
    "decline": _move("in_review", State.DECLINED, "decider"),
    "send_paper": _move("approved", None, "applicant owner"),  # one the licence waits for
    "withdraw": _move("draft submitted in_review clarification_requested", State.WITHDRAWN, "owner"),
    "warn": _move("draft", None, "clock"),  # that it will lapse
    "lapse": _move("draft", State.LAPSED, "clock"),
    "erase": _move("withdrawn", None, "clock"),  # what was in a draft that was given up
}
TURN: dict[State, Turn] = {
    State.DRAFT: Turn.APPLICANT,
    State.SUBMITTED: Turn.STAFF,
    State.IN_REVIEW: Turn.STAFF,
    State.CLARIFICATION: Turn.APPLICANT,
    State.APPROVED: Turn.NOBODY,
    State.DECLINED: Turn.NOBODY,
    State.WITHDRAWN: Turn.NOBODY,
    State.LAPSED: Turn.NOBODY,
}
OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CLARIFICATION})


class NotAllowed(Exception):
    """The move is not open from this state or to this side; ``code`` is stable and translatable."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def next_state(state: State, command: str, *, side: Side) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_side`` before ``wrong_state``, so that a stranger learns nothing of the state.
    """
    move = MOVES[command]
    if side not in move.sides:
        raise NotAllowed("wrong_side", command=command)
    if state not in move.sources:
        raise NotAllowed("wrong_state", command=command, state=state.value)
    return move.target or state


def erased_at(*, changed_at: datetime, warned_at: datetime | None) -> datetime | None:
    """Return when a draft lapses and what it holds is erased: in time after its last change, and never sooner after the warning than that
    says. None: nobody was warned since the last change."""
    if warned_at is None or warned_at <= changed_at:
        return None
    return max(changed_at + KEPT_UNSENT, warned_at + WARNED_BEFORE)
