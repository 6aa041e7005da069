"""What content answers to machines: read only, without an account, the same rows as the pages."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from ninja.errors import ValidationError

from content.api_schemas import (
    AvailabilityAsked,
    AvailabilityOut,
    ChangesAsked,
    ChangesOut,
    FigureOut,
    FiguresAsked,
    Language,
    PlaceAsked,
    PlaceOut,
    PlacesAsked,
    PlacesOut,
    ProgrammeOut,
)
from content.availability import asked, kept, queries
from content.availability.asked import Accepted, BadValues, Problem
from content.availability.between import as_json as changes_as_json
from content.availability.between import between
from content.availability.country import country as country_page
from content.availability.country_json import as_json as country_as_json
from content.availability.country_json import ended
from content.availability.listing import CSV_HEAD, as_json, as_table, listing, stamp
from content.availability.rules import Status
from content.figures import queries as figures_of
from content.programmes.models import Programme
from i18n.places.models import Area, RegionMembership
from i18n.places.queries import members, named
from portal.core import csv_files
from portal.core.models import ContentVersion

router = Router()
ACCEPTED = {
    Accepted.INSTANT: "a date (its first instant in UTC), such as 2019-10-01, or an instant with its zone, such as 2020-01-31T23:00:00Z",
    Accepted.PROGRAMME: "the code of a program, as /api/v1/programmes lists them",
    Accepted.PLACE: "the code of a country or territory, such as ES, as /api/v1/places lists them",
    Accepted.REGION: "the code of a region, such as EU",
    Accepted.VERSION: "the number of a version that was public, as `version` of any answer, with `as_of` and without `known_at`",
    Accepted.ORDER: "an instant of which `from` is before `to`",
    Accepted.STATUS: f"one of {', '.join(status.value for status in Status)}",
}


def refused(bad: BadValues) -> ValidationError:
    """Return the error the API's door turns into 422: each field with what is accepted."""
    return ValidationError(
        [
            {
                "type": "missing" if problem.missing else "value_error",
                "loc": ["query", problem.field],
                "msg": f"{'is required' if problem.missing else 'is not usable'}: accepted is {ACCEPTED[problem.accepted]}",
            }
            for problem in bad.problems
        ]
    )


def _answer(request: HttpRequest, key: tuple, build: Callable[[], kept.Built], *, now: datetime, content_type: str) -> HttpResponse:
    try:
        body = kept.kept(key, now=now, build=build)
    except BadValues as bad:
        raise refused(bad) from bad
    return kept.answer(request, body, content_type=content_type)


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


@router.get("/availability", response=AvailabilityOut, summary="Where a program is available", tags=["availability"])
def availability(request: HttpRequest, wanted: Annotated[AvailabilityAsked, Query()]) -> HttpResponse:
    """Every place whose status is stated, by code. ``format=csv`` gives the same rows as a file.

    With ``version`` (and ``as_of``), what that version of the content said: an answer that never changes and may be kept for ever. It
    carries codes and no names, since a name may be corrected.
    """
    now = timezone.now()
    content_type = "text/csv; charset=utf-8" if wanted.format == "csv" else "application/json; charset=utf-8"
    key = ("api-availability", *wanted.model_dump().values())
    response = _answer(request, key, lambda: _availability(wanted, now=now), now=now, content_type=content_type)
    if wanted.version and response.status_code in (200, 304):
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    if wanted.format == "csv" and response.status_code == 200:
        response["Content-Disposition"] = 'inline; filename="availability.csv"'
    return response


def _availability(wanted: AvailabilityAsked, *, now: datetime) -> kept.Built:
    programme = asked.programme(wanted.programme)
    known_at = asked.instant(wanted.known_at, "known_at") if wanted.known_at else None
    if wanted.version:
        known_at = _known_in(wanted, programme)
    status = asked.status(wanted.status) if wanted.status else None
    place = asked.area(wanted.place, "place", kind=Area.Kind.PLACE) if wanted.place else None
    period = None if wanted.as_of else queries.window(programme.pk, now=now, known_at=known_at)
    as_of = period.valid_from if period else asked.instant(wanted.as_of, "as_of")
    found = listing(programme, language=wanted.language, as_of=as_of, known_at=known_at)
    rows = [row for row in found.rows if status in (None, row.status) and (place is None or row.place.id == place.pk)]
    if wanted.version:
        found = replace(found, version=int(wanted.version))
        rows = [replace(row, place=replace(row.place, name="")) for row in rows]
    if wanted.format == "csv":
        return csv_files.written(CSV_HEAD, as_table(rows)).encode(), period
    body = as_json(found, rows)
    if place is not None:
        here = country_page(place.pk, language=wanted.language, now=now, as_of=as_of, known_at=known_at)
        body["ended"] = ended(next(one for one in here.programmes if one.programme.pk == programme.pk))
    return _json(body), period


@router.get("/availability/changes", response=ChangesOut, summary="What changed between two instants", tags=["availability"])
def changes(request: HttpRequest, wanted: Annotated[ChangesAsked, Query()]) -> HttpResponse:
    """Places that came, went or changed after ``from``, up to and with ``to``; without them, in the last twelve months."""
    now = timezone.now()
    key = ("api-changes", *wanted.model_dump().values())
    return _answer(request, key, lambda: _changes(wanted, now=now), now=now, content_type="application/json; charset=utf-8")


def _changes(wanted: ChangesAsked, *, now: datetime) -> kept.Built:
    programme = asked.programme(wanted.programme)
    known_at = asked.instant(wanted.known_at, "known_at") if wanted.known_at else None
    period = None if wanted.to else queries.window(programme.pk, now=now, known_at=known_at)
    end = period.valid_from if period else asked.instant(wanted.to, "to")
    begin = asked.instant(wanted.from_, "from") if wanted.from_ else queries.a_year_before(end)
    asked.ordered(begin, end, "from" if wanted.from_ else "to", wanted.from_ or wanted.to)
    found = between(programme, language=wanted.language, start_at=begin, end_at=end, known_at=known_at)
    return _json(changes_as_json(found)), period


def _known_in(wanted: AvailabilityAsked, programme: Programme) -> datetime:
    """Return the instant a version stands for.

    :raises BadValues: no such version, or one of which it cannot be told any more; no ``as_of``; ``known_at`` beside it.
    """
    if not wanted.as_of.strip():
        raise BadValues(Problem("as_of", "", Accepted.INSTANT, missing=True))
    digits = wanted.version.strip()
    number = int(digits) if digits.isdecimal() and len(digits) < 15 else 0
    known = queries.pinned(programme.pk, number) if 0 < number <= ContentVersion.current() and not wanted.known_at else None
    if known is None:
        raise BadValues(Problem("version", wanted.version, Accepted.VERSION))
    return known


@router.get("/programmes", response=list[ProgrammeOut], summary="The programs", tags=["availability"])
def programmes(request: HttpRequest, language: Language = "en") -> HttpResponse:
    """Names carry their marks and are never translated; the other words are, where a translation exists."""

    def build() -> kept.Built:
        return _json([_programme(one, language) for one in Programme.objects.all()]), None

    return _answer(request, ("api-programmes", language), build, now=timezone.now(), content_type="application/json; charset=utf-8")


def _programme(one: Programme, language: str) -> dict[str, str]:
    suffix = language.replace("-", "_")
    words = {name: getattr(one, f"{name}_{suffix}") or getattr(one, f"{name}_en") or "" for name in ("format", "summary")}
    return {"code": one.code, "name": one.name, "short_name": one.short_name, "kind": one.kind, "family": one.family, **words}


@router.get("/figures", response=list[FigureOut], summary="Figures of the programs, with their day and source", tags=["availability"])
def figures(request: HttpRequest, wanted: Annotated[FiguresAsked, Query()]) -> HttpResponse:
    """The newest of each thing first, then the former ones; of one program or place, or all."""
    key = ("api-figures", *wanted.model_dump().values())
    return _answer(request, key, lambda: _figures(wanted), now=timezone.now(), content_type="application/json; charset=utf-8")


def _figures(wanted: FiguresAsked) -> kept.Built:
    rows = figures_of.published()
    if wanted.programme:
        rows = rows.filter(programme=asked.programme(wanted.programme))
    if wanted.place:
        rows = rows.filter(area=asked.area(wanted.place, "place", kind=Area.Kind.PLACE))
    found = figures_of.shown(list(rows), wanted.language)
    return _json([_figure(one) for first in found for one in (first, *first.former)]), None


def _figure(one: figures_of.Shown) -> dict[str, Any]:
    figure, whom = one.figure, one.whom
    plain = ("value", "unit", "qualifier", "first_day", "last_day", "as_of", "source")
    second = {"value": whom.value, "unit": whom.unit, "qualifier": whom.qualifier} if whom else None
    place = one.place.code if one.place else None
    facts = {name: getattr(figure, name) for name in plain}
    return {"programme": figure.programme.code, "place": place, **facts, "whom": second, "text": one.text, "language": one.lang}


@router.get("/places", response=PlacesOut, summary="Countries and territories, or the members of a region", tags=["availability"])
def places(request: HttpRequest, wanted: Annotated[PlacesAsked, Query()]) -> HttpResponse:
    """With ``region``, its members at ``as_of``; by code."""
    now = timezone.now()
    key = ("api-places", *wanted.model_dump().values())
    return _answer(request, key, lambda: _places(wanted, now=now), now=now, content_type="application/json; charset=utf-8")


def _places(wanted: PlacesAsked, *, now: datetime) -> kept.Built:
    region = asked.area(wanted.region, "region", kind=Area.Kind.REGION) if wanted.region else None
    period = None if wanted.as_of else queries.steady(_memberships_change(), now=now)
    as_of = period.valid_from if period else asked.instant(wanted.as_of, "as_of")
    some = Q(pk__in=members(region.code, at=as_of)) if region else Q(kind=Area.Kind.PLACE)
    codes = dict(Area.objects.values_list("pk", "code"))
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "parent": codes[one.parent_id] if one.parent_id else None,
            "zone": one.zone,
            "inhabited": one.inhabited,
        }
        for one in sorted(named(wanted.language, areas=some).values(), key=lambda one: one.code)
    ]
    return _json({"region": region.code if region else None, "as_of": stamp(as_of), "count": len(rows), "places": rows}), period


def _memberships_change() -> list[datetime]:
    rows = RegionMembership.objects.filter(superseded_at=None, area__kind=Area.Kind.REGION)
    return [edge for pair in rows.values_list("valid_from", "valid_to") for edge in pair if edge is not None]


@router.get("/places/{code}", response=PlaceOut, summary="One place: every program there, and its history", tags=["availability"])
def place(request: HttpRequest, code: Annotated[str, Path()], wanted: Annotated[PlaceAsked, Query()]) -> HttpResponse:
    """The status is ``not_stated`` where we say neither yes nor no; ``ended`` then tells why it was stated before. History is newest first."""
    now = timezone.now()
    key = ("api-place", code.upper(), *wanted.model_dump().values())
    return _answer(request, key, lambda: _place(code, wanted, now=now), now=now, content_type="application/json; charset=utf-8")


def _place(code: str, wanted: PlaceAsked, *, now: datetime) -> kept.Built:
    area = Area.objects.filter(code__iexact=code, kind=Area.Kind.PLACE).first()
    if area is None:
        raise Http404
    as_of = asked.instant(wanted.as_of, "as_of") if wanted.as_of else None
    known_at = asked.instant(wanted.known_at, "known_at") if wanted.known_at else None
    version = ContentVersion.current()
    found = country_page(area.pk, language=wanted.language, now=now, as_of=as_of, known_at=known_at)
    return _json(country_as_json(found, version)), None if as_of else found.steady
