"""The table of an application's life, all of it: every state × command × side."""

import pytest

from licensing.applications.rules import MOVES, OPEN, TURN, NotAllowed, Side, State, Turn, next_state

OPEN_MOVES = {  # (state, command, side) -> state: written out, so that a change of the table is a change of this list
    **{(State.DRAFT, "save", side): State.DRAFT for side in (Side.APPLICANT, Side.OWNER)},
    **{(State.DRAFT, "submit", side): State.SUBMITTED for side in (Side.APPLICANT, Side.OWNER)},
    (State.SUBMITTED, "take", Side.STAFF): State.IN_REVIEW,
    **{(State.CLARIFICATION, "save", side): State.CLARIFICATION for side in (Side.APPLICANT, Side.OWNER)},
    (State.IN_REVIEW, "ask", Side.STAFF): State.CLARIFICATION,
    **{(State.CLARIFICATION, "answer", side): State.IN_REVIEW for side in (Side.APPLICANT, Side.OWNER)},
    (State.CLARIFICATION, "file_reply", Side.STAFF): State.CLARIFICATION,
    (State.CLARIFICATION, "resume", Side.STAFF): State.IN_REVIEW,
    (State.IN_REVIEW, "approve", Side.DECIDER): State.APPROVED,
    (State.IN_REVIEW, "decline", Side.DECIDER): State.DECLINED,
    **{(State.APPROVED, "send_paper", side): State.APPROVED for side in (Side.APPLICANT, Side.OWNER)},
    (State.DRAFT, "warn", Side.CLOCK): State.DRAFT,
    (State.DRAFT, "lapse", Side.CLOCK): State.LAPSED,
    (State.WITHDRAWN, "erase", Side.CLOCK): State.WITHDRAWN,
    **{(state, "withdraw", Side.OWNER): State.WITHDRAWN for state in OPEN},
}
EVERY = [(state, command, side) for state in State for command in MOVES for side in Side]


@pytest.mark.parametrize("state, command, side", EVERY)
def test_each_cell_of_the_table(state, command, side):
    expected = OPEN_MOVES.get((state, command, side))
    if expected is not None:
        assert next_state(state, command, side=side) is expected
        return
    with pytest.raises(NotAllowed) as refused:
        next_state(state, command, side=side)
    known_side = any(row[1:] == (command, side) for row in OPEN_MOVES)
    assert refused.value.code == ("wrong_state" if known_side else "wrong_side")


def test_every_open_state_is_somebodys_turn_and_no_other():
    assert {state for state, turn in TURN.items() if turn is not Turn.NOBODY} == OPEN
    assert set(TURN) == set(State)
