"""Databases of the measurements: on PostgreSQL where one answers, else a file; made for a run and removed after it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = f"portal_bench_{os.getpid()}"


def server() -> str:
    """Return the address of a PostgreSQL that answers, '' if there is none: ``TEST_DATABASE_URL``, else the local socket."""
    import psycopg

    for url in (os.environ.get("TEST_DATABASE_URL", ""), "postgres:///postgres"):
        if url.startswith("postgres"):
            with suppress(psycopg.OperationalError), psycopg.connect(url.replace("postgres://", "postgresql://", 1), connect_timeout=2):
                return url
    return ""


def address() -> str:
    """Return where the run's database will be."""
    found = server()
    return found.rsplit("/", 1)[0] + f"/{NAME}" if found else f"sqlite:///{ROOT / 'var' / 'bench' / NAME}.sqlite3"


@contextmanager
def migrated() -> Iterator[None]:
    """Let what is inside work on a fresh migrated database, and remove it and its copies afterwards."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{NAME}"')
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        remove()


@contextmanager
def copied(name: str) -> Iterator[None]:
    """Let what is inside work on a copy of the run's database (PostgreSQL only)."""
    from django.db import connection

    use(NAME)
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{NAME}_{name}" TEMPLATE "{NAME}"')
    use(f"{NAME}_{name}")
    try:
        yield
    finally:
        use(NAME)


def use(name: str) -> None:
    """Point the connection at a database of the run."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def remove() -> None:
    from django.db import connection

    connection.close()
    if connection.vendor != "postgresql":
        for path in (ROOT / "var" / "bench").glob(f"{NAME}.sqlite3*"):
            path.unlink()
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{NAME}%"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
