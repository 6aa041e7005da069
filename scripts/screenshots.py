"""Renew docs/screenshots from a demonstration started for the purpose: ``make screenshots``. Needs Chromium on PATH."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "portal-demo-2027"  # noqa: S105 - the demonstration's, printed by make demo
WIDE, PHONE = (1280, 900), (390, 844)

# name, address, account, size, colour scheme
SHOTS = [
    ("home.en", "/en/", None, WIDE, "light"),
    ("home.ar", "/ar/", None, WIDE, "light"),
    ("availability.en", "/en/availability/", None, WIDE, "light"),
    ("availability.es.phone", "/es/availability/", None, PHONE, "light"),
    ("country.es", "/es/countries/ES/", None, WIDE, "light"),
    ("offering.en", "/en/licensing/QTP1-L/", None, WIDE, "light"),
    ("register.en", "/en/register/", None, WIDE, "light"),
    ("verify.en", "/en/verify/", None, WIDE, "light"),
    ("login.es", "/es/accounts/login/", None, PHONE, "light"),
    ("desk.es", "/es/desk/", "owner@eco.example", WIDE, "light"),
    ("desk.en.phone.dark", "/en/desk/", "owner@eco.example", PHONE, "dark"),
    ("kit.en", "/en/desk/kits/", "coordinator@eco.example", WIDE, "light"),
    ("draft.en", "/en/desk/applications/", "owner@kenya.example", WIDE, "light"),
    ("cms.queue", "/cms/applications/", "manager@demo.example", WIDE, "light"),
]


@contextmanager
def demonstration() -> Iterator[str]:
    """Run a demonstration of its own, in a folder that goes away, and yield its origin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEMO": "1",
            "PORT": str(port),
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
            "VAULT_URL": f"file:{folder}/vault",
        }
        process = subprocess.Popen([sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait(f"http://127.0.0.1:{port}/readyz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def wait(address: str, process: subprocess.Popen) -> None:
    for _ in range(1800):
        if process.poll() is not None:
            sys.exit("screenshots: the demonstration did not start")
        try:
            if urllib.request.urlopen(address, timeout=5).status == 200:  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("screenshots: the demonstration was not ready within three minutes")


def sign_in(page: Page, account: str) -> None:
    page.goto("/en/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)


def shoot(browser: Browser, origin: str, shot: tuple) -> None:
    name, address, account, (width, height), scheme = shot
    context = browser.new_context(base_url=origin, viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    if account:
        sign_in(page, account)
    page.goto(address)
    page.screenshot(path=TARGET / f"{name}.png", full_page=width > 500)
    context.close()


def main() -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("screenshots: Chromium is not on PATH; on Debian: apt-get install chromium")
    TARGET.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    with demonstration() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            if not only or shot[0] in only:
                shoot(browser, origin, shot)
        browser.close()


if __name__ == "__main__":
    main()
