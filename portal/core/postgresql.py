"""The door to PostgreSQL alone: instants are read by Python's own parser, because the driver's takes ten times as long; limits of waiting."""

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any


def read_instants_fast(sender: Any, connection: Any, **_: Any) -> None:
    """Teach a new connection to read instants; connected to Django's ``connection_created``."""
    if connection.vendor == "postgresql":
        adapters = connection.connection.adapters
        usual = adapters.get_loader(adapters.types["timestamptz"].oid, _text())
        if getattr(usual, "timezone", None) is UTC:
            adapters.register_loader("timestamptz", _loader(usual))


def wait_for_locks_at_most(seconds: int, connection: Any) -> None:
    """Let the running transaction give up with ``OperationalError`` rather than wait longer for a lock; SQLite has a limit of its own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])


def _text() -> Any:
    from psycopg.pq import Format

    return Format.TEXT


@lru_cache(maxsize=8192)
def _instant(text: bytes) -> datetime:
    """Return the instant; what is stated begins and ends with few others."""
    if not text.endswith(b"+00"):
        raise ValueError(text)
    return datetime.fromisoformat(text.decode())


@cache
def _loader(usual: type) -> type:
    class InstantLoader(usual):  # type: ignore[misc]
        """Reads ``2026-11-27 14:24:22.5+00``; whatever else the server may say (a year before Christ, infinity) the usual way."""

        def load(self, data: Any) -> datetime:
            try:
                return _instant(bytes(data))
            except ValueError:
                return super().load(data)  # type: ignore[no-any-return, misc]

    return InstantLoader
