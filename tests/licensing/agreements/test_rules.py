import itertools
from datetime import timedelta

import pytest

from licensing.agreements.rules import MOVES, Actor, Line, NotAllowed, Side, State, new_window, next_line, next_state, state_at
from tests.clock import NOW, TICK

ALLOWED = {
    ("drafting", "approve_to_send", "legal"): "approved_to_send",
    ("approved_to_send", "send", "legal"): "out_for_signature",
    ("approved_to_send", "send", "staff"): "out_for_signature",
    ("out_for_signature", "sign", "signatory"): "out_for_signature",
    ("out_for_signature", "decline", "signatory"): "declined",
    ("out_for_signature", "remind", "legal"): "out_for_signature",
    ("out_for_signature", "remind", "owner"): "out_for_signature",
    ("out_for_signature", "replace", "legal"): "out_for_signature",
    ("out_for_signature", "replace", "owner"): "out_for_signature",
    ("out_for_signature", "extend", "legal"): "out_for_signature",
    ("lapsed_unsigned", "extend", "legal"): "out_for_signature",
    ("declined", "redraft", "legal"): "declined",
    ("out_for_signature", "execute", "system"): "executed",
    ("drafting", "void", "legal"): "voided",
    ("approved_to_send", "void", "legal"): "voided",
    ("out_for_signature", "void", "legal"): "voided",
    ("lapsed_unsigned", "void", "legal"): "voided",
    ("declined", "void", "legal"): "voided",
}


@pytest.mark.parametrize(("state", "command", "actor"), list(itertools.product(State, MOVES, Actor)))
def test_the_whole_table(state, command, actor):
    wanted = ALLOWED.get((state.value, command, actor.value))
    if wanted:
        assert next_state(state, command, actor=actor) == wanted
        return
    with pytest.raises(NotAllowed) as caught:
        next_state(state, command, actor=actor)
    somebody_else = not any((s.value, command, actor.value) in ALLOWED for s in State)
    closed = state == State.LAPSED_UNSIGNED and ("out_for_signature", command, actor.value) in ALLOWED
    assert caught.value.code == ("wrong_actor" if somebody_else else "window_over" if closed else "wrong_state")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    ("ends_at", "over"), [(None, False), (NOW + TICK, False), (NOW, True), (NOW - TICK, True)], ids=["never", "later", "now", "before"]
)
def test_only_what_is_out_lapses_and_at_the_very_end_of_its_window(state, ends_at, over):
    lapsed = state is State.OUT_FOR_SIGNATURE and over
    assert state_at(state, window_ends_at=ends_at, now=NOW) == (State.LAPSED_UNSIGNED if lapsed else state)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (NOW + DAY, NOW + 2 * DAY, None),
        (NOW - DAY, NOW + TICK, None),
        (NOW + DAY, None, None),
        (None, NOW + DAY, None),
        (None, None, "window_unchanged"),
        (NOW + DAY, NOW + DAY, "window_unchanged"),
        (NOW - DAY, NOW, "window_past"),
        (None, NOW - TICK, "window_past"),
        (NOW + 2 * DAY, NOW + DAY, "window_shorter"),
    ],
)
def test_a_window_is_made_longer_or_has_no_end(old, new, code):
    if code is None:
        assert new_window(old, new, now=NOW) == new
        return
    with pytest.raises(NotAllowed) as caught:
        new_window(old, new, now=NOW)
    assert caught.value.code == code


def line(id_, position, side, *, signed=False):
    return Line(id_, position, side, id_, signed)


@pytest.mark.parametrize(
    ("signed", "expected"),
    [(set(), 1), ({1}, 2), ({1, 2}, 3), ({1, 2, 3}, None), ({2}, 1), ({3}, 1), ({1, 3}, 2)],
)
def test_the_licensees_lines_come_in_order_and_the_licensor_last(signed, expected):
    rows = [line(3, 1, Side.LICENSOR), line(2, 2, Side.LICENSEE), line(1, 1, Side.LICENSEE)]
    rows = [Line(row.id, row.position, row.side, row.user, row.id in signed) for row in rows]
    found = next_line(rows)
    assert (found and found.id) == expected
