"""A file of statements: read into lines and problems, and each line told apart by what it would do. Pure: no Django, no clock, no database.

A line states one place or region for one period. What a file does not name is left alone: nothing is ever ended by absence.
"""

import csv
import io
import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from content.availability.differences import GRACE
from content.availability.rules import NOT_STATED, Assertion, Status, days
from portal.core.periods import Period

MOST_BYTES = 1_000_000
MOST_LINES = 5_000
MOST_NOTE = 300
YEARS = range(1900, 2200)
NEEDED = ("place", "status", "from")
OPTIONAL = ("programme", "to", "note")
SAME_COLUMN = {"program": "programme", "code": "place", "valid_from": "from", "valid_to": "to", "note_en": "note"}
STATUSES = [*(status.value for status in Status), NOT_STATED]
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
UNSAYABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Unreadable(Exception):
    """The file as a whole cannot be used; ``code``: empty, too_large, too_long, not_text, malformed, missing, unknown, twice."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Known:
    """A place or region as a file may name it."""

    id: int
    code: str
    zone: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one line states; ``status`` None: nothing is stated any more. ``number`` counts the lines of the file, the head is 1."""

    number: int
    programme: str
    area: Known
    status: Status | None
    first: date
    last: date | None
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def period(self) -> Period:
        return days(self.first, self.last, self.area.zone)

    def assertion(self, source: str) -> Assertion:
        return Assertion(self.area.id, Status(self.status or ""), self.period, notes=self.notes, source=source)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be used: ``code`` place, programme, status, day, order, note, characters, cells, duplicate, overlap.

    ``other`` is the earlier line a duplicate or overlap meets.
    """

    line: int
    field: str
    value: str
    code: str
    other: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


class Outcome(StrEnum):
    """What publishing a line would do. ``corrected``: it changes what was stated for a time that has passed."""

    UNCHANGED = "unchanged"
    NEW = "new"
    CHANGED = "changed"
    CORRECTED = "corrected"


def read(
    data: bytes, *, areas: Mapping[str, Known], programmes: Collection[str], programme: str = "", languages: Collection[str] = ()
) -> Read:
    """Read a CSV file with commas, semicolons or tabs.

    ``areas`` by their code in capitals; ``programme`` is meant where the file has no such column or cell; ``languages``: those of columns
    like ``note_es``. Days are on the clock of each place, the last one included.

    :raises Unreadable: it is no such file.
    """
    head, rows = _table(data, languages)
    codes = {code.upper(): code for code in programmes}
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, cells in rows:
        found, wrong = _line(number, dict(zip(head, cells, strict=False)), areas, codes, programme)
        if len(cells) > len(head):
            wrong.append(Problem(number, "", str(len(cells)), "cells"))
        problems += wrong
        if found and not wrong:
            lines.append(found)
    problems += _meeting(lines)
    return Read(tuple(lines), tuple(sorted(problems, key=lambda problem: problem.line)))


def _table(data: bytes, languages: Collection[str]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the columns by our names, and the rows that hold anything with the number of the line each begins on."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", most=MOST_BYTES)
    text = _text(data)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [(number, row) for number, row in _rows(text, delimiter) if any(cell.strip() for cell in row)]
    if not rows:
        raise Unreadable("empty")
    if len(rows) - 1 > MOST_LINES:
        raise Unreadable("too_long", most=MOST_LINES)
    head = [_column(cell) for cell in rows[0][1]]
    while head and not head[-1]:  # spreadsheets leave empty columns behind
        head.pop()
    accepted = [*NEEDED, *OPTIONAL, *(f"note_{language.replace('-', '_')}" for language in languages if language != "en")]
    if missing := [name for name in NEEDED if name not in head]:
        raise Unreadable("missing", columns=missing)
    if unknown := [name for name in head if name not in accepted]:
        raise Unreadable("unknown", columns=unknown, accepted=accepted)
    if twice := [name for name, count in Counter(head).items() if count > 1]:
        raise Unreadable("twice", columns=twice)
    body = [(number, [*cells[: len(head)], *(cell for cell in cells[len(head) :] if cell.strip())]) for number, cells in rows[1:]]
    if not body:
        raise Unreadable("empty")
    return head, body


def _text(data: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 where a mark at its start says so."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_text") from None


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, row
            number = reader.line_num + 1
    except csv.Error:
        raise Unreadable("malformed", line=number) from None


def _column(cell: str) -> str:
    name = cell.strip().lower().replace("-", "_").replace(" ", "_")
    return SAME_COLUMN.get(name, name)


def _line(
    number: int, cells: Mapping[str, str], areas: Mapping[str, Known], programmes: Mapping[str, str], default: str
) -> tuple[Line | None, list[Problem]]:
    given = {name: text.strip() for name, text in cells.items()}
    wrong = [Problem(number, name, UNSAYABLE.sub("\ufffd", text), "characters") for name, text in given.items() if UNSAYABLE.search(text)]
    if wrong:
        return None, wrong
    code = given.get("programme") or default
    programme, area = programmes.get(code.upper()), areas.get(given.get("place", "").upper())
    if programme is None:
        wrong.append(Problem(number, "programme", code, "programme"))
    if area is None:
        wrong.append(Problem(number, "place", given.get("place", ""), "place"))
    status = given.get("status", "").lower().replace(" ", "_").replace("license", "licence")
    if status not in STATUSES:
        wrong.append(Problem(number, "status", given.get("status", ""), "status"))
    first, last = _day(given.get("from", "")), _day(given.get("to", ""))
    if first is None:
        wrong.append(Problem(number, "from", given.get("from", ""), "day"))
    if last is None and given.get("to"):
        wrong.append(Problem(number, "to", given["to"], "day"))
    if first and last and last < first:
        wrong.append(Problem(number, "to", given["to"], "order"))
    notes = tuple((_language(name), text) for name, text in given.items() if name.startswith("note") and text)
    wrong += [Problem(number, f"note {language}", f"{text[:40]}…", "note") for language, text in notes if len(text) > MOST_NOTE]
    if wrong or programme is None or area is None or first is None:
        return None, wrong
    return Line(number, programme, area, None if status == NOT_STATED else Status(status), first, last, notes), []


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def _language(column: str) -> str:
    return column.removeprefix("note").lstrip("_").replace("_", "-") or "en"


def _meeting(lines: Iterable[Line]) -> Iterator[Problem]:
    """Yield a problem for each line that says something about the same place and time as one above it."""
    cells: dict[tuple[str, int], list[Line]] = {}  # in the order of time: lines above that do not meet one another
    for line in lines:
        above = cells.setdefault((line.programme, line.area.id), [])
        place = bisect(above, line.period.valid_from, key=lambda other: other.period.valid_from)
        met = next((other for other in above[max(0, place - 1) : place + 1] if other.period & line.period is not None), None)
        if met:
            same = (met.status, met.first, met.last, met.notes) == (line.status, line.first, line.last, line.notes)
            yield Problem(line.number, "place", line.area.code, "duplicate" if same else "overlap", met.number)
        else:
            above.insert(place, line)


def outcome(line: Line, current: Iterable[Assertion], *, at: datetime) -> Outcome:
    """Say what publishing the line at ``at`` would do to what is asserted now."""
    period = line.period
    there = [one for one in current if one.area == line.area.id and one.period & period is not None]
    alike = [one for one in there if line.status is not None and one.status is line.status and (not line.notes or one.notes == line.notes)]
    differing = [one for one in there if one not in alike]
    if not differing and _covered(period, (one.period for one in alike)):
        return Outcome.UNCHANGED
    if line.status is None and not there:
        return Outcome.UNCHANGED
    if not there:
        return Outcome.NEW
    met = [common for one in differing if (common := one.period & period) is not None]
    return Outcome.CORRECTED if any(common.valid_from < at - GRACE for common in met) else Outcome.CHANGED


def _covered(period: Period, others: Iterable[Period]) -> bool:
    left = [period]
    for other in others:
        left = [part for one in left for part in one - other]
    return not left
