"""Chromium in front of a live server. The worker's part is done between steps by the test, with the real postbox."""

import os
import shutil

import pytest
from django.utils import timezone

from portal import postbox
from tests.apart import apart

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")    # Playwright's loop runs in the test's thread


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium, live_server):
    """Return a function that opens a fresh, signed-out browser window at the live server."""
    contexts = []

    def open_page(*, locale="en", width=1280, height=900, colour_scheme="light", javascript=True):
        context = chromium.new_context(
            base_url=live_server.url,
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme=colour_scheme,
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def worker(transactional_db):
    """Return a function that does what the worker would do now."""

    def deliver():
        while postbox.deliver(now=timezone.now(), limit=500):
            pass

    return lambda: apart(deliver)
