"""The whole table of moves, the faces of an approved piece by the clock, and what a note must say."""

import itertools
from datetime import date, timedelta

import pytest

from licensing.entitlements.rules import LicenceStatus
from licensing.logos.rules import MOVES, TURN, Face, NotAllowed, Note, Side, State, Turn, check_notes, due, face, next_state
from portal.core.working_days import Calendar
from tests.clock import NOW, TICK

TABLE = list(itertools.product(State, MOVES, Side, (False, True)))


@pytest.mark.parametrize("state, command, side, conditions_open", TABLE)
def test_a_move_is_open_from_its_states_to_its_side_alone(state, command, side, conditions_open):
    move = MOVES[command]
    allowed = side is move.side and state in move.sources and (state is not State.APPROVED or conditions_open)
    if allowed:
        assert next_state(state, command, side=side, conditions_open=conditions_open) is (move.target or state)
        return
    with pytest.raises(NotAllowed) as refused:
        next_state(state, command, side=side, conditions_open=conditions_open)
    assert refused.value.code == "wrong_side" if side is not move.side else refused.value.code in ("wrong_state", "new_piece")


@pytest.mark.row("G4")
def test_a_change_of_what_is_approved_is_a_new_piece():
    for command in ("upload", "submit"):
        with pytest.raises(NotAllowed) as refused:
            next_state(State.APPROVED, command, side=Side.LICENSEE)
        assert refused.value.code == "new_piece"


def test_every_state_is_somebodys_turn_and_only_decided_ones_nobodys():
    assert {state for state in State if TURN[state] is Turn.NOBODY} == {State.APPROVED, State.REJECTED, State.WITHDRAWN}
    assert {state for state in State if TURN[state] is Turn.STAFF} == {State.SUBMITTED, State.IN_REVIEW}


END = NOW + timedelta(days=30)


@pytest.mark.check("AC34")
@pytest.mark.parametrize(
    "state, cleared, right, at, expected",
    [
        (State.APPROVED, True, LicenceStatus.ACTIVE, END - TICK, Face.APPROVED),
        (State.APPROVED, True, LicenceStatus.ACTIVE, END, Face.OVER),
        (State.APPROVED, False, LicenceStatus.ACTIVE, NOW, Face.CONDITIONS),
        (State.APPROVED, True, LicenceStatus.SUSPENDED, NOW, Face.RIGHT_OVER),
        (State.APPROVED, True, LicenceStatus.REVOKED, NOW, Face.RIGHT_OVER),
        (State.APPROVED, True, LicenceStatus.EXPIRED, END, Face.RIGHT_OVER),
        (State.APPROVED, True, LicenceStatus.SCHEDULED, NOW, Face.RIGHT_OVER),
        (State.SUBMITTED, False, LicenceStatus.ACTIVE, NOW, Face.SUBMITTED),
        (State.REJECTED, False, LicenceStatus.ACTIVE, NOW, Face.REJECTED),
    ],
)
def test_what_an_approval_is_worth_depends_on_conditions_right_and_day(state, cleared, right, at, expected):
    assert face(state, cleared=cleared, valid_until=END, right=right, at=at) is expected


@pytest.mark.parametrize(
    "sent, answer",
    [
        ("2026-11-23", "2026-11-30"),  # Monday
        ("2026-11-26", "2026-12-03"),  # Thursday
        ("2026-11-27", "2026-12-04"),  # Friday
        ("2026-11-28", "2026-12-04"),  # Saturday counts from Friday
        ("2026-11-29", "2026-12-04"),  # Sunday too
        ("2026-12-21", "2026-12-29"),  # over a holiday and a weekend
    ],
)
def test_an_answer_is_promised_within_five_working_days(sent, answer):
    assert due(date.fromisoformat(sent), Calendar(frozenset({"12-25"}))) == date.fromisoformat(answer)


@pytest.mark.parametrize(
    "notes, code",
    [
        ((), "no_notes"),
        ((Note("LR1", "x"),) * 41, "too_many_notes"),
        ((Note("LR13", "x"),), "unknown_rule"),
        ((Note("", "x"),), "unknown_rule"),
        ((Note("LR1", "  "),), "empty_note"),
        ((Note("LR1", "x", 3),), "no_such_page"),
        ((Note("LR1", "x", 0),), "no_such_page"),
        ((Note("LR1", "x", 1, 5),), "off_the_page"),
        ((Note("LR1", "x", None, 5, 5),), "off_the_page"),
        ((Note("LR1", "x", 1, 101, 5),), "off_the_page"),
        ((Note("LR1", "x", 1, 5, -1),), "off_the_page"),
    ],
)
def test_a_note_cites_a_rule_says_something_and_points_onto_a_page(notes, code):
    with pytest.raises(NotAllowed) as refused:
        check_notes(notes, pages=2)
    assert refused.value.code == code


def test_notes_with_and_without_a_place_are_taken():
    check_notes((Note("LR12", "Send two samples."), Note("LR4", "Here.", 2, 0, 100), Note("LR5", "Page", 1)), pages=2)
