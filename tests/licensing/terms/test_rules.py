from datetime import timedelta

import pytest

from licensing.terms.rules import MOVES, NotAllowed, Side, State, needs_order, next_state, over, waived
from portal.core.second_person import TABLE, SamePerson, needs_second_person, refuse_same
from tests.clock import NOW, TICK

# Everything that is open; what is not listed is refused.
OPEN = {
    (State.DRAFT, "edit", Side.STAFF): State.DRAFT,
    (State.DRAFT, "issue", Side.STAFF): State.ISSUED,
    (State.ISSUED, "accept", Side.APPLICANT): State.ACCEPTED,
    (State.ISSUED, "decline", Side.APPLICANT): State.DECLINED,
    **{(state, "supersede", Side.STAFF): State.SUPERSEDED for state in State if state not in (State.SUPERSEDED,)},
    **{(state, "waiver_request", side): state for state in (State.DRAFT, State.ISSUED) for side in Side},
    **{(state, command, Side.STAFF): state for state in (State.DRAFT, State.ISSUED) for command in ("waiver_approve", "waiver_refuse")},
    **{
        (state, command, Side.STAFF): state
        for state in (State.DRAFT, State.ISSUED, State.ACCEPTED)
        for command in ("evidence_tick", "evidence_withdraw")
    },
}


@pytest.mark.parametrize(
    "answers, total, expected",
    [
        ({"purchase_order_rule": "before_invoice"}, 1, True),
        ({"purchase_order_rule": "before_invoice"}, 0, False),
        ({"purchase_order_rule": "with_payment"}, 280_000, False),
        ({"purchase_order_rule": "none"}, 280_000, False),
        ({}, 280_000, False),
    ],
)
def test_who_gives_an_order_before_the_invoice(answers, total, expected):
    assert needs_order(answers, total_minor=total) is expected


@pytest.mark.parametrize("state, command, side", [(state, command, side) for state in State for command in MOVES for side in Side])
def test_the_whole_table(state, command, side):
    expected = OPEN.get((state, command, side))
    if expected is not None:
        assert next_state(state, command, side=side) is expected
        return
    with pytest.raises(NotAllowed) as refused:
        next_state(state, command, side=side)
    if side not in MOVES[command].sides:
        assert refused.value.code == "wrong_side"
    else:
        late = command.startswith("waiver") and state is State.ACCEPTED
        assert refused.value.code == ("already_accepted" if late else "wrong_state")


@pytest.mark.parametrize("after, expected", [(-TICK, False), (timedelta(0), True), (TICK, True)])
def test_an_offer_stands_until_and_not_at_its_end(after, expected):
    assert over(NOW, at=NOW + after) is expected


def test_an_offer_without_an_end_stands():
    assert not over(None, at=NOW)


@pytest.mark.parametrize(
    "gross, percent, off",
    [
        (90_000, 100, 90_000),
        (90_000, 75, 67_500),
        (90_000, 50, 45_000),
        (90_000, 25, 22_500),
        (0, 100, 0),
        (101, 50, 51),
        (99, 50, 50),
        (1, 25, 0),
        (2, 25, 1),
    ],
)
def test_a_waiver_takes_off_half_up(gross, percent, off):
    assert waived(gross, percent) == off


@pytest.mark.parametrize(
    "command, facts, expected",
    [
        ("availability.publish", {}, True),
        ("waiver.decide", {}, True),
        ("licence.recall", {}, True),
        ("licence.revoke", {}, True),
        ("terms.issue", {"exclusive": True}, True),
        ("terms.issue", {"exclusive": False}, False),
        ("terms.issue", {}, False),
        ("invoice.refund", {"amount_minor": 1}, True),
        ("invoice.refund", {"amount_minor": 0}, False),
        ("application.approve", {}, False),
    ],
)
def test_which_commands_need_a_second_person(command, facts, expected):
    assert needs_second_person(command, facts) is expected
    assert len(TABLE) == 8


def test_an_author_never_approves_and_neither_does_nobody():
    for by in (1, 2, None):
        with pytest.raises(SamePerson):
            refuse_same("waiver.decide", by=by, authors=[1, 2])
    refuse_same("waiver.decide", by=3, authors=[1, 2])
    refuse_same("application.approve", by=1, authors=[1])
