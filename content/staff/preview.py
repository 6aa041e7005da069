"""The public pages as they would be once a draft is published, as of any instant. For staff, kept nowhere, and said to be a preview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe
from wagtail import hooks

from content.availability import as_if, asked
from content.availability.asked import BadValues
from content.availability.changes import AvailabilityChange
from content.availability.country import country
from content.availability.page import lede, page, title
from content.availability.web import say
from i18n import formats
from i18n.places.models import Place, PlaceTier
from i18n.places.queries import tier_of

VIEW = "content.view_availabilitychange"


def _draft(request: HttpRequest, pk: int) -> AvailabilityChange:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    change = get_object_or_404(AvailabilityChange.objects.select_related("programme"), pk=pk)
    if change.publication_id is None and change.latest_revision_id is None:
        raise Http404
    return change


def _asked(request: HttpRequest) -> tuple[Any, dict[str, str]]:
    text = request.GET.get("as_of", "").strip()
    try:
        return (asked.instant(text, "as_of") if text else None), {}
    except BadValues as bad:
        return None, {problem.field: say(problem) for problem in bad.problems}


def _frame(change: AvailabilityChange, request: HttpRequest) -> dict[str, Any]:
    base = reverse("availability_preview", args=[change.pk])
    return {
        "preview": {"change": change, "url": base, "review": reverse("availability_change", args=[change.pk])},
        "as_of": request.GET.get("as_of", "").strip(),
    }


@require_safe
def availability(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page of the draft's programme."""
    change, now, language = _draft(request, pk), timezone.now(), get_language() or "en"
    if change.publication_id:
        return redirect(f"{reverse('availability')}?programme={change.programme.code}")
    as_of, problems = _asked(request)
    context = {
        **_frame(change, request),
        "title": title(change.programme),
        "programmes": [change.programme],
        "chosen": change.programme.code,
    }
    if problems:
        return _answer(request, "content/availability.html", {**context, "problems": problems}, status=422)
    try:
        with as_if.published(change.get_latest_revision_as_object(), now=now):
            found = page(change.programme, language=language, now=now, as_of=as_of)
    except OperationalError:
        return _busy(request, change)
    return _answer(request, "content/availability.html", {**context, "page": found, "lede": lede(found, language)})


@require_safe
def place(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show the page of one place."""
    change, now, language = _draft(request, pk), timezone.now(), get_language() or "en"
    here = get_object_or_404(Place, code=code)
    if change.publication_id:
        return redirect("country", here.code)
    as_of, problems = _asked(request)
    try:
        with as_if.published(change.get_latest_revision_as_object(), now=now):
            found = country(here.pk, language=language, now=now, as_of=as_of)
    except OperationalError:
        return _busy(request, change)
    tier = tier_of(here.pk, on=now.date())
    context = {
        **_frame(change, request), "page": found, "summary": found.summary, "today": as_of is None, "problems": problems, "tier": tier,
        "tier_label": PlaceTier.Tier(tier.tier).label if tier else "", "city": formats.city(here.zone, language),
    }  # fmt: skip
    return _answer(request, "content/country.html", context, status=422 if problems else 200)


def _busy(request: HttpRequest, change: AvailabilityChange) -> HttpResponse:
    messages.warning(request, gettext("Somebody is publishing at this moment. Look again in a few seconds."))
    return redirect("availability_change", change.pk)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("availability-changes/<int:pk>/preview/", availability, name="availability_preview"),
        path("availability-changes/<int:pk>/preview/<str:code>/", place, name="availability_preview_place"),
    ]
