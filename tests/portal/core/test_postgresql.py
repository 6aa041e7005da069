"""Instants that PostgreSQL gives are what Django would make of them."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from portal.core.postgresql import wait_for_locks_at_most

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-11-27 14:24:22.5+00", datetime(2026, 11, 27, 14, 24, 22, 500_000, UTC)),
        ("2026-11-27 14:24:22+02", datetime(2026, 11, 27, 12, 24, 22, 0, UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)),
        (None, None),
    ],
)
def test_an_instant_is_read_exactly_and_in_utc(text, expected):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        (found,) = cursor.fetchone()
    assert (found, found and found.tzinfo) == (expected, expected and UTC)


def test_instants_are_read_by_the_quick_reader():
    connection.ensure_connection()
    adapters = connection.connection.adapters
    assert adapters.get_loader(adapters.types["timestamptz"].oid, 0).__name__ == "InstantLoader"


def test_what_python_has_no_word_for_is_refused_as_ever():
    with connection.cursor() as cursor, pytest.raises(Exception, match="too large|too small|infinity|range"):
        cursor.execute("SELECT 'infinity'::timestamptz")
        cursor.fetchone()


def test_a_lock_is_not_waited_for_without_end():
    with connection.cursor() as cursor:
        wait_for_locks_at_most(3, connection)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)
