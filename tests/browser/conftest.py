"""Chromium in front of a live server. The worker's part is done between steps by the test, with the real postbox."""

import os
import threading
import time
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal import postbox
from portal.web.static_files import ENTRIES, bundle
from tests.apart import apart
from tests.machine import CHROMIUM

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread


@pytest.fixture(scope="package")
def chromium():
    """Yield one browser for the tests of this folder, and no longer: its event loop would run on in the thread of every test after them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-gpu-compositing",
                "--disable-software-rasterizer",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()
    connections.close_all()  # those of before its loop: their database has been copied anew since


@pytest.fixture(scope="package", autouse=True)
def served_as_in_production():
    """Serve each style sheet with all it imports in one file, and let the browser keep files: thirty requests a page would be most of the time."""
    ordinary = StaticFilesHandler.serve

    def serve(handler, request):
        name = handler.file_path(request.path)
        if name in ENTRIES:
            answer = HttpResponse(bundle(name, lambda wanted: Path(finders.find(wanted)).read_text()), content_type="text/css")
        else:
            answer = ordinary(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve)
        yield


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
    until = (
        time.monotonic() + 1
    )  # what the server still says to a closed window ends before the database is thrown away; idle lines stay open
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=max(0, until - time.monotonic()))


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
    """Return a function that asks axe what is wrong on the page as it stands: by rule, the first places where; ``looks``: of colours only
    what is marked.

    Colours are most of the work, the size of targets is half of the rest; neither depends on the language. Style sheets are not fetched again:
    only the rule about a locked orientation reads them, and ours ask for none.
    """
    tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    asked = {
        "all": {"runOnly": tags},
        "but colours": {"runOnly": tags, "rules": {"color-contrast": {"enabled": False}}},
        "structure": {"runOnly": tags, "rules": {"color-contrast": {"enabled": False}, "target-size": {"enabled": False}}},
        "colours": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
    }
    run = """async ([within, options, looks]) => {
      if (!("axe" in window)) return null;
      if (looks) axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
      const answer = await axe.run({include: [[within]]}, options);
      return Object.fromEntries(answer.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 150))]));
    }"""

    def found(page, rules="all", within="html", *, looks=False):
        wanted = [within, {"resultTypes": ["violations"], "preload": False, **asked[rules]}, looks]
        answer = page.evaluate(run, wanted)
        if answer is None:
            page.evaluate(AXE_SCRIPT)
            answer = page.evaluate(run, wanted)
        return answer

    return found


@pytest.fixture
def worker(transactional_db):
    """Return a function that does what the worker would do now."""

    def deliver():
        while postbox.deliver(now=timezone.now(), limit=500):
            pass

    return lambda: apart(deliver)
