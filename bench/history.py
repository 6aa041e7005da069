"""A world of 250 places and ten programmes with a long history: what was said was corrected again and again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from content.availability.models import AvailabilityStatement, Publication
from content.availability.rules import Status
from content.programmes.models import Programme
from i18n.places.load import load_places
from i18n.places.models import Area
from portal.core import guards
from portal.core.models import ContentVersion

FIRST, LAST = datetime(2005, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
PERIODS = 5  # that hold for one cell, one after another
COLUMNS = tuple("programme_id area_id status valid_from valid_to note source dated recorded_at superseded_at publication_id".split())


def fill(total: int) -> int:
    """Load places and ten programmes and about ``total`` statements; return how many there are.

    Each cell has five periods from 2005 on, the last one open. Each period was stated and corrected as often as it takes to make ``total``.
    """
    load_places()
    Programme.objects.bulk_create(
        Programme(code=f"P{n}", name=f"Program {n} (DEMO)", short_name=f"P{n}", kind="training", position=n) for n in range(10)
    )
    Publication.objects.create(number=1, recorded_at=FIRST, by="bench")
    ContentVersion.raise_number()
    return extend(total)


def extend(total: int) -> int:
    """Replace the statements by about ``total``; return how many there are."""
    cells = [
        (programme, place)
        for programme in Programme.objects.values_list("pk", flat=True)
        for place in Area.objects.filter(kind="place", parent=None).values_list("pk", flat=True)[:250]
    ]
    publication = Publication.objects.values_list("pk", flat=True)[0]
    versions = max(1, total // (len(cells) * PERIODS))
    guards.remove()
    table, constraint = AvailabilityStatement._meta.db_table, AvailabilityStatement._meta.constraints[0]
    with connection.schema_editor() as editor:  # building the guard once is faster than asking it a million times
        editor.remove_constraint(AvailabilityStatement, constraint)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        _insert(cursor, table, rows(cells, versions, publication))
    with connection.schema_editor() as editor:
        editor.add_constraint(AvailabilityStatement, constraint)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return AvailabilityStatement.objects.count()


def rows(cells: list[tuple[int, int]], versions: int, publication: int) -> Iterator[tuple]:
    """Yield the statements of some cells; each period was said ``versions`` times, the last time for good."""
    statuses, step = list(Status), (LAST - FIRST) / PERIODS
    for programme, place in cells:
        for n in range(PERIODS):
            valid_from = FIRST + step * n
            valid_to = FIRST + step * (n + 1) if n + 1 < PERIODS else None
            for version in range(versions):
                recorded = valid_from + timedelta(hours=12 * version)
                superseded = recorded + timedelta(hours=12) if version + 1 < versions else None
                status = statuses[(programme + place + n + version) % len(statuses)].value
                yield programme, place, status, valid_from, valid_to, "", "bench", True, recorded, superseded, publication


def _insert(cursor, table: str, some: Iterator[tuple]) -> None:
    named = f"({', '.join(COLUMNS)})"
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} {named} FROM STDIN") as copy:
            for row in some:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(COLUMNS))
    cursor.executemany(f"INSERT INTO {table} {named} VALUES ({marks})", some)  # noqa: S608
