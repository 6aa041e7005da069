"""What changed for a programme between two instants: which places came, went or changed, when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from content.availability import queries
from content.availability.listing import Bases, Basis, basis_as_json, short, stamp
from content.availability.rules import NOT_STATED
from content.availability.turns import Turn, Turned
from content.availability.turns import turned as turned_between
from content.availability.words import Said, precise_end, start, starts
from content.programmes.models import Programme
from i18n import formats
from i18n.interface import listing, own, sentence
from i18n.places.queries import Named, in_order, named
from portal.core.models import ContentVersion


@dataclass(frozen=True, slots=True)
class Row:
    """One place. ``before`` and ``after`` are statuses, ``not_stated`` for none. ``basis``: what it rests on since, or rested on if it went.

    ``left``: the region it left, if that is why. ``reason``: what the publication says, where it is more than the source.
    """

    place: Named
    turn: str
    before: str
    after: str
    at: datetime
    said: Said
    basis: Basis
    left: Named | None
    reason: str


@dataclass(frozen=True, slots=True)
class Between:
    """The places that are not as they were, by what happened to them, each in the reader's order."""

    programme: Programme
    start: datetime
    end: datetime
    known_at: datetime | None
    version: int
    groups: list[tuple[str, list[Row]]]

    def query(self, **clocks: datetime) -> str:
        """Return the query that asks for this again, or, with ``as_of``, for the list of one of its instants."""
        clocks = clocks or {"from": self.start, "to": self.end}
        known = {"known_at": self.known_at} if self.known_at else {}
        return urlencode({"programme": self.programme.code, **{name: short(at) for name, at in {**clocks, **known}.items()}})

    @property
    def lists(self) -> tuple[str, str]:
        return self.query(as_of=self.start), self.query(as_of=self.end)

    @property
    def own_query(self) -> str:
        return self.query()

    @property
    def counts(self) -> dict[str, int]:
        found = {turn: len(rows) for turn, rows in self.groups}
        return {turn.value: found.get(turn.value, 0) for turn in Turn}


def between(programme: Programme, *, language: str, start_at: datetime, end_at: datetime, known_at: datetime | None = None) -> Between:
    """Return what changed after ``start_at``, up to and with ``end_at``, as we knew it at ``known_at`` (None = now)."""
    version = ContentVersion.current()
    sources = queries.spans(programme_id=programme.pk, known_at=known_at).get(programme.pk, [])
    turned = turned_between(sources, start_at, end_at)
    areas = named(language)
    needed = {source.statement for one in turned for answer in (one.before, one.after, one.last) if answer for source in answer.sources}
    bases = Bases(areas, queries.statements(needed), language)
    rows = {one.place: _row(one, bases, language) for one in turned}
    order = in_order([areas[place] for place in rows], language)
    groups = [(turn.value, [rows[place.id] for place in order if rows[place.id].turn == turn]) for turn in Turn]
    return Between(programme, start_at, end_at, known_at, version, [(turn, some) for turn, some in groups if some])


def _row(one: Turned, bases: Bases, language: str) -> Row:
    rests_on = one.after or one.last
    source = rests_on.sources[0]
    basis = bases.one(source)
    left = basis.area if one.after is None and source.left_region and source.until == one.at else None
    if left:
        said = precise_end(one.at, basis.area.zone, language)
    elif one.after and source.since == one.at:
        said = starts(basis, language)
    else:
        said = start(one.at, basis.area.zone, language)
    reason = bases.statements[source.statement].reason if one.after and not basis.imported else ""
    return Row(
        place=bases.areas[one.place],
        turn=one.turn.value,
        before=one.before.status if one.before else NOT_STATED,
        after=one.after.status if one.after else NOT_STATED,
        at=one.at,
        said=said,
        basis=basis,
        left=left,
        reason=reason if reason != basis.document else "",
    )


def lede(found: Between, language: str) -> str:
    """Say in a sentence how many places came, went and changed."""
    days = {"first": _day(found.start, language), "last": _day(found.end, language)}
    counts = found.counts
    said = [
        ngettext("%(count)s place came", "%(count)s places came", counts["came"]),
        ngettext("%(count)s place went", "%(count)s places went", counts["went"]),
        ngettext("%(count)s place changed its status", "%(count)s places changed their status", counts["changed"]),
        ngettext("%(count)s place came and went in between", "%(count)s places came and went in between", counts["passed"]),
    ]
    parts = [text % {"count": formats.number(count, language)} for text, count in zip(said, counts.values(), strict=True) if count]
    if not parts:
        return sentence(gettext("Nothing changed between %(first)s and %(last)s."), **days)
    return sentence(gettext("Between %(first)s and %(last)s: %(changes)s."), **days, changes=listing(parts, language))


def _day(at: datetime, language: str) -> str:
    return own(formats.day(at.astimezone(UTC).date(), language), language)


def as_json(found: Between) -> dict[str, Any]:
    """Return the body of the API: places by code."""
    rows: Iterable[Row] = sorted((row for _, some in found.groups for row in some), key=lambda row: row.place.code)
    return {
        "programme": found.programme.code,
        "from": stamp(found.start),
        "to": stamp(found.end),
        "known_at": stamp(found.known_at),
        "version": found.version,
        "counts": found.counts,
        "places": [
            {
                "code": row.place.code,
                "name": row.place.name,
                "change": row.turn,
                "before": row.before,
                "after": row.after,
                "at": stamp(row.at),
                "left_region": row.left.code if row.left else None,
                "reason": row.reason or None,
                "source": basis_as_json(row.basis),
            }
            for row in rows
        ],
    }
