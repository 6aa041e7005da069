"""Migrate once, copy often: a template of the migrated database, keyed by what the migrations say.

SQLite copies the template into memory (2 ms), PostgreSQL creates from a template database (0.2 s): migrated truth, guards and Wagtail's
root rows included, without waiting for two hundred migrations in every run.
"""

import hashlib
import os
import sqlite3
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[1]


def key() -> str:
    """Return a hash of everything that shapes a migrated database."""
    sources = sorted(p for folder in ("portal", "i18n", "content", "licensing", "media") for p in (ROOT / folder).rglob("migrations/*.py"))
    digest = hashlib.sha256()
    for path in [*sources, ROOT / "portal/core/guards.py", ROOT / "requirements/base.txt"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def set_up() -> None:
    """Point the connection at a fresh copy of the template, making the template first where there is none."""
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = f"file:portal-{key()}?mode=memory&cache=shared"
        _sqlite_template()
        _copy_sqlite()
    else:
        _postgresql_template()
        _copy_postgresql()


def restore() -> None:
    """Throw away what a test committed."""
    if connection.vendor == "sqlite":
        connection.close() if not connection.is_in_memory_db() else None
        _copy_sqlite()
    else:
        _copy_postgresql()


def tear_down() -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{_test_name()}" WITH (FORCE)')


def _template_file() -> Path:
    return Path(settings.MEDIA_ROOT).parent / f"template-{key()}.sqlite3"


def _sqlite_template() -> None:
    path = _template_file()
    if path.exists():
        return
    for old in path.parent.glob("template-*.sqlite3"):
        old.unlink(missing_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    connection.ensure_connection()
    part = path.with_suffix(f".{os.getpid()}.part")    # another run may be making its own
    part.unlink(missing_ok=True)
    with sqlite3.connect(part) as target:
        connection.connection.backup(target)
    target.close()
    part.rename(path)


def _copy_sqlite() -> None:
    connection.ensure_connection()
    with sqlite3.connect(_template_file()) as source:
        source.backup(connection.connection)
    source.close()


def _test_name() -> str:
    return connection.settings_dict["TEST"]["NAME"]


def _postgresql_template() -> None:
    template = f"{_test_name()}_{key()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_test_name()}_%"])
        there = {row[0] for row in cursor.fetchall()}
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
    name = _test_name()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{name}_{key()}"')
    _use(name)


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name
