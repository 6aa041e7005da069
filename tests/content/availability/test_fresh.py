"""Eight processes read in a loop while another publishes: no answer is older than what was committed before it was asked for."""

import json
import multiprocessing
import os

import pytest
from django.db import connections
from django.test import Client

from content.availability import actions
from content.availability.rules import Assertion, Status
from portal.core.periods import Period
from tests.clock import NOW, instant

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.row("A4")]
READERS, PUBLICATIONS = 8, int(os.environ.get("PUBLICATIONS", "6"))
FORK = multiprocessing.get_context("fork")


def read(committed, begun, stop, results) -> None:
    """Ask until told to stop; each publication adds one place, so the number of places says how old an answer is."""
    connections.close_all()
    client, asked, stale = Client(), 0, 0
    while not stop.value or asked < 2:
        before = committed.value
        answer = client.get("/api/v1/availability?programme=QOPI")
        stale += json.loads(answer.content)["count"] < before
        asked += 1
        if asked == 1:
            begun.release()
    connections.close_all()
    results.put((asked, stale))


def test_no_answer_is_older_than_the_last_commit_before_it_was_asked_for(places, programmes):
    areas = sorted(places)[:PUBLICATIONS]
    committed, stop, results, begun = FORK.Value("i", 0), FORK.Value("i", 0), FORK.Queue(), FORK.Semaphore(0)
    connections.close_all()
    readers = [FORK.Process(target=read, args=(committed, begun, stop, results), daemon=True) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for _ in readers:  # everybody has an answer from before the first publication
            assert begun.acquire(timeout=120)
        for number, code in enumerate(areas, start=1):
            one = Assertion(places[code], Status.AVAILABLE, Period(instant("2020-01-01")))
            actions.state(programmes["QOPI"], one, by="x", now=NOW)
            committed.value = number
        stop.value = 1
        found = [results.get(timeout=120) for _ in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert min(asked for asked, _ in found) >= 2
    assert [stale for _, stale in found] == [0] * READERS
