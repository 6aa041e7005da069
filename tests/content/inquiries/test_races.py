"""The very same letter sent twice at once; an answer at the very moment it closes by itself. PostgreSQL only."""

from threading import Event

import pytest
from django.db import transaction

from content.inquiries import actions
from content.inquiries.models import Inquiry
from content.inquiries.rules import CLOSED_AFTER, KEPT_CLOSED
from portal import postbox
from portal.core.models import OutboxMessage
from tests import build
from tests.clock import NOW
from tests.content.availability.test_races import at_once, until_somebody_waits

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.check("AC20")]


def test_ten_at_once_are_one_with_one_acknowledgement(topics, places):
    said = actions.Said(topic_id=topics["qtp"].pk, place_id=places["KE"], language="en", email="a@kenya.example", text="When?")
    numbers = at_once(*([lambda: actions.receive(said, now=NOW).number] * 10))
    assert set(numbers) == {"Q-2026-0001"}
    assert (Inquiry.objects.get().times, OutboxMessage.objects.filter(kind=actions.RECEIVED).count()) == (10, 1)


def test_an_answer_and_the_end_at_once_are_one_after_the_other(topics, places):
    manager, closes = build.staff("Program managers"), NOW + CLOSED_AFTER
    said = actions.Said(topic_id=topics["qtp"].pk, place_id=places["KE"], language="en", email="a@kenya.example", text="When?")
    row = actions.receive(said, now=NOW)
    actions.answer(row.pk, "Soon.", by=manager, seen=actions.latest(row), now=NOW)
    postbox.deliver(now=NOW)
    seen = actions.latest(row)
    answers = lambda: actions.answer(row.pk, "In March.", by=manager, seen=seen, now=closes).state  # noqa: E731
    closing = lambda: actions.close_answered(now=closes)  # noqa: E731
    first, *closed = at_once(answers, closing, closing, closing)
    row.refresh_from_db()
    told = ["received", "answer", "answer"] if first == "answered" else ["received", "answer", "lapse"]
    assert first in ("answered", "NotAllowed") and sum(closed) == (first != "answered")
    assert (row.state, list(row.steps.values_list("command", flat=True))) == ("answered" if first == "answered" else "closed", told)


def test_what_is_taken_up_while_it_is_being_forgotten_stays(topics, places):
    manager, over, held = build.staff("Program managers"), NOW + KEPT_CLOSED, Event()
    said = actions.Said(topic_id=topics["qtp"].pk, place_id=places["KE"], language="en", email="a@kenya.example", text="When?")
    row = actions.receive(said, now=NOW)
    actions.close(row.pk, by=manager, seen=actions.latest(row), now=NOW)
    seen = actions.latest(row)

    def takes_up():
        with transaction.atomic():
            actions.reopen(row.pk, by=manager, seen=seen, now=over)
            held.set()
            until_somebody_waits()

    def forgets():
        held.wait(30)
        return actions.forget_old(now=over)

    assert at_once(takes_up, forgets) == [None, 0]
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("open", 3)
