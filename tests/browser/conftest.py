"""Chromium in front of a live server. The worker's part is done between steps by the test, with the real postbox."""

import os
import shutil
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal import postbox
from tests.apart import apart

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread


@pytest.fixture(scope="package")
def chromium():
    """Yield one browser for the tests of this folder, and no longer: its event loop would run on in the thread of every test after them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
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
            reduced_motion="reduce",  # no colour is caught on its way to another
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    for thread in threading.enumerate():  # what the server still says to a closed window ends before the database is thrown away
        if "process_request_thread" in thread.name:
            thread.join(timeout=2)


@pytest.fixture
def enter(live_server):
    """Return a function that signs somebody in at a window without the form: who they are is not what is tested."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture(scope="package")
def violations():
    """Return a function that asks axe what is wrong on the page as it stands: by rule, the first places where.

    Style sheets are not fetched again for it: only the rule about a locked orientation reads them, and ours ask for none.
    """
    axe = Axe()
    tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    asked = {
        "all": {"runOnly": tags},
        "but colours": {"runOnly": tags, "rules": {"color-contrast": {"enabled": False}}},
        "colours": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
    }

    def found(page, rules="all", within="html"):
        answer = axe.run(page, context={"include": [[within]]}, options={"resultTypes": ["violations"], "preload": False, **asked[rules]})
        return {one["id"]: [node["html"][:150] for node in one["nodes"][:3]] for one in answer.response["violations"]}

    return found


@pytest.fixture
def worker(transactional_db):
    """Return a function that does what the worker would do now."""

    def deliver():
        while postbox.deliver(now=timezone.now(), limit=500):
            pass

    return lambda: apart(deliver)
