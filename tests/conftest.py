import gc
import os
import shutil

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests import database, telling
from tests.cards import provider  # noqa: F401  (a fixture for all)
from tests.demo_world import Loaded, demo_world  # noqa: F401  (a fixture for all)
from tests.fakes.s3.fixtures import bucket, s3, store  # noqa: F401
from tests.lanes import LANES, lanes, may_hold
from tests.machine import CHROMIUM


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Copy the migrated template instead of migrating; a transactional test gets a fresh copy after it."""
    with django_db_blocker.unblock():
        database.set_up()
        connection.execute_wrappers.append(telling.watch)
        ordinary = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda self: database.restore()
        yield
        TransactionTestCase._fixture_teardown = ordinary
        database.tear_down()


@pytest.fixture(autouse=True)
def _caches_forget(request):
    """Forget what processes keep between requests; of the demonstration only what a test published, for all its tests start alike."""
    from django.core.cache import cache
    from django.utils import translation

    from content.availability import kept
    from content.pages import frame

    number = Loaded.version if "demo_world" in request.fixturenames else None
    cache.clear()
    kept.forget(but=number)
    frame.forget(but=number)
    telling.begin(request.module.__name__, database.start(), patches=request.getfixturevalue("monkeypatch"))
    yield
    translation.activate("en")


@pytest.fixture
def vault(settings, tmp_path):
    """Give the test a vault of its own."""
    settings.VAULT_URL = f"file:{tmp_path / 'vault'}"
    return tmp_path / "vault"


def pytest_addoption(parser):
    parser.addoption("--lane", choices=LANES, help="run only what this lane of CI is for (tests/lanes.py); without it everything runs")


def pytest_ignore_collect(collection_path, config):
    lane = config.getoption("--lane")
    if lane and collection_path.name.startswith("test_") and not may_hold(str(collection_path.relative_to(config.rootpath)), lane):
        return True
    return None


def pytest_collection_modifyitems(config, items):
    """Keep what the lane asked for is for; skip, with the reason and the way to enable it, what this machine lacks."""
    if lane := config.getoption("--lane"):
        elsewhere = [item for item in items if lane not in lanes_of(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if lane in lanes_of(item)]
    lacking = {
        "postgresql": None
        if "postgresql" in settings.DATABASES["default"]["ENGINE"]
        else "needs PostgreSQL: TEST_DATABASE_URL=postgres:///postgres make test",
        "redis": None if os.environ.get("TEST_REDIS_URL") else "needs Redis: TEST_REDIS_URL=redis://127.0.0.1:6379/15 make test",
        "nginx": None if shutil.which("nginx") else "needs nginx: apt-get install nginx-light",
        "browser": None if CHROMIUM else "needs Chromium: apt-get install chromium-headless-shell",
        "office": None
        if all(map(shutil.which, ("soffice", "localc", "pdftoppm")))
        else "needs LibreOffice: apt-get install --no-install-recommends libreoffice-impress libreoffice-calc poppler-utils",
    }
    for item in items:
        for name, reason in lacking.items():
            if reason and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish(session):
    """Let the collector pass over the two hundred thousand objects that imports leave for good, and look seldom: 4 % of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def lanes_of(item: pytest.Item) -> set[str]:
    asks = {"db", "transactional_db", "demo_world", "live_server", "django_db_setup"}
    database = bool(item.get_closest_marker("django_db") or asks & set(item.fixturenames))
    return lanes(item.nodeid.partition("::")[0], marks={mark.name for mark in item.iter_markers()}, database=database)
