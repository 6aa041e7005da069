"""Load once, pour often: the rows of some tables as they lay after the first load, put back in a thirtieth of the time for every later test."""

from collections.abc import Callable
from typing import Any

from django.db import connection, models

from tests import telling

_kept: dict[str, list[Any]] = {}  # by name: of each table the bytes of COPY, or its rows


def poured(name: str, load: Callable[[], object], *tables: type[models.Model]) -> None:
    """Fill empty ``tables`` with what ``load`` gives. It runs in the first test that asks, and where something stands there already."""
    is_empty = not any(table.objects.exists() for table in tables)
    is_loaded = not is_empty or name not in _kept
    with telling.noted(f"{name} {is_loaded}"):  # what is loaded may write to other tables too
        if is_loaded:
            load()
            if is_empty:
                _kept[name] = list(map(_drawn, tables))
            return
        for table, drawn in zip(tables, _kept[name], strict=True):
            _pour(table, drawn)


def _drawn(table: type[models.Model]) -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table._meta.db_table} TO STDOUT (FORMAT BINARY)") as copy:
                return b"".join(copy)
        return cursor.execute(f"SELECT * FROM {table._meta.db_table}").fetchall()  # noqa: S608


def _pour(table: type[models.Model], drawn: Any) -> None:
    name = table._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(drawn)
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), greatest(max(id), nextval(pg_get_serial_sequence('{name}', 'id')))) FROM {name}"
            )  # noqa: S608
        else:
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(drawn[0]))})", drawn)  # noqa: S608
