"""What was answered closes by itself and is deleted in time: nothing is kept without end, and nothing closes under somebody's hands."""

from datetime import timedelta

import pytest
import time_machine

from content.inquiries import actions
from content.inquiries.models import Inquiry, InquiryStep
from content.inquiries.rules import CLOSED_AFTER, KEPT_CLOSED, KEPT_GRANTED, Command, NotAllowed
from portal import tasks
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.clock import NOW, TICK
from tests.content.inquiries.test_inquiries import act, letters, page, said

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSES = NOW + CLOSED_AFTER


@pytest.fixture
def manager(topics):
    return build.staff("Program managers")


@pytest.fixture
def answered(topics, places, manager):
    row = actions.receive(said(topics, places), now=NOW - DAY)
    act("answer", row, "In March.", by=manager)
    letters()
    row.refresh_from_db()
    return row


def of(row) -> tuple[str, object, list[str]]:
    row.refresh_from_db()
    return row.state, row.closed_at, list(row.steps.values_list("command", flat=True))


def test_thirty_days_after_the_answer_it_closes_by_itself_once_and_nobody_is_written_to(answered):
    assert (actions.close_answered(now=CLOSES - TICK), of(answered)) == (0, ("answered", None, ["received", "answer"]))
    assert (actions.close_answered(now=CLOSES), actions.close_answered(now=CLOSES)) == (1, 0)
    assert of(answered) == ("closed", CLOSES, ["received", "answer", "lapse"])
    assert (answered.steps.last().by, answered.steps.last().at) == (None, CLOSES)
    assert (OutboxMessage.objects.count(), SentMail.objects.count()) == (2, 2)


def test_then_it_is_forgotten_as_what_was_closed_by_hand(answered):
    actions.close_answered(now=CLOSES)
    assert (actions.forget_old(now=CLOSES + KEPT_CLOSED - TICK), actions.forget_old(now=CLOSES + KEPT_CLOSED)) == (0, 1)
    assert (Inquiry.objects.count(), InquiryStep.objects.count(), SentMail.objects.count()) == (0, 0, 0)


def test_a_worker_that_was_down_keeps_nothing_longer(answered):
    with time_machine.travel(CLOSES + KEPT_CLOSED, tick=False):
        assert (tasks.forget(), Inquiry.objects.count()) == (1, 0)


def test_another_answer_puts_it_off(answered, manager):
    act("answer", answered, "In April.", by=manager, now=NOW + 20 * DAY)
    letters(NOW + 20 * DAY)
    assert (actions.close_answered(now=CLOSES), of(answered)[0]) == (0, "answered")
    assert (actions.close_answered(now=NOW + 20 * DAY + CLOSED_AFTER), of(answered)[1]) == (1, NOW + 20 * DAY + CLOSED_AFTER)


def test_whom_it_is_given_to_does_not_put_it_off(answered, topics, manager):
    act("assign", answered, manager, by=manager, now=CLOSES - DAY)
    act("route", answered, topics["licensing"], by=manager, now=CLOSES - DAY)
    assert "22 December 2026" in page(manager, f"/cms/inquiries/{answered.number}/")
    assert (actions.close_answered(now=CLOSES), of(answered)[:2]) == (1, ("closed", CLOSES))


def test_what_was_answered_by_a_letter_that_never_left_stays_where_staff_see_it(topics, places, manager):
    row = actions.receive(said(topics, places), now=NOW)
    act("answer", row, "In March.", by=manager)
    view = "/cms/inquiries/?view=unsent"
    assert row.number not in page(manager, view)  # it is on its way
    OutboxMessage.objects.filter(kind=actions.ANSWERED).update(given_up_at=NOW)
    assert row.number in page(manager, view)
    assert "Closes by itself on" not in page(manager, f"/cms/inquiries/{row.number}/")
    assert (actions.close_answered(now=CLOSES + 9 * DAY), of(row)) == (0, ("answered", None, ["received", "answer"]))
    assert (actions.forget_old(now=CLOSES + KEPT_CLOSED), Inquiry.objects.count()) == (0, 1)
    act("close", row, by=manager, now=CLOSES + 9 * DAY)
    assert row.number not in page(manager, view)


@pytest.mark.parametrize("suspect", [False, True])
def test_what_nobody_answered_stays_open(topics, places, manager, suspect):
    row = actions.receive(said(topics, places, suspect=suspect), now=NOW)
    assert (actions.close_answered(now=NOW + 9 * CLOSED_AFTER), of(row)) == (0, ("open", None, ["received"]))


def test_taken_up_again_it_waits_for_an_answer_again(answered, manager):
    actions.close_answered(now=CLOSES)
    act("reopen", answered, by=manager, now=CLOSES + DAY)
    assert (actions.close_answered(now=CLOSES + 9 * CLOSED_AFTER), of(answered)[:2]) == (0, ("open", None))
    act("answer", answered, "In April.", by=manager, now=CLOSES + 2 * DAY)
    letters(CLOSES + 2 * DAY)
    assert (actions.close_answered(now=CLOSES + 2 * DAY + CLOSED_AFTER), of(answered)[1]) == (1, CLOSES + 2 * DAY + CLOSED_AFTER)


def test_a_page_read_before_it_closed_is_stale(answered, manager):
    seen = actions.latest(answered)
    actions.close_answered(now=CLOSES)
    with pytest.raises(NotAllowed) as refused:
        actions.answer(answered.pk, "Once more", by=manager, seen=seen, now=CLOSES)
    assert (refused.value.code, of(answered)[0], OutboxMessage.objects.count()) == ("stale", "closed", 2)


def test_a_permission_that_was_granted_is_kept_ten_years(topics, places):
    licensing = build.staff("Licensing managers")
    wanted = actions.Wanted(kind="figure", what="Figure 2", where="A book", copies=None, work_language="Spanish", commercial=False)
    row = actions.receive(said(topics, places, topic_id=topics["permission"].pk, wanted=wanted), now=NOW)
    act("decide", row, Command.GRANT, "Name the source.", by=licensing)
    letters()
    assert (actions.close_answered(now=CLOSES), actions.forget_old(now=CLOSES + KEPT_GRANTED - TICK)) == (1, 0)
    assert actions.forget_old(now=CLOSES + KEPT_GRANTED) == 1


def test_its_page_says_when_it_closes_and_when_it_is_deleted(answered, manager):
    path = f"/cms/inquiries/{answered.number}/"
    text = page(manager, path)
    assert "Closes by itself on" in text and "22 December 2026" in text
    actions.close_answered(now=CLOSES)
    text = page(manager, path)
    assert "Closed by itself" in text and "22 December 2027" in text and "Take up again" in text


def test_an_answer_that_has_not_left_is_said_to_be_so(topics, places, manager):
    row = actions.receive(said(topics, places), now=NOW)
    act("answer", row, "In March.", by=manager)
    path = f"/cms/inquiries/{row.number}/"
    assert page(manager, path).count("Has not left yet") == 1
    OutboxMessage.objects.filter(kind=actions.ANSWERED).update(given_up_at=NOW)
    assert page(manager, path).count("Has not left yet") == 1
    OutboxMessage.objects.filter(kind=actions.ANSWERED).update(given_up_at=None)
    letters()
    assert "Has not left yet" not in page(manager, path)
