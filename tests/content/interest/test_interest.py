"""Interest in a programme where it is not available: registered by letter, told once, forgotten in time."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from content.availability import actions as availability
from content.availability import impact
from content.availability.rules import Assertion, Status
from content.interest import actions
from content.interest.models import Interest
from content.interest.rules import CONFIRM_WITHIN, KEPT_TOLD, KEPT_WAITING
from portal import celery, postbox, tasks
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from portal.core.periods import Period
from tests.clock import NOW, TICK
from tests.content.interest.conftest import OPENS

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7")]
FORM = "/en/interest/QOPI/KE/"
DAY = timedelta(days=1)
CLAIMED = timedelta(hours=2)  # longer than any wait between two attempts
GIVEN = {
    "email": "Asha@clinic.example",
    "language": "es",
    "organisation": "Clinic (DEMO)",
    "practices": "3",
    "volume": "1200",
    "message": "Soon?",
}


def letters(now=NOW) -> list[tuple[str, str, str]]:
    """Deliver what is due and return every letter there is: (to, language, subject)."""
    postbox.deliver(now=now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return list(SentMail.objects.order_by("pk").values_list("recipient", "language", "subject"))


def tell(now) -> int:
    told = actions.tell_all(now=now)
    postbox.deliver(now=now)
    return told


def opened() -> int:
    return SentMail.objects.filter(message__kind=actions.OPEN).count()


def send(client, given=GIVEN, *, now=NOW, path=FORM):
    with time_machine.travel(now, tick=False):
        return client.post(path, given)


def link_in(mail) -> str:
    return re.search(r"http://\S+(/\w\w(?:-br)?/interest/\w+/)", mail.text)[1]


@pytest.mark.check("AC23")
def test_ac23_kenya_is_not_available_and_who_asked_and_confirmed_is_told_once_when_it_is(client, kenya, settings):
    settings.DEMO = True  # so that the letter is kept with its link
    page = client.get("/en/countries/KE/").content.decode()
    assert f'href="{FORM}"' in page
    answer = send(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{FORM}?sent=on")
    send(client, {"email": "never@confirmed.example", "language": "en"})
    assert letters() == [
        ("asha@clinic.example", "es", "Confirme, por favor: QOPI®, Kenia"),
        ("never@confirmed.example", "en", "Please confirm: QOPI®, Kenya"),
    ]
    link = link_in(SentMail.objects.get(recipient="asha@clinic.example"))
    with time_machine.travel(NOW, tick=False):
        client.get(link)
        assert Interest.objects.confirmed().count() == 0  # programs that read mails open links
        assert client.post(link, {"do": "confirm"}).status_code == 302
    kenya(Status.AVAILABLE, OPENS, now=NOW)
    assert (tell(NOW), tell(OPENS - TICK), opened()) == (0, 0, 0)
    assert (tell(OPENS), tell(OPENS), tell(OPENS + timedelta(days=1))) == (1, 0, 0)
    [told] = SentMail.objects.filter(message__kind=actions.OPEN)
    assert (told.recipient, told.language, told.subject) == ("asha@clinic.example", "es", "QOPI®, Kenia: Disponible")
    assert "/es/countries/KE/#programme-QOPI" in told.text and link_in(told) == link


@pytest.mark.parametrize("status, told", [(status, status in ("available", "by_licence", "pilot")) for status in Status])
def test_only_what_is_offered_is_told(kenya, waiting, status, told):
    waiting()
    kenya(status, NOW)
    assert (tell(NOW), opened()) == (told, told)


def test_a_programme_that_goes_and_comes_again_is_told_once(kenya, waiting):
    waiting()
    for day, status in enumerate((Status.AVAILABLE, Status.WITHDRAWN, Status.PILOT)):
        kenya(status, NOW + timedelta(days=day), now=NOW + timedelta(days=day))
        tell(NOW + timedelta(days=day))
    assert opened() == 1


def test_a_region_and_the_place_something_belongs_to_count(kenya, waiting):
    for code in ("ES", "GB-ENG", "KE"):
        waiting(f"{code.lower()}@clinic.example", place=code)
    kenya(Status.AVAILABLE, NOW, area="EU")
    assert tell(NOW) == 1
    kenya(Status.BY_LICENCE, NOW, area="GB", now=NOW + TICK)
    assert tell(NOW + TICK) == 1
    assert sorted(Interest.objects.exclude(told_at=None).values_list("email", flat=True)) == ["es@clinic.example", "gb-eng@clinic.example"]


def test_the_second_person_reads_how_many_would_be_told_and_exactly_they_are(kenya, waiting, places, programmes):
    for n, code in enumerate(("ES", "ES", "GB-ENG", "KE")):
        waiting(f"p{n}@clinic.example", place=code)
    period = Period(NOW + timedelta(days=1), None)
    wanted = [
        Assertion(places["EU"], Status.AVAILABLE, period),
        Assertion(places["GB"], Status.PILOT, period),
        Assertion(places["KE"], Status.ON_REQUEST, period),
    ]
    changes = impact.changes([], wanted)
    [group] = impact.touched(programmes["QOPI"], changes, at=NOW, may=lambda permission: True)
    assert (group.label, group.count, group.all_lines) == ("People who asked to be told", 3, 2)
    assert [(line.title, line.text, line.url) for line in group.lines] == [
        ("England", "1 person", "/cms/demand/?programme=QOPI&view=waiting&place=GB-ENG"),
        ("Spain", "2 people", "/cms/demand/?programme=QOPI&view=waiting&place=ES"),
    ]
    assert impact.touched(programmes["QOPI"], changes, at=NOW, may=lambda permission: False)[0].lines == []
    availability.publish(programmes["QOPI"], lambda current: wanted, by="Staff", now=NOW)
    assert (tell(NOW), tell(NOW + timedelta(days=1))) == (0, 3)


def test_what_closes_before_the_letter_leaves_is_told_when_it_opens_again(kenya, waiting):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    actions.tell_all(now=NOW)
    kenya(Status.SUSPENDED, NOW, now=NOW + TICK)
    postbox.deliver(now=NOW + TICK)
    assert (opened(), Interest.objects.waiting().count()) == (0, 1)
    kenya(Status.AVAILABLE, NOW, now=NOW + 2 * TICK)
    assert (tell(NOW + 2 * TICK), opened()) == (1, 1)


def test_a_letter_that_is_refused_is_not_counted_as_told(kenya, waiting, monkeypatch):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    with monkeypatch.context() as refusing:
        refusing.setattr(postbox.interest.mail, "send", lambda **letter: 1 / 0)
        for attempt in range(outbox.ATTEMPTS + 1):
            actions.tell_all(now=NOW + attempt * CLAIMED)
            postbox.deliver(now=NOW + attempt * CLAIMED)
    assert OutboxMessage.objects.get(kind=actions.OPEN).given_up_at is not None
    assert (Interest.objects.unsent().count(), Interest.objects.told(NOW).count(), opened()) == (1, 0, 0)


def test_a_letter_that_was_given_up_is_begun_anew_once_a_day_until_it_leaves(kenya, waiting):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    actions.tell_all(now=NOW)
    assert actions.tell_again(now=NOW + 9 * DAY) == 0  # it waits still
    OutboxMessage.objects.filter(kind=actions.OPEN).update(given_up_at=NOW)
    assert [actions.tell_again(now=at) for at in (NOW + DAY - TICK, NOW + DAY, NOW + DAY)] == [0, 1, 0]
    OutboxMessage.objects.filter(kind=actions.OPEN, given_up_at=None).update(given_up_at=NOW + DAY)
    assert [actions.tell_again(now=at) for at in (NOW + 2 * DAY - TICK, NOW + 2 * DAY)] == [0, 1]
    assert (tell(NOW + 2 * DAY), opened(), Interest.objects.unsent().count()) == (0, 1, 0)
    assert (actions.tell_again(now=NOW + 9 * DAY), Interest.objects.get().told_at) == (0, NOW + 2 * DAY)


def test_an_address_that_takes_no_letter_is_deleted_in_time(kenya, waiting):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    actions.tell_all(now=NOW)
    OutboxMessage.objects.filter(kind=actions.OPEN).update(given_up_at=NOW)
    assert actions.tell_again(now=NOW + KEPT_TOLD - TICK) == 1
    assert (actions.forget_old(now=NOW + KEPT_TOLD - TICK), actions.forget_old(now=NOW + KEPT_TOLD)) == (0, 1)


@pytest.mark.parametrize("closed", [False, True])
def test_a_worker_that_died_after_it_let_somebody_wait_again_sends_nothing_later(kenya, waiting, closed):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    actions.tell_all(now=NOW)
    first = OutboxMessage.objects.get(kind=actions.OPEN)
    kenya(Status.SUSPENDED, NOW, now=NOW + TICK)
    postbox.deliver(now=NOW + TICK)
    kenya(Status.AVAILABLE, NOW, now=NOW + 2 * TICK)
    assert (tell(NOW + 2 * TICK), opened()) == (1, 1)
    if closed:
        kenya(Status.SUSPENDED, NOW, now=NOW + 3 * TICK)
    OutboxMessage.objects.filter(pk=first.pk).update(done_at=None, due_at=NOW)  # as if it had died before it wrote down that this is done
    letters(NOW + 4 * TICK)
    assert (opened(), Interest.objects.get().told_at) == (1, NOW + 2 * TICK)


def test_a_letter_delivered_twice_is_one_and_stays_told(kenya, waiting):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    tell(NOW)
    kenya(Status.SUSPENDED, NOW, now=NOW + TICK)
    OutboxMessage.objects.update(done_at=None, due_at=NOW)
    assert (tell(NOW + TICK), opened(), Interest.objects.waiting().count()) == (0, 1, 0)


def test_who_withdraws_is_told_nothing_and_nothing_is_kept(kenya, waiting):
    found = waiting(message="zqmarkerqz")
    letters()
    kenya(Status.AVAILABLE, NOW)
    actions.tell_all(now=NOW)
    actions.withdraw(actions.token_of(found), now=NOW)
    postbox.deliver(now=NOW)
    assert (Interest.objects.count(), SentMail.objects.count()) == (0, 0)
    assert "clinic" not in str(list(OutboxMessage.objects.values()))


def test_the_page_says_the_same_of_a_known_and_an_unknown_address(client, waiting):
    waiting()
    known = send(client, GIVEN)
    unknown = send(client, {**GIVEN, "email": "nobody@clinic.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    subjects = {subject for _, _, subject in letters(NOW)}
    assert subjects == {"Confirme, por favor: QOPI®, Kenia"}


def test_a_stranger_who_knows_the_address_changes_nothing(register, waiting):
    first = waiting(organisation="Clinic (DEMO)")
    register(organisation="Somebody else")
    assert Interest.objects.confirmed().get().organisation == "Clinic (DEMO)"
    actions.confirm(actions.token_of(Interest.objects.get(confirmed_at=None)), now=NOW + TICK)
    assert Interest.objects.get().organisation == "Somebody else"
    with pytest.raises(actions.Unknown):
        actions.withdraw(actions.token_of(first), now=NOW)


def test_of_several_letters_the_one_that_is_answered_counts(register):
    own = register(organisation="Clinic (DEMO)")
    stranger = register(organisation="Somebody else", now=NOW + TICK)
    assert actions.confirm(actions.token_of(own), now=NOW + TICK).organisation == "Clinic (DEMO)"
    with pytest.raises(actions.Unknown):
        actions.confirm(actions.token_of(stranger), now=NOW + TICK)
    assert list(Interest.objects.all()) == [own]


def test_a_letter_is_answered_in_time_or_not_at_all(register):
    token = actions.token_of(register())
    with pytest.raises(actions.Unknown):
        actions.confirm(token, now=NOW + CONFIRM_WITHIN)
    assert Interest.objects.confirmed().count() == 0
    assert actions.confirm(token, now=NOW + CONFIRM_WITHIN - TICK).confirmed_at == NOW + CONFIRM_WITHIN - TICK
    assert actions.confirm(token, now=NOW + CONFIRM_WITHIN).confirmed_at == NOW + CONFIRM_WITHIN - TICK


def test_everything_is_forgotten_in_time_with_its_letters(kenya, register):
    made = [register("waits@clinic.example", place="IN"), register("told@clinic.example")]
    register("never@clinic.example")
    assert len(letters()) == 3
    for one in made:
        actions.confirm(actions.token_of(one), now=NOW)
    kenya(Status.AVAILABLE, NOW)
    tell(NOW)
    left = lambda: sorted(Interest.objects.values_list("email", flat=True))  # noqa: E731
    assert (actions.forget_old(now=NOW + CONFIRM_WITHIN - TICK), len(left())) == (0, 3)
    assert (actions.forget_old(now=NOW + CONFIRM_WITHIN), left()) == (1, ["told@clinic.example", "waits@clinic.example"])
    assert (actions.forget_old(now=NOW + KEPT_TOLD), left()) == (1, ["waits@clinic.example"])
    assert {mail.recipient for mail in SentMail.objects.all()} == {"waits@clinic.example"}
    assert (actions.forget_old(now=NOW + KEPT_WAITING), SentMail.objects.count()) == (1, 0)


def test_outside_a_demonstration_no_letter_is_kept_with_its_secret(waiting, settings):
    settings.DEMO = False
    token = actions.token_of(waiting())
    letters()
    assert token not in str(list(SentMail.objects.values())) + str(list(OutboxMessage.objects.values())) + str(
        list(Interest.objects.values())
    )


def test_where_it_is_available_nobody_is_asked_to_wait(client, kenya):
    kenya(Status.PILOT, NOW)
    assert "It is available there" in client.get(FORM).content.decode()
    assert f'href="{FORM}"' not in client.get("/en/countries/KE/").content.decode()
    assert send(client).status_code == 200
    assert (Interest.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_whoever_asks_reads_when_it_opens_if_that_is_decided(client, kenya):
    decided = "Ya está decidido: se abre allí el <bdi>1 de marzo de 2027</bdi>."
    assert decided not in client.get("/es/interest/QOPI/KE/").content.decode()
    kenya(Status.BY_LICENCE, OPENS)
    assert decided in client.get("/es/interest/QOPI/KE/").content.decode()
    assert send(client, {**GIVEN, "email": "none"}, path="/es/interest/QOPI/KE/").content.decode().count(decided) == 1
    assert "It is decided already" not in client.get("/en/interest/QOPI/ES/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"practices": "-1"}, {"language": "xx"}, {"message": "x" * 1001}, {"email": ""}]
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(client, places, programmes, wrong):
    answer = send(client, GIVEN | wrong)
    assert (answer.status_code, Interest.objects.count(), OutboxMessage.objects.count()) == (422, 0, 0)
    assert 'class="error"' in answer.content.decode()


def test_another_case_is_sent_on_and_what_does_not_exist_is_404(client, places, programmes):
    assert client.get("/en/interest/qopi/ke/").headers["Location"] == FORM
    assert [client.get(path).status_code for path in ("/en/interest/NO/KE/", "/en/interest/QOPI/QQ/", "/en/interest/guessed/")] == [404] * 3
    assert client.post("/en/interest/guessed/", {"do": "withdraw"}).status_code == 404


def test_the_page_of_the_letter_confirms_withdraws_and_then_leads_to_nothing(client, register):
    path = f"/en/interest/{actions.token_of(register())}/"
    with time_machine.travel(NOW, tick=False):
        assert "Confirm your interest" in client.get(path).content.decode()
        client.post(path, {"do": "confirm"})
        assert "Your interest counts" in client.get(path).content.decode()
        assert "asha@" not in client.get(path).content.decode()
        assert "Your interest and our letters about it are deleted." in client.post(path, {"do": "withdraw"}).content.decode()
        assert client.get(path).status_code == 404


def test_the_clock_looks_every_minute_and_forgets_every_hour(kenya, waiting):
    waiting()
    kenya(Status.AVAILABLE, NOW)
    beats = {entry["task"]: entry["schedule"] for entry in celery.app.conf.beat_schedule.values()}
    assert (beats["portal.tell_interest"], beats["portal.forget"]) == (60, 3600)
    assert (tasks.tell_interest(), tasks.tell_interest(), tasks.forget()) == (1, 0, 0)
    OutboxMessage.objects.filter(kind=actions.OPEN).update(given_up_at=NOW - DAY)
    assert (tasks.tell_interest(), tasks.tell_interest()) == (1, 0)
    with time_machine.travel(NOW + KEPT_TOLD, tick=False):
        assert (tasks.forget(), Interest.objects.count()) == (1, 0)


@pytest.mark.check("S48")
def test_an_address_is_not_written_to_again_and_again(places, programmes, settings):
    settings.RATE_LIMITS = True
    answers = [send(Client(REMOTE_ADDR=f"192.0.2.{n}")).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
