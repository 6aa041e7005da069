"""Reminders that a term ends: at 90, 30 and 0 days, each once, in the morning there, and none too many after a worker stood still."""

from datetime import date, timedelta
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


EARLY, EARLY_DAY = instant("2027-08-15T22:00"), date(2027, 8, 15)  # 24:00 there
EARLY_MORNINGS = {90: instant("2027-05-17T07:00"), 30: instant("2027-07-16T07:00"), 0: instant("2027-08-15T07:00")}


@pytest.mark.row("H1")
@pytest.mark.django_db
def test_they_follow_the_last_day_that_notice_has_given_each_once(licence):
    stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=EARLY_DAY)
    looked = [at for morning in EARLY_MORNINGS.values() for at in (morning - TICK, morning, morning + timedelta(hours=1))]
    assert [reminding.remind_all(now=at) for at in [*looked, *MORNINGS.values()]] == [0, 1, 0] * 3 + [0, 0, 0]
    assert told() == [(days, at.isoformat()) for days, at in EARLY_MORNINGS.items()]
    events = Event.objects.of(licence).filter(command="remind")
    assert [(event.effective_at, event.payload["notice"]) for event in events] == [(EARLY, True)] * 3


@pytest.mark.django_db
def test_what_was_taken_back_is_reminded_of_no_more_and_its_term_as_ever(licence):
    stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=EARLY_DAY)
    assert reminding.remind_all(now=EARLY_MORNINGS[90]) == 1
    stop(licence.pk, "recall", now=EARLY_MORNINGS[90] + TICK)
    looked = [EARLY_MORNINGS[30], EARLY_MORNINGS[0], *MORNINGS.values()]
    assert [reminding.remind_all(now=at) for at in looked] == [0, 0, 1, 1, 1]


@pytest.mark.django_db
def test_a_notice_shorter_than_a_reminder_is_not_followed_by_one_that_was_due_before(licence):
    given = EARLY_MORNINGS[30] + timedelta(hours=1)
    stop(licence.pk, "end", reason="Agreed", now=given, last_day=EARLY_DAY)
    assert [reminding.remind_all(now=at) for at in (given, EARLY_MORNINGS[0])] == [0, 1]
    assert told() == [(0, EARLY_MORNINGS[0].isoformat())]


@pytest.mark.parametrize("hour", ["06:00", "08:00"])  # before and after nine in the morning there
@pytest.mark.django_db
def test_an_end_at_once_is_no_end_to_be_reminded_of(licence, hour):
    at = instant(f"2027-08-15T{hour}")
    stop(licence.pk, "end", reason="Agreed", now=at)
    assert [reminding.remind_all(now=when) for when in (at, at + timedelta(hours=3), at + timedelta(days=1))] == [0, 0, 0]


@pytest.mark.django_db
def test_a_letter_of_an_end_that_does_not_stand_any_more_goes_to_nobody(licence):
    stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=EARLY_DAY)
    reminding.remind_all(now=EARLY_MORNINGS[90])
    stop(licence.pk, "recall", now=EARLY_MORNINGS[90])
    while postbox.deliver(now=EARLY_MORNINGS[90]):
        pass
    assert [mail.subject for mail in SentMail.objects.filter(recipient="owner@eco.example", sent_at=EARLY_MORNINGS[90]).order_by("pk")] == [
        "License L-2026-0001 ends on 15 August 2027, 24:00 in Madrid",  # the notice itself, late
        "License L-2026-0001 goes on: the notice is taken back",
    ]


@pytest.mark.django_db
def test_the_letter_of_an_early_end_says_that_it_comes_by_notice_and_does_not_speak_of_renewing(licence):
    stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=EARLY_DAY)
    while postbox.deliver(now=NOW):
        pass
    reminding.remind_all(now=EARLY_MORNINGS[90])
    while postbox.deliver(now=EARLY_MORNINGS[90]):
        pass
    for recipient, subject, says in (
        ("owner@eco.example", "License L-2026-0001 ends on 15 August 2027, 24:00 in Madrid", "the early end you have had notice of"),
        ("manager@demo.example", "License L-2026-0001 of Fundación ECO ends on 15 August 2027, 24:00 in Madrid", "It ends by notice"),
    ):
        mail = SentMail.objects.get(recipient=recipient, subject=subject, sent_at=EARLY_MORNINGS[90])
        assert all(says in part and "renew it" not in part and "No renewal" not in part for part in (mail.text, mail.html))


@pytest.mark.django_db
def test_the_letters_go_to_holders_each_in_their_language_and_to_managers(licence):
    reminding.remind_all(now=MORNINGS[90])
    while postbox.deliver(now=MORNINGS[90]):
        pass
    subjects = dict(SentMail.objects.filter(subject__contains="ends on").values_list("recipient", "subject"))
    assert subjects["owner@eco.example"] == "License L-2026-0001 ends on 31 December 2027, 24:00 in Madrid"
    assert subjects["manager@demo.example"].startswith("License L-2026-0001 of Fundación ECO ends on 31 December 2027")
    assert "renew it" in SentMail.objects.get(recipient="owner@eco.example", subject__contains="ends on").text
