"""Two workers, two publications, two letters answered at once. PostgreSQL only."""

from threading import Event

import pytest

from content.availability import actions as availability
from content.availability.rules import Assertion, Status
from content.interest import actions, letters
from content.interest.models import Interest
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from portal.core.periods import Period
from tests.clock import NOW, TICK
from tests.content.availability.test_races import at_once, until_somebody_waits

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.row("A7")]


def test_published_twice_and_looked_for_by_many_workers_each_is_told_once(places, programmes):
    programme, kenya = programmes["QOPI"], places["KE"]
    for n in range(3):
        made = actions.register(programme, kenya, email=f"p{n}@clinic.example", language="en", said=actions.Said(), now=NOW)
        actions.confirm(actions.token_of(made), now=NOW)

    def publish(status):
        return lambda: bool(availability.state(programme, Assertion(kenya, status, Period(NOW, None)), by="x", now=NOW))

    work = lambda: (actions.tell_all(now=NOW + TICK), postbox.deliver(now=NOW + TICK))  # noqa: E731
    at_once(publish(Status.AVAILABLE), publish(Status.PILOT), *([work] * 4))
    results = at_once(*([work] * 6))
    assert [result for result in results if isinstance(result, str)] == []
    postbox.deliver(now=NOW + TICK)
    told = SentMail.objects.filter(message__kind=actions.OPEN).values_list("recipient", flat=True)
    assert sorted(told) == ["p0@clinic.example", "p1@clinic.example", "p2@clinic.example"]
    assert OutboxMessage.objects.filter(kind=actions.OPEN).count() == 3


def test_two_letters_of_one_address_confirmed_at_once_count_once(places, programmes):
    facts = {"email": "p@clinic.example", "language": "en", "said": actions.Said()}
    first = actions.register(programmes["QOPI"], places["KE"], **facts, now=NOW)
    second = Interest.objects.get(pk=first.pk)
    second.pk, second.nonce = None, "another"
    second.token_sha256 = actions._sha256(actions.token_of(second))
    second.save()
    tokens = [actions.token_of(one) for one in (first, second)]
    results = at_once(*(lambda token=token: bool(actions.confirm(token, now=NOW + TICK)) for token in tokens))
    assert sorted(map(str, results)) == ["True", "Unknown"]
    assert Interest.objects.confirmed().count() == Interest.objects.count() == 1


def test_looked_for_by_many_workers_a_correction_is_one_letter_each(places, programmes):
    programme, kenya = programmes["QOPI"], places["KE"]
    for n in range(3):
        made = actions.register(programme, kenya, email=f"p{n}@clinic.example", language="en", said=actions.Said(), now=NOW)
        actions.confirm(actions.token_of(made), now=NOW)
    availability.state(programme, Assertion(kenya, Status.AVAILABLE, Period(NOW, None)), by="x", now=NOW)
    actions.tell_all(now=NOW)
    postbox.deliver(now=NOW)

    def close():
        return bool(availability.unstate(programme, kenya, Period(NOW, None), by="x", now=NOW))

    work = lambda: (actions.correct_all(now=NOW + TICK), postbox.deliver(now=NOW + TICK))  # noqa: E731
    results = at_once(close, *([work] * 5)) + at_once(*([work] * 6))
    assert [result for result in results if isinstance(result, str)] == []
    postbox.deliver(now=NOW + TICK)
    told = SentMail.objects.filter(message__kind=actions.CORRECTED).values_list("recipient", flat=True)
    assert sorted(told) == ["p0@clinic.example", "p1@clinic.example", "p2@clinic.example"]
    assert OutboxMessage.objects.filter(kind=actions.CORRECTED).count() == 3


def test_one_letter_taken_over_by_a_second_worker_leaves_once(places, programmes):
    programme, kenya = programmes["QOPI"], places["KE"]
    made = actions.register(programme, kenya, email="p@clinic.example", language="en", said=actions.Said(), now=NOW)
    actions.confirm(actions.token_of(made), now=NOW)
    availability.state(programme, Assertion(kenya, Status.AVAILABLE, Period(NOW, None)), by="x", now=NOW)
    actions.tell_all(now=NOW)
    postbox.deliver(now=NOW)
    availability.unstate(programme, kenya, Period(NOW, None), by="x", now=NOW)
    actions.correct_all(now=NOW + TICK)
    message = OutboxMessage.objects.get(kind=actions.CORRECTED)
    results = at_once(*([lambda: letters.send_corrected(message, NOW + TICK)] * 6))
    assert results == [None] * 6
    assert SentMail.objects.filter(message=message).count() == 1


@pytest.mark.parametrize("opens", [False, True])
def test_who_withdraws_while_a_letter_leaves_leaves_no_address_behind(places, programmes, monkeypatch, opens):
    programme, kenya, leaving = programmes["QOPI"], places["KE"], Event()
    made = actions.register(programme, kenya, email="p@clinic.example", language="en", said=actions.Said(), now=NOW)
    token, send = actions.token_of(made), letters.mail.send
    if opens:
        actions.confirm(token, now=NOW)
        postbox.deliver(now=NOW)
        availability.state(programme, Assertion(kenya, Status.AVAILABLE, Period(NOW, None)), by="x", now=NOW)
        actions.tell_all(now=NOW)

    def sends(**letter):
        sent = send(**letter)
        leaving.set()
        until_somebody_waits()
        return sent

    def withdraws():
        leaving.wait(30)
        return actions.withdraw(token, now=NOW).pk

    monkeypatch.setattr(letters.mail, "send", sends)
    assert at_once(lambda: postbox.deliver(now=NOW), withdraws) == [1, made.pk]
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    assert (Interest.objects.count(), SentMail.objects.count()) == (0, 0)
