"""Two workers, two publications, two letters answered at once. PostgreSQL only."""

import pytest

from content.availability import actions as availability
from content.availability.rules import Assertion, Status
from content.interest import actions
from content.interest.models import Interest
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from portal.core.periods import Period
from tests.clock import NOW, TICK
from tests.content.availability.test_races import at_once

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
