"""Two brand reviewers with one piece before them: one wins, the other is told, and nothing stands half."""

import pytest

from licensing.history.models import Event
from licensing.logos import reviewing
from licensing.logos.models import PieceApproval, ProofNote
from licensing.logos.rules import NotAllowed
from tests.clock import NOW
from tests.journeys.test_activation import together
from tests.licensing.logos import story

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("vault"), pytest.mark.check("S26")]


def approve(piece, by):
    return lambda: reviewing.approve(piece.pk, sha256=story.queries.current(piece).sha256, by=by, now=NOW)


def ask(piece, by):
    return lambda: reviewing.request_changes(piece.pk, story.NOTES, by=by, now=NOW)


def commands(piece) -> list[str]:
    events = Event.objects.of(piece).order_by("seq")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    return [event.command for event in events]


def test_both_take_it_and_both_decide():
    piece, first, second = story.submitted(), story.brand(), story.brand()
    took = together([lambda: reviewing.take(piece.pk, by=first, now=NOW), lambda: reviewing.take(piece.pk, by=second, now=NOW)])
    assert sorted(took, key=str) == [None, "wrong_state"]
    decided = together([approve(piece, first), ask(piece, second)])
    piece.refresh_from_db()
    late = decided[1 if took[0] is None else 0]
    assert late in ("not_reviewer", "wrong_state")  # before the other has decided, or after
    if took[0] is None:
        assert (decided[0], piece.state, piece.reviewer_id) == (None, "approved", first.person_id)
        assert (PieceApproval.objects.count(), ProofNote.objects.count()) == (1, 0)
    else:
        assert (decided[1], piece.state, piece.reviewer_id) == (None, "changes_requested", second.person_id)
        assert (PieceApproval.objects.count(), ProofNote.objects.count()) == (0, 2)
    assert commands(piece)[-2:] == ["take", "approve" if took[0] is None else "request_changes"]


def test_one_reviewer_decides_in_two_windows():
    piece, by = story.submitted(), story.brand()
    reviewing.take(piece.pk, by=by, now=NOW)
    done = together([approve(piece, by), lambda: reviewing.reject(piece.pk, reason="Not our mark", by=by, now=NOW)])
    piece.refresh_from_db()
    assert (done, piece.state) in [([None, "wrong_state"], "approved"), (["wrong_state", None], "rejected")]
    assert PieceApproval.objects.count() == (1 if done[0] is None else 0)
    assert commands(piece)[-1] == ("approve" if done[0] is None else "reject")


def test_the_one_who_came_too_late_is_told_who_has_it():
    piece, first, second = story.submitted(), story.brand(), story.brand()
    reviewing.take(piece.pk, by=first, now=NOW)
    with pytest.raises(NotAllowed) as refused:
        approve(piece, second)()
    assert (refused.value.code, refused.value.facts["reviewer"]) == ("not_reviewer", first.label)
    assert PieceApproval.objects.count() == 0
