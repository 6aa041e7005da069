"""What may be done with an inquiry in which state, when two are the same, and how long they are kept. Pure: no Django, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from portal.core.text import fold

ANSWER_WITHIN = 5  # working days
MERGED_WITHIN = timedelta(hours=1)
CLOSED_AFTER = timedelta(days=30)  # after the last answer: whoever is content writes no more, and nobody keeps letters for ever
KEPT_CLOSED = timedelta(days=365)  # after the end
KEPT_GRANTED = timedelta(days=3650)  # a permission in writing is asked about for years
KEPT_SUSPECT = timedelta(days=30)


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Command(StrEnum):
    ASSIGN = "assign"
    ROUTE = "route"
    ANSWER = "answer"
    GRANT = "grant"
    REFUSE = "refuse"
    CLOSE = "close"
    REOPEN = "reopen"
    TRUST = "trust"
    LAPSE = "lapse"  # by itself


RUNNING = (State.OPEN, State.ANSWERED)
MOVES: dict[Command, tuple[tuple[State, ...], State | None]] = {  # from which states, to which; None: it stays
    Command.ASSIGN: (RUNNING, None),
    Command.ROUTE: (RUNNING, None),
    Command.ANSWER: (RUNNING, State.ANSWERED),
    Command.GRANT: ((State.OPEN,), State.ANSWERED),
    Command.REFUSE: ((State.OPEN,), State.ANSWERED),
    Command.CLOSE: (RUNNING, State.CLOSED),
    Command.REOPEN: ((State.ANSWERED, State.CLOSED), State.OPEN),
    Command.TRUST: ((State.OPEN,), None),
    Command.LAPSE: ((State.ANSWERED,), State.CLOSED),
}
DECISIONS = (Command.GRANT, Command.REFUSE)
LETTERS = (Command.ANSWER, *DECISIONS)


class NotAllowed(Exception):
    """The move is not open: ``wrong_state``; ``no_text``; ``not_a_request``, ``decided``, ``no_decision`` (permissions); ``not_suspect``; ``held_back``; ``nobody``,
    somebody who may not answer; ``stale``, it changed since it was read."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def next_state(state: State, command: Command) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_state``.
    """
    allowed, to = MOVES[command]
    if state not in allowed:
        raise NotAllowed("wrong_state")
    return to or state


def fingerprint(*parts: str) -> str:
    """Return what two inquiries share that say the same: case, accents, punctuation and blanks do not matter."""
    return sha256("\n".join(fold(part) for part in parts).encode()).hexdigest()


def closes_at(state: State, *, answered_at: datetime | None) -> datetime | None:
    """Return when an inquiry closes by itself that was last answered at ``answered_at``; None: not before somebody does something.

    Who answers it and in which queue it stands does not matter: whoever wrote was promised when it closes.
    """
    return answered_at + CLOSED_AFTER if state is State.ANSWERED and answered_at is not None else None


def ends_at(*, received_at: datetime, closed_at: datetime | None, suspect: bool, granted: bool) -> datetime | None:
    """Return when all of it is deleted; None: not before it is closed."""
    if suspect:
        return received_at + KEPT_SUSPECT
    if closed_at is None:
        return None
    return closed_at + (KEPT_GRANTED if granted else KEPT_CLOSED)
