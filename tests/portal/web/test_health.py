from datetime import timedelta

import pytest
from django.db import transaction

from portal.core import outbox
from portal.core.models import OutboxMessage
from portal.web import health
from tests.clock import NOW

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_when_every_part_works(client, vault):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (200, [])


@pytest.mark.parametrize("part", ["database", "broker", "vault"])
def test_a_failing_part_is_named_and_nothing_of_its_error(client, vault, monkeypatch, part):
    def fail():
        raise RuntimeError("secret address 10.0.0.1")

    monkeypatch.setitem(health.PARTS, part, fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, [part])
    assert b"10.0.0.1" not in answer.content


def test_letters_that_are_late_are_counted(client, vault):
    with transaction.atomic():
        outbox.put("greet", {}, now=NOW - timedelta(days=400))
    OutboxMessage.objects.update(due_at=NOW - timedelta(days=400))
    assert client.get("/readyz").json()["outbox_late"] == 1


def test_metrics_are_for_loopback_or_the_token(client, settings):
    assert b"portal_outbox_waiting 0" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    settings.METRICS_TOKEN = "t" * 20
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer " + "t" * 20).status_code == 200


def test_the_bare_address_leads_to_the_readers_language(client):
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9").headers["Location"] == "/es/"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="pt").headers["Location"] == "/pt-br/"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="sw").headers["Location"] == "/en/"


def test_weaknesses_can_be_reported(client):
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: http://testserver/en/contact/" in text
    assert "Expires: " in text


def test_an_address_without_language_leads_to_the_page_but_a_views_404_stays_one(client):
    assert client.get("/about/").headers["Location"] == "/en/about/"
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
