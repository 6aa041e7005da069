"""What the database holds, in a form that can be compared: a refusal must leave it as it was."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Reading changes these: who is signed in, and what the framework counts.
READING = {"django_session", "usersessions_usersession", "django_migrations", "sqlite_sequence"}
PACKAGES = ("accounts_", "account_", "auth_", "content_", "core_", "i18n_", "licensing_", "media_", "mfa_", "wagtail")
_WRITE = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)


def rows(*, without: frozenset[str] = frozenset()) -> dict[str, tuple[int, str]]:
    """Return the number of rows and a digest of all of them, by table of ours; ``without`` leaves tables out."""
    names = connection.introspection.table_names()
    return {name: _digest(name) for name in names if name.startswith(PACKAGES) and name not in READING | without}


def _digest(table: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in cursor.description]
        kept = [index for index, column in enumerate(columns) if column != "last_login"]
        found = sorted(repr([row[index] for index in kept]) for row in cursor.fetchall())
    return len(found), hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> dict[str, tuple]:
    """Return what differs, by table: (before, after)."""
    return {name: (before.get(name), after.get(name)) for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@contextmanager
def writes(*, without: frozenset[str] = frozenset()) -> Iterator[list[str]]:
    """Give the statements that write to tables of ours while the block runs; sessions and ``without`` are left out."""
    seen: list[str] = []

    def watch(execute, sql, params, many, context):
        found = _WRITE.match(sql)
        if found and found[1].startswith(PACKAGES) and found[1] not in READING | without and '"last_login"' not in sql:
            seen.append(f"{sql[:200]} {str(params)[:200]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen
