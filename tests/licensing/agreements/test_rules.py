import itertools

import pytest

from licensing.agreements.rules import MOVES, Actor, Line, NotAllowed, Side, State, next_line, next_state

ALLOWED = {
    ("drafting", "approve_to_send", "legal"): "approved_to_send",
    ("approved_to_send", "send", "legal"): "out_for_signature",
    ("approved_to_send", "send", "staff"): "out_for_signature",
    ("out_for_signature", "sign", "signatory"): "out_for_signature",
    ("out_for_signature", "execute", "system"): "executed",
    ("drafting", "void", "legal"): "voided",
    ("approved_to_send", "void", "legal"): "voided",
    ("out_for_signature", "void", "legal"): "voided",
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
    assert caught.value.code == ("wrong_actor" if somebody_else else "wrong_state")


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
