"""Migrate once, copy often: a template of the migrated database, keyed by what the migrations say.

SQLite copies the template into memory (2 ms), PostgreSQL creates from a template database (0.2 s): migrated truth, guards and Wagtail's
root rows included, without waiting for two hundred migrations in every run. ``filled`` does the same for a database with content.
Runs side by side share the templates; each has a copy of its own, which ``TEST_COPY`` names.
"""

import gc
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[1]
AN_HOUR = 3600  # seconds after which nobody still uses what another run left behind


@cache
def key() -> str:
    """Return a hash of everything that shapes a migrated database."""
    sources = sorted(p for folder in ("portal", "i18n", "content", "licensing", "media") for p in (ROOT / folder).rglob("migrations/*.py"))
    digest = hashlib.sha256()
    for path in [*sources, ROOT / "portal/core/guards.py", ROOT / "requirements/base.txt"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class _Start:
    """What tests start from: '' is the migrated template, else the name of a filled one."""

    name = ""


def start() -> str:
    """Return the name of what each test starts from."""
    return _Start.name or key()


def set_up() -> None:
    """Point the connection at a fresh copy of the template, making the template first where there is none."""
    template()
    restore()


def template() -> None:
    """Make the template where there is none."""
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = f"file:portal-{key()}?mode=memory&cache=shared"
        _sqlite_template()
    else:
        _postgresql_template()


def restore() -> None:
    """Throw away what a test committed."""
    if connection.vendor == "sqlite":
        connection.close() if not connection.is_in_memory_db() else None
        _copy_sqlite()
    else:
        _copy_postgresql()
    ContentType.objects.clear_cache()


@contextmanager
def filled(name: str, fill: Callable[[], None]) -> Iterator[None]:
    """Let the tests inside start from a database that ``fill`` has filled; it runs only where nothing is kept under ``name`` yet."""
    if not _kept(name):
        restore()
        fill()
        _keep(name)
    before, _Start.name = _Start.name, name
    restore()
    try:
        yield
    finally:
        _Start.name = before
        restore()


def tear_down() -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{_copy_name()}" WITH (FORCE)')


def _template_file() -> Path:
    return Path(settings.MEDIA_ROOT).parent / f"template-{key()}.sqlite3"


def _filled_file(name: str) -> Path:
    return _template_file().with_name(f"filled-{name}.sqlite3")


def _kept(name: str) -> bool:
    return _filled_file(name).exists() if connection.vendor == "sqlite" else f"{_test_name()}_{name}" in _databases()


def _keep(name: str) -> None:
    """Keep the database as it is now under ``name``, and forget those of the same family (up to the hyphen) that came before."""
    if connection.vendor == "sqlite":
        _save_sqlite(_filled_file(name), replaces=f"filled-{name.split('-')[0]}-*.sqlite3")
        return
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        for old in _databases():
            if old.startswith(f"{_test_name()}_{name.split('-')[0]}-"):
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{_test_name()}_{name}" TEMPLATE "{_copy_name()}"')


def _sqlite_template() -> None:
    path = _template_file()
    if path.exists():
        return
    call_command("migrate", verbosity=0, interactive=False)
    _save_sqlite(path, replaces="template-*.sqlite3")


def _save_sqlite(path: Path, *, replaces: str) -> None:
    for old in path.parent.glob(replaces):
        if old.stat().st_mtime < time.time() - AN_HOUR:
            old.unlink(missing_ok=True)
    connection.ensure_connection()
    part = path.with_suffix(f".{os.getpid()}.part")  # another run may be making its own
    part.unlink(missing_ok=True)
    with sqlite3.connect(part) as target:
        connection.connection.backup(target)
    target.close()
    part.rename(path)


def _copy_sqlite() -> None:
    connection.ensure_connection()
    with sqlite3.connect(_filled_file(_Start.name) if _Start.name else _template_file()) as source:
        try:
            source.backup(connection.connection)
        except sqlite3.OperationalError:  # a thread of the live server is still at its last statement, or left one unread
            _end_requests()
            source.backup(connection.connection)
    source.close()


def _end_requests() -> None:
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)
    gc.collect()


def _test_name() -> str:
    return connection.settings_dict["TEST"]["NAME"]


def _copy_name() -> str:
    return _test_name() + (f"_{copy}" if (copy := os.environ.get("TEST_COPY")) else "")


def _databases() -> set[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_test_name()}_%"])
        return {row[0] for row in cursor.fetchall()}


def _postgresql_template() -> None:
    template = f"{_test_name()}_{key()}"
    with connection._nodb_cursor() as cursor:
        there = _databases()
        if template in there:
            return
        for old in there:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{template}_part"')
    _use(f"{template}_part")
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{template}_part" RENAME TO "{template}"')


def _copy_postgresql() -> None:
    connections.close_all()
    name = _copy_name()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_test_name()}_{start()}"')
    _use(name)


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name
