"""What Lighthouse says of the pages people meet most, served as in production: ``make soak``. Needs Chromium and npm on PATH.

The demonstration's stories are served once more with production's settings: compressed, hashed static files, no debugging. Each page may
try three times, because speed is measured on a machine that does other things too; a look that failed is a try. The reports stay in var/soak.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.cookiejar import CookieJar

from screenshots import PASSWORD, ROOT, demonstration, free_port, wait
from tries import Failed, best_of, points

HERE = ROOT / "tests" / "soak"
REPORTS = ROOT / "var" / "soak"
LEAST = {"performance": 95, "accessibility": 100}
TRIES = 3

# Name, where to begin, as whom, and which links to follow from there.
PAGES = [
    ("home", "/en/", "", ()),
    ("availability", "/en/availability/", "", ()),
    ("country", "/en/countries/ES/", "", ()),
    ("desk", "/en/desk/", "owner@eco.example", ()),
    ("task list", "/en/desk/", "owner@kenya.example", (r"/en/desk/applications/A-[\d-]+/",)),
    ("kit", "/en/desk/kits/qtp1/2.1/", "coordinator@eco.example", ()),
    ("verify", "/en/desk/licences/", "owner@eco.example", (r"/en/desk/licences/L-[\d-]+/", r"/en/verify/[0-9A-Z-]{19}/")),
]


class Reader:
    """Somebody who reads pages, signed in or not."""

    def __init__(self, origin: str, account: str):
        self.origin, self.cookies = origin, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        if account:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read("/en/accounts/login/"))
            form = {"login": account, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
            self.read("/en/accounts/login/", form)

    def read(self, path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.origin + path, data, {"Referer": self.origin + path})  # noqa: S310
        return self.opener.open(request, timeout=60).read().decode()

    def follow(self, path: str, links: tuple[str, ...]) -> str:
        for pattern in links:
            found = re.search(f'href="({pattern})"', self.read(path))
            if not found:
                sys.exit(f"soak: no link {pattern!r} on {path}")
            path = found[1]
        return path

    @property
    def header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)


@contextmanager
def production(folder: str) -> Iterator[str]:
    """Serve what the demonstration keeps in ``folder`` as production would, and yield the origin."""
    origin = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if name != "DEMO"} | {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PORTAL_ORIGIN": origin,
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "VAULT_URL": f"file:{folder}/vault",
        "EMAIL_URL": "memory://",
        "CELERY_BROKER_URL": "memory://",
    }
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "--bind", origin.removeprefix("http://"), "--workers", "2", "portal.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait(f"{origin}/healthz", process)
        yield origin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def ask(name: str, address: str, cookies: str) -> dict[str, int]:
    """Return what Lighthouse gives for a page, in points of 100; its report is kept.

    :raises Failed: it could not look at the page.
    """
    report = REPORTS / f"{name.replace(' ', '-')}.json"
    report.unlink(missing_ok=True)
    command = [
        str(HERE / "node_modules" / ".bin" / "lighthouse"), address, "--quiet", "--output=json", f"--output-path={report}",
        f"--only-categories={','.join(LEAST)}", "--chrome-flags=--headless=new --no-sandbox",
    ]  # fmt: skip
    if cookies:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookies})}")
    done = subprocess.run(command, cwd=HERE, env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}, check=False)
    if not report.exists():
        raise Failed(f"no report, exit {done.returncode}")
    found = json.loads(report.read_text())
    given = points(found, LEAST)
    if found["finalDisplayedUrl"] != address:
        sys.exit(f"soak: {name}: {address} leads to {found['finalDisplayedUrl']}")
    for audit in found["audits"].values():
        if audit["score"] == 0 and audit["id"] in {one["id"] for one in found["categories"]["accessibility"]["auditRefs"]}:
            print(f"  {name}: {audit['id']}: {audit['title']}")
    return given


def main() -> None:
    if not shutil.which("chromium") or not shutil.which("npm"):
        sys.exit("soak: needs Chromium and npm on PATH; on Debian: apt-get install chromium npm")
    subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    wanted, low = set(sys.argv[1:]), []
    with demonstration() as (_, folder), production(folder) as origin:
        print(f"{'page':<14}{'  '.join(LEAST)}  tries")
        for name, path, account, links in PAGES:
            if wanted and name not in wanted:
                continue
            reader = Reader(origin, account)
            look = partial(ask, name, origin + reader.follow(path, links), reader.header)
            tried = best_of(look, least=LEAST, tries=TRIES)
            if not tried.reaches(LEAST):
                low.append(name)
            print(tried.line(name), flush=True)
    if low:
        sys.exit(f"soak: below {LEAST}: {', '.join(low)}; the reports are in {REPORTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
