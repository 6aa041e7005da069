"""The public pages on availability: a programme in the world, a place, a programme. All of it works without a script."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from content.availability import asked, kept, queries
from content.availability.asked import Accepted, BadValues, Problem
from content.availability.country import country as country_page
from content.availability.offers import Offer, offers_in
from content.availability.page import lede, page, title
from content.availability.partners import nearest
from content.figures import queries as figures
from content.programmes.models import Programme
from content.programmes.queries import participation, places_with_rules
from i18n import formats
from i18n.places.models import Place, PlaceTier
from i18n.places.queries import find, places, tier_of
from i18n.places.rules import sort_key

CLOCKS = ("as_of", "known_at")


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@require_safe
def availability(request: HttpRequest) -> HttpResponse:
    """Show where a programme is available: as a map, as moments, as a table."""
    now = timezone.now()
    try:
        if not _is_visitor(request):
            return HttpResponse(_availability(request, now=now)[0])
        key = ("availability", request.path, request.META.get("QUERY_STRING", ""))
        body = kept.kept(key, now=now, build=lambda: _availability(request, now=now))
    except BadValues as bad:
        return _unusable(request, bad)
    response = HttpResponse(body.content, headers={"Cache-Control": "no-cache", "ETag": f'"{body.etag}"'})
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=f'"{body.etag}"', response=response) or response


def _is_visitor(request: HttpRequest) -> bool:
    """Say whether the frame around the page is the same for this reader as for any stranger."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES


def _availability(request: HttpRequest, *, now: datetime) -> kept.Built:
    programme, as_of, known_at = _question(request.GET)
    if programme is None:
        return render_to_string("content/availability.html", _form(request), request).encode(), None
    period = None
    if as_of is None:
        period = queries.window(programme.pk, now=now, known_at=known_at)
    found = page(programme, language=language(), as_of=as_of or period.valid_from, known_at=known_at, today=as_of is None)  # type: ignore[union-attr]
    context = {**_form(request, programme), "page": found, "title": title(programme), "lede": lede(found, language())}
    return render_to_string("content/availability.html", context, request).encode(), period


def _question(values: Mapping[str, str]) -> tuple[Programme | None, datetime | None, datetime | None]:
    """Return what was asked for; without a programme it is the first, without a date it is now.

    :raises BadValues: with every bad value, not only the first.
    """
    problems: list[Problem] = []
    found: dict[str, datetime | None] = dict.fromkeys(CLOCKS)
    programme = None
    try:
        programme = asked.programme(values["programme"]) if values.get("programme") else Programme.objects.first()
    except BadValues as bad:
        problems += bad.problems
    for field in CLOCKS:
        try:
            found[field] = asked.instant(values[field], field) if values.get(field, "").strip() else None
        except BadValues as bad:
            problems += bad.problems
    if problems:
        raise BadValues(*problems)
    return programme, found["as_of"], found["known_at"]


def _form(request: HttpRequest, programme: Programme | None = None) -> dict:
    """Return the form as it was sent."""
    return {
        "title": gettext("Where the programs are available"),
        "programmes": list(Programme.objects.all()),
        "chosen": programme.code if programme else "",
        **{field: request.GET.get(field, "").strip() for field in CLOCKS},
    }


def _unusable(request: HttpRequest, bad: BadValues) -> HttpResponse:
    context = {**_form(request), "problems": {problem.field: say(problem) for problem in bad.problems}}
    return render(request, "content/availability.html", context, status=422)


def say(problem: Problem) -> str:
    """Return which value cannot be used, and what is accepted."""
    sentences = {
        Accepted.INSTANT: gettext("“%(value)s” is no date we can use. Enter a day such as 2019-10-01, or an instant with its zone."),
        Accepted.PROGRAMME: gettext("There is no program “%(value)s”. Choose one of the list."),
        Accepted.PLACE: gettext("There is no country or territory “%(value)s”."),
    }
    return sentences[problem.accepted] % {"value": problem.value}


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """List all places; ``q`` finds one by any of its names in any language and goes to the only one found."""
    asked_for = request.GET.get("q", "").strip()
    found = find(asked_for, language()) if asked_for else []
    if len(found) == 1:
        return HttpResponseRedirect(reverse("country", args=[found[0].code]))
    context = {"q": asked_for, "found": found, "groups": [] if found else _alphabet()}
    return render(request, "content/countries.html", context)


def _alphabet() -> list[tuple[str, list]]:
    """Return every place under its continent, both in the reader's order."""
    names = formats.locale(language()).territories
    groups: dict[str, list] = {}
    for place in places(language()):
        groups.setdefault(names.get(place.continent, ""), []).append(place)
    return sorted(groups.items(), key=lambda group: (not group[0], sort_key(group[0], language())))


def _canonical(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Send on to the address with the code as it stands in the data, with the same question."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(reverse(name, args=[code]) + (f"?{query}" if query else ""))


@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """Show one place: every programme there, how to get it, and its history."""
    now = timezone.now()
    place = Place.objects.filter(code__iexact=code).first()
    if place is None:
        raise Http404
    if place.code != code:
        return _canonical(request, "country", place.code)
    problems: dict[str, str] = {}
    clocks: dict[str, datetime | None] = dict.fromkeys(CLOCKS)
    for field in CLOCKS:
        try:
            clocks[field] = asked.instant(request.GET[field], field) if request.GET.get(field, "").strip() else None
        except BadValues as bad:
            problems |= {problem.field: say(problem) for problem in bad.problems}
    near = nearest(place.pk, language=language(), at=now) if clocks["as_of"] is None else None
    found = country_page(place.pk, language=language(), now=now, offers=_offers(place.pk, at=now), near=near, **clocks)
    tier = tier_of(place.pk, on=now.date())
    context = {
        "page": found,
        "summary": found.summary,
        "today": clocks["as_of"] is None,
        "tier": tier,
        "tier_label": PlaceTier.Tier(tier.tier).label if tier else "",
        "city": formats.city(place.zone, language()),
        "problems": problems,
        "figures": figures.of_place(place.pk, language(), by=clocks["as_of"].date() if clocks["as_of"] else None),
    }
    return render(request, "content/country.html", context, status=422 if problems else 200)


def _offers(place_id: int, *, at: datetime) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = {}
    for offer in offers_in(place_id, at=at):
        found.setdefault(offer.programme_id, []).append(offer)
    return found


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Show one programme: what it is, who may take part, what it costs, and where it is available."""
    found = get_object_or_404(Programme, code__iexact=code)
    if found.code != code:
        return _canonical(request, "programme", found.code)
    period = queries.window(found.pk, now=timezone.now())
    shown = page(found, language=language(), as_of=period.valid_from, known_at=None, today=True)
    story = getattr(found, "page", None)
    context = {"programme": found, "page": shown, "lede": lede(shown, language()), "story": story if story and story.live else None}
    context["participation"] = participation(found, language())
    context["local"] = places_with_rules(found.pk, language())
    context["figures"] = figures.of_programme(found.pk, language())
    return render(request, "content/programme.html", context)
