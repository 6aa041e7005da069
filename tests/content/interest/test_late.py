"""Operators see that people were not told of what opened, though nothing waits in the outbox: the worker's clock stands still."""

from datetime import timedelta

import pytest
import time_machine

from content.availability.rules import Status
from content.interest import actions
from tests.clock import NOW, TICK
from tests.content.interest.conftest import OPENS

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7")]
LATE = timedelta(minutes=2)


def late(client, at) -> int:
    with time_machine.travel(at, tick=False):
        lines = client.get("/metrics").content.decode().splitlines()
        return int(dict(line.split() for line in lines if not line.startswith("#"))["portal_announcements_late"])


def test_two_minutes_after_a_program_opened_whoever_was_not_told_is_late_until_they_are(client, kenya, waiting):
    for n in range(2):
        waiting(f"p{n}@clinic.example")
    waiting("spain@clinic.example", place="ES")
    kenya(Status.PILOT, OPENS)
    assert [late(client, at) for at in (OPENS, OPENS + LATE - TICK, OPENS + LATE)] == [0, 0, 2]
    actions.tell_all(now=OPENS + LATE)
    assert late(client, OPENS + LATE) == 0


def test_what_was_published_or_confirmed_just_now_is_not_late(client, kenya, waiting):
    waiting()
    kenya(Status.PILOT, NOW - timedelta(days=9), now=NOW)
    assert [late(client, at) for at in (NOW + LATE - TICK, NOW + LATE)] == [0, 1]


def test_who_confirmed_after_it_opened_is_not_late_at_once(client, kenya, register):
    token = actions.token_of(register())
    kenya(Status.PILOT, NOW)
    at = NOW + timedelta(hours=1)
    actions.confirm(token, now=at)
    assert [late(client, when) for when in (at, at + LATE)] == [0, 1]


def test_whoever_has_no_account_makes_nobody_count(client, kenya, waiting, vault, django_assert_num_queries):
    waiting()
    kenya(Status.PILOT, NOW - LATE)
    with django_assert_num_queries(2):  # the outbox is there, and how many of its rows are late
        answer = client.get("/readyz")
    assert answer.json() == {"ready": True, "failing": [], "outbox_late": 0}
