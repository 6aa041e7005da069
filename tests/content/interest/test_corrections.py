"""Who was told that a programme is open hears once of every correction of that: a later day, taken back, withdrawn."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from content.availability import actions as availability
from content.availability import impact
from content.availability.rules import Assertion, Status, cut
from content.interest import actions
from content.interest.models import Interest
from content.interest.rules import KEPT_TOLD
from portal import postbox, tasks
from portal.core.models import OutboxMessage, SentMail
from portal.core.periods import Period
from tests.clock import NOW, TICK, instant
from tests.content.interest.conftest import OPENS

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7")]
DAY = timedelta(days=1)
APRIL, MAY = instant("2027-03-31T21:00"), instant("2027-04-30T21:00")  # the first days of the months in Nairobi


@pytest.fixture
def end(places, programmes):
    """Return what states nothing any more of QOPI in an area for a period."""

    def end(since, until=None, *, now, area="KE"):
        return availability.unstate(programmes["QOPI"], places[area], Period(since, until), by="Staff", now=now)

    return end


@pytest.fixture
def told(kenya, waiting):
    """Somebody in Kenya who was told on 1 March that QOPI is open from that day on."""
    found = waiting(now=OPENS - DAY)
    kenya(Status.AVAILABLE, OPENS, now=OPENS - DAY)
    assert (work(OPENS), kinds()) == ((1, 0), [actions.OPEN])
    found.refresh_from_db()
    return found


def work(now) -> tuple[int, int]:
    """Look once as the worker does; return how many are told, and how many are told of a correction."""
    counts = actions.tell_all(now=now), actions.correct_all(now=now)
    postbox.deliver(now=now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return counts


def kinds() -> list[str]:
    letters = SentMail.objects.exclude(message__kind=actions.CONFIRM).order_by("pk")
    return list(letters.values_list("message__kind", flat=True))


def last() -> SentMail:
    return SentMail.objects.filter(message__kind=actions.CORRECTED).latest("pk")


@pytest.mark.row("JN4.8")
def test_jn4_the_day_after_it_should_have_been_april_and_whoever_was_told_march_is_told_so_once(told, end, settings):
    settings.DEMO = True  # so that the letter is kept with its link
    end(OPENS, APRIL, now=OPENS + DAY)
    assert [work(OPENS + DAY), work(OPENS + DAY), work(OPENS + 2 * DAY)] == [(0, 1), (0, 0), (0, 0)]
    letter = last()
    assert (letter.recipient, letter.language, letter.subject) == ("asha@clinic.example", "es", "Corrección: QOPI®, Kenia")
    assert "Aún no está abierto allí. Se abre el 1 de abril de 2027." in letter.text and "/es/countries/KE/#programme-QOPI" in letter.text
    assert "1 de abril de 2027" in letter.html and "/interest/QOPI/KE/" not in letter.text
    assert (work(APRIL - TICK), work(APRIL), kinds()) == ((0, 0), (0, 0), [actions.OPEN, actions.CORRECTED])
    link = re.search(r"http://\S+(/es/interest/\w{64}/)", letter.text)[1]
    with time_machine.travel(OPENS + 2 * DAY, tick=False):
        assert Client().post(link, {"do": "withdraw"}).status_code == 200
    assert (Interest.objects.count(), SentMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", [None, Status.ON_REQUEST, Status.SUSPENDED, Status.WITHDRAWN])
def test_what_was_taken_back_or_withdrawn_is_told_with_the_way_to_ask_again(told, kenya, end, status):
    at = OPENS + DAY
    end(OPENS, now=at) if status is None else kenya(status, at, now=at)
    assert work(at) == (0, 1)
    assert "No está abierto allí y no se ha fijado ningún día." in last().text and "/es/interest/QOPI/KE/" in last().text


@pytest.mark.parametrize("status", [Status.BY_LICENCE, Status.PILOT])
def test_what_is_open_still_is_not_corrected(told, kenya, status):
    kenya(status, OPENS, now=OPENS + DAY)
    assert (work(OPENS + DAY), kinds()) == ((0, 0), [actions.OPEN])


def test_a_change_somewhere_else_corrects_nothing(told, kenya, places, programmes):
    kenya(Status.WITHDRAWN, OPENS, now=OPENS + DAY, area="ES")
    availability.state(programmes["QCP"], Assertion(places["KE"], Status.WITHDRAWN, Period(OPENS)), by="Staff", now=OPENS + DAY)
    assert (work(OPENS + DAY), kinds()) == ((0, 0), [actions.OPEN])


def test_each_correction_is_told_once_and_so_is_that_it_is_open_after_all(told, kenya, end):
    end(OPENS, APRIL, now=OPENS + DAY)
    assert work(OPENS + DAY) == (0, 1)
    end(APRIL, MAY, now=OPENS + 2 * DAY)
    assert work(OPENS + 2 * DAY) == (0, 1) and "1 de mayo de 2027" in last().text
    end(MAY, now=OPENS + 3 * DAY)
    assert work(OPENS + 3 * DAY) == (0, 1) and "ningún día" in last().text
    kenya(Status.PILOT, OPENS, now=OPENS + 4 * DAY)
    assert work(OPENS + 4 * DAY) == (0, 1) and "Ya está abierto allí. Su estado: Piloto." in last().text
    assert (work(OPENS + 5 * DAY), kinds()) == ((0, 0), [actions.OPEN] + 4 * [actions.CORRECTED])


def test_what_is_withdrawn_for_later_is_told_when_it_is_so_and_not_before(told, kenya):
    kenya(Status.WITHDRAWN, OPENS + 10 * DAY, now=OPENS + DAY)
    assert [work(at) for at in (OPENS + DAY, OPENS + 10 * DAY - TICK, OPENS + 10 * DAY)] == [(0, 0), (0, 0), (0, 1)]


def test_what_ends_as_was_stated_from_the_beginning_is_no_correction(waiting, places, programmes):
    waiting(now=OPENS - DAY)
    pilot = Assertion(places["KE"], Status.PILOT, Period(OPENS, OPENS + 10 * DAY))
    availability.state(programmes["QOPI"], pilot, by="Staff", now=OPENS - DAY)
    assert [work(at) for at in (OPENS, OPENS + 10 * DAY - TICK, OPENS + 10 * DAY)] == [(1, 0), (0, 0), (0, 0)]
    availability.state(programmes["QOPI"], Assertion(places["ES"], Status.PILOT, Period(OPENS)), by="Staff", now=OPENS + 11 * DAY)
    assert (work(OPENS + 11 * DAY), kinds()) == ((0, 0), [actions.OPEN])


def test_an_extended_pilot_is_no_correction(waiting, places, programmes):
    waiting(now=OPENS - DAY)
    for until, now in ((OPENS + 10 * DAY, OPENS - DAY), (OPENS + 20 * DAY, OPENS + DAY)):
        pilot = Assertion(places["KE"], Status.PILOT, Period(OPENS, until))
        availability.state(programmes["QOPI"], pilot, by="Staff", now=now)
        work(max(now, OPENS))
    assert (work(OPENS + 10 * DAY), work(OPENS + 20 * DAY), kinds()) == ((0, 0), (0, 0), [actions.OPEN])


def test_what_is_right_again_before_the_letter_leaves_is_not_told_and_the_next_correction_is(told, kenya, end):
    at = OPENS + DAY
    end(OPENS, now=at)
    assert actions.correct_all(now=at) == 1
    kenya(Status.AVAILABLE, OPENS, now=at + TICK)
    postbox.deliver(now=at + TICK)
    assert kinds() == [actions.OPEN]
    end(OPENS, now=at + DAY)
    assert (work(at + DAY), kinds()) == ((0, 1), [actions.OPEN, actions.CORRECTED])


def test_the_letter_says_what_is_published_when_it_leaves(told, end):
    end(OPENS, APRIL, now=OPENS + DAY)
    actions.correct_all(now=OPENS + DAY)
    end(APRIL, MAY, now=OPENS + DAY + TICK)
    assert work(OPENS + DAY + TICK) == (0, 0)
    assert (kinds(), "1 de mayo de 2027" in last().text) == ([actions.OPEN, actions.CORRECTED], True)


def test_delivered_twice_it_is_one_letter(told, end):
    end(OPENS, APRIL, now=OPENS + DAY)
    work(OPENS + DAY)
    OutboxMessage.objects.update(done_at=None, due_at=OPENS + DAY)
    assert (work(OPENS + 2 * DAY), kinds()) == ((0, 0), [actions.OPEN, actions.CORRECTED])


def test_a_letter_that_the_server_refuses_for_good_is_begun_again_a_day_later_and_says_what_holds_then(told, end):
    end(OPENS, APRIL, now=OPENS + DAY)
    actions.correct_all(now=OPENS + DAY)
    OutboxMessage.objects.filter(kind=actions.CORRECTED).update(given_up_at=OPENS + DAY)
    end(APRIL, MAY, now=OPENS + DAY + TICK)
    assert (work(OPENS + 2 * DAY - TICK), kinds()) == ((0, 0), [actions.OPEN])
    assert [work(OPENS + 2 * DAY), work(OPENS + 3 * DAY)] == [(0, 1), (0, 0)]
    assert (kinds(), "1 de mayo de 2027" in last().text) == ([actions.OPEN, actions.CORRECTED], True)


def test_who_withdrew_or_is_to_be_forgotten_hears_nothing(told, waiting, end):
    end(OPENS, APRIL, now=OPENS + DAY)
    actions.correct_all(now=OPENS + DAY)
    actions.withdraw(actions.token_of(told), now=OPENS + DAY)
    postbox.deliver(now=OPENS + DAY)
    assert (kinds(), Interest.objects.count()) == ([], 0)


@pytest.mark.parametrize("late, letters", [(-TICK, 1), (0 * TICK, 0)])
def test_thirty_days_after_the_letter_nobody_is_written_to_any_more(told, end, late, letters):
    at = OPENS + KEPT_TOLD + late
    end(OPENS, now=at)
    assert (work(at), kinds().count(actions.CORRECTED)) == ((0, letters), letters)


def test_what_was_decided_just_before_the_end_does_not_leave_after_it(told, end):
    at = OPENS + KEPT_TOLD
    end(OPENS, now=at - TICK)
    assert actions.correct_all(now=at - TICK) == 1
    postbox.deliver(now=at)
    assert kinds() == [actions.OPEN]


def test_a_correction_is_kept_as_long_as_the_letter_it_corrects(told, end):
    at = OPENS + 20 * DAY
    end(OPENS, now=at)
    work(at)
    assert (actions.forget_old(now=at + KEPT_TOLD - TICK), actions.forget_old(now=at + KEPT_TOLD)) == (0, 1)
    assert (Interest.objects.count(), SentMail.objects.count()) == (0, 0)


def test_whoever_was_told_of_a_day_months_away_is_there_until_a_month_after_it_and_hears_of_what_changes(told, end):
    june, july = instant("2027-05-31T21:00"), instant("2027-06-30T21:00")
    end(OPENS, june, now=OPENS + DAY)
    assert (work(OPENS + DAY), "1 de junio de 2027" in last().text) == ((0, 1), True)
    assert actions.forget_old(now=june - DAY) == 0
    end(june, july, now=june - DAY)
    assert (work(june - DAY), "1 de julio de 2027" in last().text) == ((0, 1), True)
    assert [work(july), work(july + DAY)] == [(0, 0), (0, 0)]
    assert kinds() == [actions.OPEN, actions.CORRECTED, actions.CORRECTED]
    assert (actions.forget_old(now=july + KEPT_TOLD - TICK), actions.forget_old(now=july + KEPT_TOLD)) == (0, 1)
    assert (Interest.objects.count(), SentMail.objects.count()) == (0, 0)


def test_what_opens_after_all_is_kept_no_longer_than_the_letter_that_says_so(told, kenya, end):
    end(OPENS, MAY, now=OPENS + DAY)
    work(OPENS + DAY)
    kenya(Status.PILOT, OPENS, now=OPENS + 2 * DAY)
    assert work(OPENS + 2 * DAY) == (0, 1)
    at = OPENS + 2 * DAY + KEPT_TOLD
    assert (actions.forget_old(now=at - TICK), actions.forget_old(now=at)) == (0, 1)


def test_a_publisher_whose_clock_is_behind_the_workers_is_heard(told, end):
    publication = end(OPENS, now=OPENS - 2 * DAY)
    assert publication.recorded_at < told.told_at
    assert work(OPENS + TICK) == (0, 1)


def test_a_region_and_the_place_something_belongs_to_count(kenya, waiting, end):
    for code in ("ES", "GB-ENG"):
        waiting(f"{code.lower()}@clinic.example", place=code, language="en", now=OPENS - DAY)
    for area in ("EU", "GB"):
        kenya(Status.AVAILABLE, OPENS - DAY, now=OPENS - DAY, area=area)
    assert work(OPENS) == (2, 0)
    kenya(Status.AVAILABLE, OPENS - DAY, now=OPENS, area="ES")  # Spain has a word of its own now: the Union's end does not touch it
    for area in ("EU", "GB"):
        end(OPENS - DAY, now=OPENS + DAY, area=area)
    assert (work(OPENS + DAY), last().recipient, last().subject) == ((0, 1), "gb-eng@clinic.example", "Correction: QOPI®, England")


def test_the_second_person_reads_how_many_were_told_otherwise(told, places, programmes):
    current = [Assertion(places["KE"], Status.AVAILABLE, Period(OPENS))]
    wanted = cut(current, area=places["KE"], period=Period(OPENS, APRIL))
    changes = impact.changes(current, wanted)
    [group] = impact.touched(programmes["QOPI"], changes, at=OPENS + DAY, may=lambda permission: True)
    assert (group.label, group.count, [(line.title, line.text, line.url) for line in group.lines]) == (
        "People who were told otherwise", 1, [("Kenya", "1 person", "/cms/demand/?programme=QOPI&view=told&place=KE")],
    )  # fmt: skip
    assert impact.touched(programmes["QOPI"], changes, at=OPENS + KEPT_TOLD, may=lambda permission: True) == []


def test_the_clock_looks_for_corrections_too_at_the_price_of_one_statement(told, end, django_assert_num_queries):
    end(OPENS, now=OPENS + DAY)
    with time_machine.travel(OPENS + DAY, tick=False):
        assert (tasks.tell_interest(), tasks.tell_interest()) == (1, 0)
    Interest.objects.all().delete()
    with django_assert_num_queries(1):
        assert actions.correct_all(now=NOW) == 0
