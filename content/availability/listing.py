"""One programme at one instant in one language, as file, API and command print it.

The page has rows of its own (``page.py``), for it tells of all of time; ``test_surfaces`` and ``test_oracle`` hold them to the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from content.availability import queries
from content.availability.rules import OFFERED, Answer, Source
from content.programmes.models import Programme
from i18n.places.queries import Named, in_order, named
from portal.core.models import ContentVersion

CSV_HEAD = ("code", "name", "status", "since", "until", "sources")


@dataclass(frozen=True, slots=True)
class Note:
    """A public remark and the language it is in; ``fallback``: not the reader's."""

    text: str
    lang: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """One statement an answer rests on. ``kind``: place, region, or parent (the place this one belongs to)."""

    kind: str
    area: Named
    status: str
    since: datetime
    until: datetime | None
    left_region: bool
    statement: int
    document: str
    dated: bool
    recorded_at: datetime
    imported: bool
    note: Note | None


@dataclass(frozen=True, slots=True)
class Row:
    """One place with its status; the first basis decides."""

    place: Named
    status: str
    bases: tuple[Basis, ...]

    @property
    def since(self) -> datetime:
        return self.bases[0].since

    @property
    def until(self) -> datetime | None:
        return self.bases[0].until


@dataclass(frozen=True, slots=True)
class Listing:
    """Every place where the programme is stated, in the reader's order. ``as_of`` and ``known_at`` are the two clocks."""

    programme: Programme
    language: str
    as_of: datetime
    known_at: datetime | None
    version: int
    rows: tuple[Row, ...]

    @property
    def available_count(self) -> int:
        return sum(row.status in OFFERED for row in self.rows)


def listing(programme: Programme, *, language: str, as_of: datetime, known_at: datetime | None = None) -> Listing:
    """Return what we answer for ``as_of``, as we knew it at ``known_at`` (None = now)."""
    version = ContentVersion.current()
    answers = queries.answers(programme.pk, as_of=as_of, known_at=known_at)
    statements = queries.statements(source.statement for answer in answers.values() for source in answer.sources)
    bases = Bases(named(language), statements, language)
    rows = {place: Row(bases.areas[place], answer.status, bases.of(answer)) for place, answer in answers.items()}
    order = in_order([row.place for row in rows.values()], language)
    return Listing(programme, language, as_of, known_at, version, tuple(rows[place.id] for place in order))


@dataclass(frozen=True, slots=True)
class Bases:
    """Turns the sources of an answer into what is printed of them."""

    areas: dict[int, Named]
    statements: dict[int, queries.Stated]
    language: str

    def of(self, answer: Answer, *, parent: bool = False) -> tuple[Basis, ...]:
        """Return the bases of an answer; ``parent``: the answer is that of the place this one belongs to."""
        return tuple(self.one(source, parent=parent) for source in answer.sources)

    def one(self, source: Source, *, parent: bool = False) -> Basis:
        row = self.statements[source.statement]
        area = self.areas[source.place if parent else source.area]
        kind = "parent" if parent else source.kind
        return Basis(
            kind, area, source.status, source.since, source.until, source.left_region, row.pk, row.source, row.dated, row.first_recorded_at,
            row.imported, note_of(row.notes, self.language),
        )  # fmt: skip


def note_of(notes: dict[str, str], language: str) -> Note | None:
    """Return a statement's note in the reader's language, else in English; ``notes`` are by language."""
    for lang in dict.fromkeys((language, "en")):
        if notes.get(lang):
            return Note(notes[lang], lang, lang != language)
    return None


def stamp(at: datetime | None) -> str | None:
    """Return an instant as the API writes it: UTC, seconds, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def short(at: datetime) -> str:
    """Return an instant as addresses carry it: a UTC midnight is its day."""
    utc = at.astimezone(UTC)
    if utc.time() == time(0):
        return utc.date().isoformat()
    return utc.isoformat().replace("+00:00", "Z") if utc.microsecond else str(stamp(utc))


def row_as_json(row: Row) -> dict[str, Any]:
    return {
        "code": row.place.code,
        "name": row.place.name or None,
        "status": row.status,
        "since": stamp(row.since),
        "until": stamp(row.until),
        "sources": [basis_as_json(basis) for basis in row.bases],
    }


def basis_as_json(basis: Basis) -> dict[str, Any]:
    return {
        "kind": basis.kind,
        "code": basis.area.code,
        "statement": basis.document,
        "status": basis.status,
        "since": stamp(basis.since),
        "until": stamp(basis.until),
        "dated": basis.dated,
        "recorded_at": stamp(basis.recorded_at),
        "note": basis.note.text if basis.note else None,
    }


def as_json(found: Listing, rows: list[Row]) -> dict[str, Any]:
    """Return the body of the API for some rows of a listing, by code."""
    return {
        "programme": found.programme.code,
        "as_of": stamp(found.as_of),
        "known_at": stamp(found.known_at),
        "version": found.version,
        "count": len(rows),
        "available_count": sum(row.status in OFFERED for row in rows),
        "places": [row_as_json(row) for row in sorted(rows, key=lambda row: row.place.code)],
    }


def as_table(rows: list[Row]) -> list[tuple[str, ...]]:
    """Return the same rows for a CSV file, without the head."""
    return [
        (
            row.place.code,
            row.place.name,
            row.status,
            stamp(row.since) or "",
            stamp(row.until) or "",
            " ".join(one.area.code for one in row.bases),
        )
        for row in sorted(rows, key=lambda row: row.place.code)
    ]
