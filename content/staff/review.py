"""What a change would do, read before it is published: public answers, and what stands on them. Publishing and taking back start here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail import hooks

from content.availability import drafting, impact, queries
from content.availability.changes import WORDS, AvailabilityChange, NotPublishable
from content.availability.differences import GRACE, Difference
from content.availability.drafting import NotDraftable
from content.availability.listing import stamp
from content.availability.models import STATUS_WORDS
from content.availability.rules import NOT_STATED, Assertion
from content.staff import availability
from content.staff.matrix import VIEW, may_draft
from i18n.places.queries import Named, in_order, named
from portal.accounts.stepup import PasswordConfirmation

SHOWN = 300


class PublishForm(PasswordConfirmation):
    """What the second person sends: the revision that was on the page, and the password."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class UndoForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250, help_text=gettext_lazy("Shown in the public history."))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a change would do, and let a second person publish it."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    change = get_object_or_404(
        AvailabilityChange.objects.select_related("programme", "drafted_by", "publication__corrects", "corrects"), pk=pk
    )
    revision = change.get_latest_revision()
    if revision is None:
        raise Http404
    form = PublishForm(request.POST or None, request=request, initial={"revision": revision.pk})
    try:
        change.check_publishable(revision, request.user, confirmed=True)
        refusal = ""
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["revision"] != revision.pk:
                raise NotPublishable("changed_since")
            change.publish(revision, user=request.user, confirmed=True)
            messages.success(request, gettext("Published: every page, the map and the API say so now."))
            return redirect(reverse("availability_change", args=[pk]))
    except NotPublishable as refused:
        refusal = str(WORDS[refused.code])
    status = 403 if request.method == "POST" and refusal else 422 if form.errors else 200
    return _answer(request, change, revision, {"form": form, "refusal": "" if change.publication_id else refusal}, status=status)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft that a published change be taken back."""
    if not may_draft(request):
        raise PermissionDenied
    change = get_object_or_404(AvailabilityChange.objects.select_related("programme", "publication"), pk=pk)
    if change.publication is None:
        raise Http404
    form = UndoForm(request.POST)
    refusal = ""
    if form.is_valid():
        try:
            drafted = drafting.undo(change.publication, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, gettext("Drafted. It holds only once a second person has read and published it."))
            return redirect("availability_change", drafted.pk)
        except NotDraftable as refused:
            refusal = str(drafting.WORDS[refused.code])
    context = {"undo_form": form, "refusal": refusal, "form": None}
    return _answer(request, change, change.get_latest_revision(), context, status=422)


@require_POST
def take_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand for a draft that came in a file without a person."""
    if not may_draft(request):
        raise PermissionDenied
    change = get_object_or_404(AvailabilityChange, pk=pk)
    try:
        drafting.take_on(change.pk, by=request.user)
        messages.success(request, gettext("You stand for this change now. It holds only once a second person has read and published it."))
    except NotDraftable as refused:
        messages.error(request, str(drafting.WORDS[refused.code]))
    return redirect("availability_change", change.pk)


def _answer(request: HttpRequest, change: AvailabilityChange, revision: Any, more: dict[str, Any], *, status: int) -> HttpResponse:
    drafted = change if change.publication_id else revision.as_object()
    areas = named(get_language() or "en")
    said = drafted.said_rows()
    order = _order((row.area_id for row in said), areas)
    rows = [_row(row, areas, request.user.timezone) for row in sorted(said, key=lambda row: order[row.area_id])]
    index = reverse(AvailabilityChange.snippet_viewset.get_url_name("list"))
    taken_back = drafted.corrects or (change.publication and change.publication.corrects)
    context = {
        "change": drafted,
        "publication": change.publication,
        "taken_back": taken_back,
        "taken_back_url": _change_url(taken_back),
        "rows": rows,
        "noted": any(row["notes"] for row in rows),
        "edit_url": reverse(AvailabilityChange.snippet_viewset.get_url_name("edit"), args=[change.pk]),
        "index_url": index,
        "preview_url": reverse("availability_preview", args=[change.pk]),
        "undo_form": UndoForm() if change.publication_id and may_draft(request) else None,
        "may_edit": may_draft(request),
        "no_author": change.drafted_by_id is None,
        **({} if change.publication_id else _effect(request, change, drafted, areas, now=timezone.now())),
        **more,
    }
    return availability.page(request, "content/staff/change.html", change.reason, context, status=status)


def _change_url(publication: Any) -> str:
    change = AvailabilityChange.objects.filter(publication=publication).first() if publication else None
    return reverse("availability_change", args=[change.pk]) if change else ""


def _effect(request: HttpRequest, change: AvailabilityChange, drafted: Any, areas: dict[int, Named], *, now: datetime) -> dict[str, Any]:
    """Return what would become of what stands now. The number of statements does not depend on that of the places."""
    current = queries.assertions(change.programme_id)
    wanted = frozenset(drafted.applied(current))
    differing = impact.changes(current, wanted)
    zone = request.user.timezone
    order = _order((one.place for one in differing), areas)
    cells = sorted(differing, key=lambda one: (order[one.place], one.period.valid_from))
    return {
        "ends": [_assertion(one, areas, zone) for one in _sorted(current - wanted, areas)],
        "begins": [_assertion(one, areas, zone) for one in _sorted(wanted - current, areas)],
        "cells": [_cell(one, change, areas, zone, now=now) for one in cells[:SHOWN]],
        "cells_count": len(cells),
        "places_count": len(order),
        "touched": impact.touched(change.programme_id, differing, at=now, may=request.user.has_perm),
    }


def _cell(one: Difference, change: AvailabilityChange, areas: dict[int, Named], zone: str, *, now: datetime) -> dict[str, Any]:
    area = areas[one.place]
    at = urlencode({"as_of": stamp(max(one.period.valid_from, now)) if one.period.valid_to is None else stamp(one.period.valid_from)})
    return {
        **availability.said_period(area, one.period, zone=zone),
        "code": area.code,
        "before": one.before or NOT_STATED,
        "after": one.after or NOT_STATED,
        "past": one.period.valid_from < now - GRACE,
        "map_url": f"{reverse('availability_preview', args=[change.pk])}?{at}",
        "place_url": f"{reverse('availability_preview_place', args=[change.pk, area.code])}?{at}",
    }


def _order(ids: Iterable[int], areas: dict[int, Named]) -> dict[int, int]:
    """Return where each area stands in the order of the reader's language."""
    return {area.id: at for at, area in enumerate(in_order([areas[one] for one in set(ids)], get_language() or "en"))}


def _sorted(some: frozenset[Assertion], areas: dict[int, Named]) -> list[Assertion]:
    order = _order((one.area for one in some), areas)
    return sorted(some, key=lambda one: (order[one.area], one.period.valid_from))


def _row(row: Any, areas: dict[int, Named], zone: str) -> dict[str, Any]:
    notes = [(language, text) for language, field in queries.NOTES.items() if (text := getattr(row, field))]
    return {**availability.said_period(areas[row.area_id], row.period, zone=zone), "status": row.status, "notes": notes}


def _assertion(one: Assertion, areas: dict[int, Named], zone: str) -> dict[str, Any]:
    said = availability.said_period(areas[one.area], one.period, zone=zone)
    return {**said, "status": one.status.value, "label": STATUS_WORDS[one.status.value]}


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("availability-changes/<int:pk>/", review, name="availability_change"),
        path("availability-changes/<int:pk>/undo/", undo, name="availability_undo"),
        path("availability-changes/<int:pk>/take-on/", take_on, name="availability_take_on"),
    ]
