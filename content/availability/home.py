"""What the front page says of availability: one programme on the map, every programme counted, what changed last."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from content.availability import queries
from content.availability.models import STATUS_WORDS, AvailabilityStatement, Publication
from content.availability.page import Page, page
from content.availability.rules import OFFERED, Status
from content.availability.words import Said, recorded
from content.programmes.models import Programme
from i18n import formats
from i18n.interface import joined, listing, own, sentence
from i18n.places.queries import Named, in_order, name_in, named

NAMES_SHOWN = 3
NEWS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme and in how many places it is open to practices, and by licence."""

    programme: Programme
    open_in: int
    by_licence_in: int


@dataclass(frozen=True, slots=True)
class News:
    """A publication in words."""

    at: Said
    words: str
    programme: Programme


@dataclass(frozen=True, slots=True)
class Front:
    featured: Programme | None
    page: Page | None
    programmes: list[ProgrammeLine]
    news: list[News]


def front(*, now: datetime, language: str) -> Front:
    """Return what holds at ``now``; the featured programme is the first of the catalogue."""
    programmes = list(Programme.objects.all())
    featured = programmes[0] if programmes else None
    return Front(
        featured=featured,
        page=page(featured, language=language, now=now) if featured else None,
        programmes=[_line(programme, now=now) for programme in programmes],
        news=_news(language),
    )


def _line(programme: Programme, *, now: datetime) -> ProgrammeLine:
    counts = Counter(answer.status for answer in queries.answers(programme.pk, as_of=now).values())
    by_licence = counts.pop(Status.BY_LICENCE, 0)
    return ProgrammeLine(programme, sum(count for status, count in counts.items() if status in OFFERED), by_licence)


def _news(language: str) -> list[News]:
    rows = Publication.objects.order_by("-recorded_at", "-number").prefetch_related("statements__programme")[:NEWS_SHOWN]
    areas = named(language)
    return [said(row, list(row.statements.all()), areas, language) for row in rows if row.statements.all()]


def ended_by(rows: Iterable[Publication]) -> dict[datetime, list[AvailabilityStatement]]:
    """Return what publications ended, by the instant of each. One statement."""
    found: dict[datetime, list[AvailabilityStatement]] = {}
    gone = AvailabilityStatement.objects.filter(superseded_at__in=[row.recorded_at for row in rows])
    for one in gone.select_related("programme"):
        found.setdefault(one.superseded_at, []).append(one)  # type: ignore[arg-type]
    return found


def said(
    row: Publication,
    statements: list[AvailabilityStatement],
    areas: dict[int, Named],
    language: str,
    *,
    ended: Collection[AvailabilityStatement] = (),
) -> News:
    """Say what a publication stated: where, which status, from when where that is still to come; and whether that corrects something.

    ``ended`` is told where it stated nothing.
    """
    if not statements:
        gone = list(ended)
        facts = {"places": _places(gone, areas, language), "program": gone[0].programme.short_name}
        return News(
            recorded(row.recorded_at, language),
            _corrected(row, sentence(gettext("%(places)s: %(program)s, no longer stated"), **facts)),
            gone[0].programme,
        )
    statements = [one for one in statements if one.valid_to is None] or statements  # what it cut short was stated before
    parts = []
    for status in STATUS_WORDS:
        some = [one for one in statements if one.status == status]
        if some:
            parts.append(_part(row, some, areas, language))
    dated = any(one.dated for one in statements)
    return News(recorded(row.recorded_at, language, dated=dated), _corrected(row, joined("; ", parts)), statements[0].programme)


def _corrected(row: Publication, words: str) -> str:
    return sentence(gettext("Correction: %(words)s"), words=words) if row.correction else words


def _places(statements: list[AvailabilityStatement], areas: dict[int, Named], language: str) -> str:
    where = in_order([areas[area] for area in {one.area_id for one in statements}], language)
    names = [name_in(area, language) for area in where[:NAMES_SHOWN]]
    if len(where) > NAMES_SHOWN:
        more = len(where) - NAMES_SHOWN
        names.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": formats.number(more, language)})
    return listing(names, language)


def _part(row: Publication, statements: list[AvailabilityStatement], areas: dict[int, Named], language: str) -> str:
    facts = {
        "places": _places(statements, areas, language),
        "program": statements[0].programme.short_name,
        "status": str(STATUS_WORDS[statements[0].status]),
    }
    starts = {one.valid_from for one in statements}
    if len(starts) == 1 and (start := starts.pop()) > row.recorded_at:
        facts["day"] = own(formats.day(start.astimezone(ZoneInfo(areas[statements[0].area_id].zone)).date(), language), language)
        return sentence(gettext("%(places)s: %(program)s from %(day)s, %(status)s"), **facts)
    return sentence(gettext("%(places)s: %(program)s, %(status)s"), **facts)
