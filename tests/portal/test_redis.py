"""Redis instead of the folder and the process: a tick reaches the worker, and what is counted is counted for all workers."""

import os
import threading
from uuid import uuid4

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.core.cache.backends.redis import RedisCache

from portal import postbox, tasks
from portal.settings.env import read

pytestmark = pytest.mark.redis
URL = os.environ.get("TEST_REDIS_URL", "")
GIVEN = {"SECRET_KEY": "x" * 60, "PORTAL_ORIGIN": "https://portal.example", "DATABASE_URL": "postgres:///portal", "EMAIL_URL": "memory://"}


def test_a_tick_sent_over_redis_is_taken_by_a_worker(monkeypatch):
    taken = threading.Event()
    monkeypatch.setattr(postbox, "deliver", lambda *, now: taken.set())
    app = Celery("over-redis", broker=read({**GIVEN, "CELERY_BROKER_URL": URL})["CELERY_BROKER_URL"], set_as_current=False)
    app.conf.task_default_queue = f"test-{uuid4()}"
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=10):
        app.send_task(tasks.deliver.name)
        assert taken.wait(10)


def test_what_one_process_counts_the_other_goes_on_counting():
    one, other = RedisCache(URL, {}), RedisCache(URL, {})
    key = f"test-{uuid4()}"
    one.set(key, 1, timeout=10)
    assert (other.incr(key), one.get(key)) == (2, 2)
