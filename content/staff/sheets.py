"""One programme's sheet and one place's page in the CMS: what is stated, by whom and why, what waits, what was published."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import hooks

from content.availability import drafting, queries, rules
from content.availability.drafting import Draft
from content.availability.models import AvailabilityStatement, Publication
from content.programmes.models import Programme
from content.staff import availability
from content.staff.matrix import VIEW, may_draft
from i18n.places.models import Area, RegionMembership
from i18n.places.queries import Named, in_order, named

PUBLICATIONS = 25


def _may_read(request: HttpRequest) -> None:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Show all that is stated of one programme: now, later, before. The number of statements does not depend on that of places."""
    _may_read(request)
    found = get_object_or_404(Programme, code=code)
    language, now = get_language() or "en", timezone.now()
    areas = named(language)
    rows = list(queries.current_statements(found.pk).select_related("publication__availabilitychange", "programme"))
    order = {area.id: place for place, area in enumerate(in_order(list(areas.values()), language))}
    rows.sort(key=lambda row: (areas[row.area_id].kind == "place", order[row.area_id], row.valid_from))
    context = {
        "programme": found,
        **_by_time(rows, areas, now),
        "drafts": _drafts(drafting.waiting(found.pk), areas),
        "publications": _publications(_of_programme(found.pk)),
        "public_url": f"{reverse('availability')}?programme={found.code}",
        "matrix_url": f"{reverse('staff_availability')}?programme={found.code}",
        "may": may_draft(request),
    }
    return availability.page(request, "content/staff/sheet.html", found.short_name, context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show every programme in one place or region: the answer with all it rests on, what is stated there itself, what waits."""
    _may_read(request)
    area = Area.objects.filter(code__iexact=code).first()
    if area is None:
        raise Http404
    language, now = get_language() or "en", timezone.now()
    areas = named(language)
    here = areas[area.pk]
    stated = AvailabilityStatement.objects.known_at(None).filter(area=area).order_by("programme__position", "valid_from")
    rows = list(stated.select_related("publication__availabilitychange", "programme"))
    memberships = RegionMembership.objects.known_at(None).exclude(area=area).filter(place=area).order_by("valid_from")
    waiting = [one for one in drafting.waiting() if any(row.area == area.pk for row in one.rows)]
    context = {
        "here": here,
        "answers": _answers(here, areas, now) if here.kind == "place" else [],
        **_by_time(rows, areas, now),
        "drafts": _drafts(waiting, areas),
        "regions": [(areas[row.area_id], availability.said_period(areas[row.area_id], row)) for row in memberships],
        "members": _members(area.pk, areas, now) if here.kind == "region" else [],
        "public_url": reverse("country", args=[here.code]) if here.kind == "place" else "",
        "matrix_url": f"{reverse('staff_availability')}?q={here.code}",
        "may": may_draft(request),
    }
    return availability.page(request, "content/staff/place.html", here.name, context)


def _by_time(rows: Iterable[AvailabilityStatement], areas: dict[int, Named], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the statements that hold, those that will, and those that are over."""
    told: dict[str, list[dict[str, Any]]] = {"holding": [], "coming": [], "past": []}
    for row in rows:
        when = "past" if row.valid_to and row.valid_to <= now else "coming" if row.valid_from > now else "holding"
        told[when].append(_statement(row, areas))
    return told


def _statement(row: AvailabilityStatement, areas: dict[int, Named]) -> dict[str, Any]:
    change = getattr(row.publication, "availabilitychange", None)
    return {
        "area": areas[row.area_id],
        "programme": row.programme,
        "status": row.status,
        **availability.said_period(areas[row.area_id], row),
        "dated": row.dated,
        "source": row.source,
        "notes": [(language, text) for language, field in queries.NOTES.items() if (text := getattr(row, field))],
        "publication": row.publication,
        "change_url": reverse("availability_change", args=[change.pk]) if change else "",
    }


def _drafts(drafts: Iterable[Draft], areas: dict[int, Named]) -> list[dict[str, Any]]:
    told = []
    for one in drafts:
        names = in_order([areas[area] for area in {row.area for row in one.rows}], get_language() or "en")
        told.append({"draft": one, "names": [area.name for area in names], "url": reverse("availability_change", args=[one.id])})
    return told


def _of_programme(programme_id: int) -> Iterable[Publication]:
    """Return the last publications about a programme, those that only ended something too."""
    stated = AvailabilityStatement.objects.filter(programme=programme_id)
    ended = stated.exclude(superseded_at=None).values("superseded_at")
    rows = Publication.objects.filter(pk__in=stated.values("publication")) | Publication.objects.filter(
        recorded_at__in=ended, imported_at=None
    )
    return rows.select_related("availabilitychange").order_by("-recorded_at", "-number")[:PUBLICATIONS]


def _publications(rows: Iterable[Publication]) -> list[tuple[Publication, str]]:
    found = []
    for row in rows:
        change = getattr(row, "availabilitychange", None)
        found.append((row, reverse("availability_change", args=[change.pk]) if change else ""))
    return found


def _answers(here: Named, areas: dict[int, Named], now: datetime) -> list[dict[str, Any]]:
    """Return for each programme the answer of today with its sources, the deciding one first; a territory has its state's."""
    from_state = [here.parent_id] if here.parent_id else []
    spans = queries.spans(places=[here.id, *from_state])
    told = []
    for one in Programme.objects.all():
        answers = rules.at(spans.get(one.pk, []), now)
        answer = answers.get(here.id) or answers.get(here.parent_id or 0)
        sources = [(areas[source.area], source.status) for source in answer.sources] if answer else []
        told.append({"programme": one, "status": answer.status if answer else rules.NOT_STATED, "sources": sources})
    return told


def _members(region: int, areas: dict[int, Named], now: datetime) -> list[Named]:
    rows = RegionMembership.objects.known_at(None).in_force(now).filter(area=region).values_list("place_id", flat=True)
    return in_order([areas[one] for one in rows], get_language() or "en")


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("availability/programmes/<str:code>/", programme, name="staff_availability_sheet"),
        path("availability/places/<str:code>/", place, name="staff_availability_place"),
    ]
