"""Renew docs/screenshots from a demonstration started for the purpose: ``make screenshots``. Needs Chromium on PATH.

``make screenshots`` takes all; ``.venv/bin/python scripts/screenshots.py desk.es kit.en`` takes some.
"""

import os
import re
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
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "portal-demo-2027"  # noqa: S105 - the demonstration's, printed by make demo
WIDE, PHONE = (1280, 900), (390, 844)
TALL = 2000  # pixels: what lies below is cut off
COLOURS = 256
HEIGHT = "Math.max(document.documentElement.scrollHeight, document.querySelector('main').scrollHeight)"  # the CMS scrolls inside its main


@dataclass(frozen=True)
class Shot:
    """A picture: where to begin, as whom, and which links to follow from there (their addresses, as a pattern)."""

    name: str
    address: str
    account: str = ""
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    follow: tuple[str, ...] = ()


SHOTS = [
    # what anybody sees
    Shot("home.en", "/en/"),
    Shot("home.ar", "/ar/"),
    Shot("availability.en", "/en/availability/"),
    Shot("availability.es.phone.dark", "/es/availability/", size=PHONE, scheme="dark"),
    Shot("country.es", "/es/countries/ES/"),
    Shot("country.en.phone", "/en/countries/KE/", size=PHONE),
    Shot("interest.ar", "/ar/countries/JP/", follow=(r"/ar/interest",)),
    Shot("contact.es", "/es/contact/"),
    Shot("offering.en", "/en/licensing/QTP1-L/"),
    Shot("news.es", "/es/news/"),
    Shot("register.en", "/en/register/"),
    Shot("verify.es.phone", "/es/desk/licences/", "owner@eco.example", PHONE, follow=(r"/desk/licences/L-", r"/es/verify/.+")),
    Shot("login.es.phone", "/es/accounts/login/", size=PHONE),
    # what a society sees
    Shot("desk.es", "/es/desk/", "owner@eco.example"),
    Shot("desk.en.phone.dark", "/en/desk/", "owner@kenya.example", PHONE, "dark"),
    Shot("draft.en", "/en/desk/", "owner@kenya.example", follow=(r"/desk/applications/A-[\d-]+/$",)),
    Shot("step.es", "/es/desk/", "owner@kenya.example", follow=(r"/desk/applications/A-[\d-]+/$", r"/activity/")),
    Shot("offer.en", "/en/desk/", "owner@sbqo.example", follow=(r"/desk/applications/A-[\d-]+/$", r"/desk/offers/")),
    Shot("invoice.en", "/en/desk/", "owner@sbqo.example", follow=(r"/desk/invoices/INV",)),
    Shot("agreement.es", "/es/desk/agreements/", "owner@eco.example", follow=(r"/desk/agreements/AG",)),
    Shot("licence.ar", "/ar/desk/licences/", "owner@eco.example", follow=(r"/desk/licences/L-",)),
    Shot("kit.en", "/en/desk/kits/qtp1/2.1/", "coordinator@eco.example"),
    # what staff see
    Shot("cms.home", "/cms/", "manager@demo.example"),
    Shot("cms.day", "/cms/day/", "manager@demo.example"),
    Shot("cms.application", "/cms/applications/", "manager@demo.example", follow=(r"/cms/applications/A-",)),
    Shot("cms.offer", "/cms/offers/?view=waivers", "second@demo.example", follow=(r"/cms/offers/\d+/",)),
    Shot("cms.agreement", "/cms/agreements/?view=executed", "legal@demo.example", follow=(r"/cms/agreements/AG",)),
    Shot("cms.kit", "/cms/kits/", "kits@demo.example", follow=(r"/cms/kits/releases/\d+/$",)),
    Shot("cms.availability", "/cms/availability/", "manager@demo.example"),
    Shot("cms.inquiries", "/cms/inquiries/", "manager@demo.example"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """Run a demonstration of its own, and yield its origin and the folder it is kept in, which goes away."""
    port = free_port()
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
            yield f"http://127.0.0.1:{port}", folder
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


def sign_in(context: BrowserContext, account: str) -> None:
    page = context.new_page()
    page.goto("/en/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.close()


def shoot(page: Page, shot: Shot) -> bytes:
    """Go where the shot says and return its picture.

    :raises SystemExit: an address is gone, or no link matches.
    """
    answer = page.goto(shot.address)
    for pattern in shot.follow:
        links = [link.get_attribute("href") for link in page.query_selector_all("main a[href]")]
        found = next((link for link in links if link and re.search(pattern, link)), None)
        if not found:
            sys.exit(f"screenshots: {shot.name}: no link {pattern!r} on {page.url}; there are {links}")
        answer = page.goto(found)
    if not answer or answer.status != 200:
        sys.exit(f"screenshots: {shot.name}: {page.url} answers {answer and answer.status}")
    height = min(page.evaluate(HEIGHT), TALL) if shot.size is WIDE else shot.size[1]
    page.set_viewport_size({"width": shot.size[0], "height": height})
    return page.screenshot()


def keep(picture: bytes, path: Path) -> int:
    """Write a picture with few colours: pages are flat, and the folder is cloned by everybody. Return its size in bytes."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def take(browser: Browser, origin: str, shots: list[Shot]) -> int:
    """Take pictures, signing in once for each account; return their size in bytes."""
    total, known = 0, {}
    for shot in shots:
        locale = {"es": "es-ES", "ar": "ar-SA"}.get(shot.address.split("/")[1], "en-GB")
        context = browser.new_context(
            base_url=origin, locale=locale, color_scheme=shot.scheme, reduced_motion="reduce", storage_state=known.get(shot.account)
        )
        if shot.account and shot.account not in known:
            sign_in(context, shot.account)
            known[shot.account] = context.storage_state()
        page = context.new_page()
        page.set_viewport_size({"width": shot.size[0], "height": shot.size[1]})
        total += keep(shoot(page, shot), TARGET / f"{shot.name}.png")
        context.close()
    return total


def main() -> None:
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not chromium:
        sys.exit("screenshots: Chromium is not on PATH; on Debian: apt-get install chromium-headless-shell")
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    if not wanted:
        for old in TARGET.glob("*.png"):
            old.unlink()
    with demonstration() as (origin, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        total = take(browser, origin, shots)
        browser.close()
    print(f"{len(shots)} pictures, {total / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()
