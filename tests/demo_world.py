"""The demonstration as a place to test in: the real catalogue with every story told and every letter delivered, at ``NOW``.

Loaded once for a state of the code, kept like the migrated template, copied for each module that asks for it. Its clock stands still.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from licensing.organisations.models import Organisation
from portal import postbox
from portal.accounts.models import User
from portal.core.models import ContentVersion
from portal.demo import catalogue
from tests import database
from tests.apart import apart
from tests.clock import NOW

DEMO = database.ROOT / "demo"
PACKAGES = ("portal", "i18n", "content", "licensing", "media")
KINDS = {".py", ".html", ".txt", ".toml", ".json", ".csv", ".typ"}
SHORT = {"ECO": "ECO", "SBQO": "SBQO", "INDIA": "BSOQ", "KENYA": "KCCQN", "CHILE": "SCMO", "SAUDI": "SOQG", "TAIWAN": "TOQA"}


class Loaded:
    """The content version the demonstration starts with; None: a test of this module changed what is kept beneath it."""

    version: int | None = None


@cache
def name() -> str:
    """Return the name of the filled database: it changes with whatever may shape it."""
    digest = hashlib.sha256(f"{database.key()} {NOW}".encode())
    for folder in ("demo", *PACKAGES):
        for path in sorted((database.ROOT / folder).rglob("*")):
            if path.suffix in KINDS and "static" not in path.parts:
                digest.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}".encode())
    return f"demo-{digest.hexdigest()[:12]}"


def fill() -> None:
    """Load the catalogue and do the worker's part until nothing is due."""
    catalogue.load(DEMO, now=NOW)

    def deliver() -> None:
        while postbox.deliver(now=NOW, limit=500):
            pass

    apart(deliver)


def folder() -> Path:
    """Return where the vault of the kept world lies; those of former states are thrown away."""
    home = Path(settings.MEDIA_ROOT).parent
    for old in home.glob("demo-*"):
        if old.name != name() and old.stat().st_mtime < time.time() - database.AN_HOUR:
            shutil.rmtree(old, ignore_errors=True)
    return home / name()


def person(email: str) -> User:
    """Return a person of the demonstration; ``owner@eco`` is enough."""
    return User.objects.get(email=f"{email}.example")


def organisation(key: str) -> Organisation:
    """Return an organisation by its key in demo/organisations.toml, in capitals."""
    if key == "BIGSKY":
        return Organisation.objects.get(legal_name__startswith="Big Sky")
    return Organisation.objects.get(short_name=SHORT[key])


@contextmanager
def kept() -> Iterator[Path]:
    """Let what is inside stand in the demonstration as it is kept, filled first where there is none; gives the folder of its vault."""
    home = folder()
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(NOW, tick=False):
        patch.setattr(settings, "VAULT_URL", f"file:{home}")
        with database.filled(name(), fill):
            yield home


def _link(source: str, target: str) -> None:
    """Link a file of a vault, which is written once; copy it where temporary files lie on another disk."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(source, target)


@pytest.fixture(scope="module")
def demo_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """Let every test of the module start in the demonstration, its clock standing at ``NOW``; gives the vault's folder."""
    vault = tmp_path_factory.mktemp("demo-world") / "vault"
    with django_db_blocker.unblock(), kept() as home, pytest.MonkeyPatch.context() as patch:
        shutil.copytree(home, vault, copy_function=_link)
        patch.setattr(settings, "VAULT_URL", f"file:{vault}")
        Loaded.version = ContentVersion.current()
        with django_db_blocker.block():
            yield vault
