"""Reminders that a term ends: at 90, 30 and 0 days, each once, in the morning there, and none too many after a worker stood still."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from licensing.entitlements import actions, reminding
from licensing.entitlements.models import Licence, TermReminder
from licensing.entitlements.rules import reminder_due
from licensing.history.actions import Actor
from licensing.history.models import Event
from portal import postbox
from portal.core.models import SentMail
from tests.clock import NOW, TICK, instant
from tests.licensing import deal as deals
from tests.stopping import stop

MADRID = ZoneInfo("Europe/Madrid")
END = instant("2027-12-31T23:00")  # 24:00 of 31 December there
MORNINGS = {90: instant("2027-10-02T07:00"), 30: instant("2027-12-01T08:00"), 0: instant("2027-12-31T08:00")}  # 09:00 there


@pytest.mark.parametrize(
    "at, expected",
    [
        (MORNINGS[90] - TICK, None), (MORNINGS[90], 90), (MORNINGS[30] - TICK, 90), (MORNINGS[30], 30), (MORNINGS[0] - TICK, 30),
        (MORNINGS[0], 0), (END, 0), (END + timedelta(days=30) - TICK, 0), (END + timedelta(days=30), None),
    ],
)  # fmt: skip
def test_the_latest_morning_counts(at, expected):
    assert reminder_due(END, zone=MADRID, known_since=NOW, at=at) == expected


def test_a_short_licence_is_not_greeted_with_its_end():
    made = MORNINGS[30] + timedelta(days=1)
    assert reminder_due(END, zone=MADRID, known_since=made, at=made) is None
    assert reminder_due(END, zone=MADRID, known_since=made, at=MORNINGS[0]) == 0


@pytest.fixture
def licence() -> Licence:
    user = deals.person("manager@demo.example", permissions=["licensing.decide_application"])
    return actions.enter(
        number="L-2026-0001", organisation=deals.organisation(), offering=deals.offering(), edition=None, places=[deals.place()],
        valid_from=instant("2026-01-01"), valid_to=END, zone="Europe/Madrid", source="on paper", by=Actor(user.pk, str(user)), now=NOW,
    )  # fmt: skip


def told() -> list[tuple[int, str]]:
    return [(row.days, row.told_at.isoformat()) for row in TermReminder.objects.order_by("pk")]


@pytest.mark.row("H1")
@pytest.mark.django_db
def test_each_is_sent_once_however_often_the_worker_looks(licence):
    looked = [MORNINGS[90] - TICK, MORNINGS[90], MORNINGS[90] + timedelta(hours=1), MORNINGS[30], MORNINGS[0], MORNINGS[0], END]
    assert [reminding.remind_all(now=at) for at in looked] == [0, 1, 0, 1, 1, 0, 0]
    assert told() == [(days, at.isoformat()) for days, at in MORNINGS.items()]
    assert Event.objects.of(licence).filter(command="remind").count() == 3


@pytest.mark.django_db
def test_what_was_missed_is_not_sent_in_a_row(licence):
    assert [reminding.remind_all(now=at) for at in (MORNINGS[0], END)] == [1, 0]
    assert told() == [(0, MORNINGS[0].isoformat())]


@pytest.mark.django_db
def test_an_ended_licence_and_one_that_another_follows_are_left_alone(licence):
    stop(licence.pk, "end", kind="surrendered", reason="Given up", now=NOW)
    assert (reminding.remind_all(now=MORNINGS[90]), told()) == (0, [])


@pytest.mark.django_db
def test_the_letters_go_to_holders_each_in_their_language_and_to_managers(licence):
    reminding.remind_all(now=MORNINGS[90])
    while postbox.deliver(now=MORNINGS[90]):
        pass
    subjects = dict(SentMail.objects.filter(subject__contains="ends on").values_list("recipient", "subject"))
    assert subjects["owner@eco.example"] == "License L-2026-0001 ends on 31 December 2027, 24:00 in Madrid"
    assert subjects["manager@demo.example"].startswith("License L-2026-0001 of Fundación ECO ends on 31 December 2027")
    assert "renew it" in SentMail.objects.get(recipient="owner@eco.example", subject__contains="ends on").text
