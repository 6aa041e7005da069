from datetime import timedelta

import pytest
from django.db import transaction

from portal.core import outbox
from portal.core.models import OutboxMessage
from tests.clock import NOW, TICK

pytestmark = pytest.mark.django_db


def put(kind="greet", **payload):
    with transaction.atomic():
        return outbox.put(kind, payload, now=NOW)


def test_a_row_is_delivered_once_and_kept():
    seen = []
    put(name="eco")
    handlers = {"greet": lambda message, now: seen.append((message.payload["name"], now))}
    assert outbox.deliver_due(handlers, now=NOW) == 1
    assert outbox.deliver_due(handlers, now=NOW + timedelta(days=1)) == 0
    assert seen == [("eco", NOW)]
    assert OutboxMessage.objects.get().done_at == NOW


def test_a_failing_row_waits_longer_each_time_is_given_up_visibly_and_holds_up_no_other():
    def handle(message, now):
        if message.payload["fails"]:
            raise ValueError("no route to {'asha@clinic.example': (550, b'<asha@clinic.example> unknown')}")

    put(fails=True)
    put(fails=False)
    assert outbox.deliver_due({"greet": handle}, now=NOW) == 1
    failing = OutboxMessage.objects.get(done_at=None)
    assert (failing.attempts, failing.last_error, failing.due_at) == (
        1,
        "ValueError: no route to {'…': (550, b'<…> unknown')}",
        NOW + timedelta(seconds=20),
    )
    at = NOW
    for _ in range(outbox.ATTEMPTS - 1):
        at = OutboxMessage.objects.get(pk=failing.pk).due_at
        assert outbox.deliver_due({"greet": handle}, now=at - TICK) == 0
        outbox.deliver_due({"greet": handle}, now=at)
    failing.refresh_from_db()
    assert (failing.attempts, failing.given_up_at) == (8, at)
    assert outbox.deliver_due({"greet": handle}, now=at + timedelta(days=30)) == 0


def test_a_killed_deliverers_row_comes_back_after_its_claim():
    put()
    claimed = outbox._claim(now=NOW)
    assert claimed is not None
    assert outbox._claim(now=NOW + outbox.CLAIM - TICK) is None
    assert outbox._claim(now=NOW + outbox.CLAIM).pk == claimed.pk


@pytest.mark.django_db(transaction=True)
def test_put_needs_an_open_transaction():
    with pytest.raises(RuntimeError):
        outbox.put("greet", {}, now=NOW)
    assert OutboxMessage.objects.count() == 0
