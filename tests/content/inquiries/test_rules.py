from datetime import timedelta

import pytest

from content.inquiries.rules import (
    CLOSED_AFTER,
    KEPT_CLOSED,
    KEPT_GRANTED,
    KEPT_SUSPECT,
    Command,
    NotAllowed,
    State,
    closes_at,
    ends_at,
    fingerprint,
    next_state,
)
from tests.clock import NOW

OPEN, ANSWERED, CLOSED = State
NEXT = {  # command: where it leads from open, answered, closed; None: refused
    Command.ASSIGN: (OPEN, ANSWERED, None),
    Command.ROUTE: (OPEN, ANSWERED, None),
    Command.ANSWER: (ANSWERED, ANSWERED, None),
    Command.GRANT: (ANSWERED, None, None),
    Command.REFUSE: (ANSWERED, None, None),
    Command.CLOSE: (CLOSED, CLOSED, None),
    Command.REOPEN: (None, OPEN, OPEN),
    Command.TRUST: (OPEN, None, None),
    Command.LAPSE: (None, CLOSED, None),
}


@pytest.mark.parametrize(
    "command, state, expected", [(command, *pair) for command, to in NEXT.items() for pair in zip(State, to, strict=True)]
)
def test_every_move_from_every_state(command, state, expected):
    if expected is None:
        with pytest.raises(NotAllowed) as refused:
            next_state(state, command)
        assert refused.value.code == "wrong_state"
    else:
        assert next_state(state, command) is expected


@pytest.mark.parametrize(
    "one, other, same",
    [
        (("a", "Why?  Today"), ("A", "why today"), True),
        (("a", "Fundación"), ("a", "fundacion"), True),
        (("a", "b c"), ("a b", "c"), False),
        (("a", "Why?"), ("b", "Why?"), False),
    ],
)
def test_two_are_the_same_whatever_case_accents_and_blanks(one, other, same):
    assert (fingerprint(*one) == fingerprint(*other)) is same


@pytest.mark.parametrize(
    "closed, suspect, granted, kept",
    [(False, False, False, None), (False, True, False, KEPT_SUSPECT), (True, False, False, KEPT_CLOSED), (True, False, True, KEPT_GRANTED)],
)
def test_how_long_it_is_kept(closed, suspect, granted, kept):
    found = ends_at(received_at=NOW, closed_at=NOW + timedelta(days=1) if closed else None, suspect=suspect, granted=granted)
    assert found == (None if kept is None else NOW + kept + timedelta(days=1 if closed else 0))


def test_only_what_was_answered_closes_by_itself():
    assert [closes_at(state, answered_at=NOW) for state in State] == [None, NOW + CLOSED_AFTER, None]
    assert [closes_at(state, answered_at=None) for state in State] == [None, None, None]
