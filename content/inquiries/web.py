"""The public pages on which people write: by topic, and for a permission to reuse something."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from content.availability.offers import Offer, offers_in
from content.inquiries import actions
from content.inquiries.forms import ContactForm, PermissionForm
from content.inquiries.models import Topic
from content.inquiries.rules import ANSWER_WITHIN, CLOSED_AFTER, KEPT_CLOSED, KEPT_GRANTED
from i18n.places.models import Place

METHODS = ["GET", "HEAD", "POST"]
PAGE = "contact"  # the slug of the editors' page whose words stand beside the form
FACTS = {
    "answer_days": ANSWER_WITHIN,
    "closed_days": CLOSED_AFTER.days,
    "kept_years": KEPT_CLOSED.days // 365,
    "granted_years": KEPT_GRANTED.days // 365,
}


def _known(request: HttpRequest) -> dict[str, Any]:
    """Return what need not be typed: the person, and what the link that led here says."""
    known: dict[str, Any] = {"topic": Topic.objects.filter(code=request.GET.get("topic", "")).first()}
    known["place"] = Place.objects.filter(code=request.GET.get("place", "")).values_list("pk", flat=True).first()
    if request.user.is_authenticated:
        known |= {"email": request.user.email, "name": request.user.name}
    return known


@require_http_methods(METHODS)
@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    """Take an inquiry. Whoever was right and whoever was taken for a program read the same."""
    form = ContactForm(request.POST) if request.method == "POST" else ContactForm(initial=_known(request))
    if form.is_bound and form.is_valid():
        actions.receive(form.said(), now=timezone.now())
        return redirect(f"{request.path}?sent=on")
    story = Page.objects.live().public().filter(slug=PAGE).first()
    context = {"form": form, "sent": "sent" in request.GET, "story": story.specific if story else None, **FACTS}
    return render(request, "content/contact.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@never_cache
def permission(request: HttpRequest) -> HttpResponse:
    """Take a request to reuse something. What only a licence opens is not asked for here, and the page says where."""
    form, now = PermissionForm(request.POST) if request.method == "POST" else PermissionForm(initial=_known(request)), timezone.now()
    licence_only = form.is_bound and form.is_valid() and form.needs_a_licence
    if form.is_bound and form.is_valid() and not licence_only:
        actions.receive(form.said(), now=now)
        return redirect(f"{request.path}?sent=on")
    offers = _offers(form, at=now) if licence_only else []
    context = {"form": form, "sent": "sent" in request.GET, "licence_only": licence_only, "offers": offers, **FACTS}
    return render(request, "content/permission.html", context, status=422 if form.errors or licence_only else 200)


def _offers(form: PermissionForm, *, at: datetime) -> list[Offer]:
    """Return what can be licensed where the person is: of the programme they named, or of all."""
    given = form.cleaned_data
    found = offers_in(given["place"], at=at)
    return [offer for offer in found if not given["programme"] or offer.programme_id == given["programme"].pk]
