"""The public pages on availability: a programme in the world, a place, a programme. All of it works without a script."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from content.availability import asked, kept, queries
from content.availability.asked import Accepted, BadValues, Problem
from content.availability.between import between
from content.availability.between import lede as changes_lede
from content.availability.country import country as country_page
from content.availability.holders import nearest
from content.availability.listing import short
from content.availability.offers import Offer, offers_in
from content.availability.page import lede, page, title
from content.availability.structured import of_country, of_programme
from content.figures import queries as figures
from content.programmes.models import Programme
from content.programmes.queries import participation, places_with_rules, text_of
from i18n import formats
from i18n.interface import own
from i18n.places.models import Place, PlaceTier
from i18n.places.queries import find, places, tier_of
from i18n.places.rules import sort_key

CLOCKS = ("as_of", "known_at")
KEPT = {"programme", "from", "to", *CLOCKS}


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@require_safe
def availability(request: HttpRequest) -> HttpResponse:
    """Show where a programme is available: as a map, as moments, as a table."""
    now = timezone.now()
    try:
        return _answer(request, lambda: _availability(request, now=now), now=now)
    except BadValues as bad:
        return _unusable(request, "content/availability.html", bad)


def _answer(request: HttpRequest, build: Callable[[], kept.Built], *, now: datetime) -> HttpResponse:
    """Answer a visitor with the page kept ready, and who is signed in with one of their own."""
    if not _is_visitor(request) or request.GET.keys() - KEPT:  # what no link of ours asks for is not worth the memory
        return HttpResponse(build()[0])
    body = kept.kept((request.path, request.META.get("QUERY_STRING", "")), now=now, build=build)
    return kept.answer(request, body, headers={"Vary": "Cookie"})


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a visitor who has the same page already be told so: it was made, but need not be sent."""
    if response.status_code != 200 or not _is_visitor(request):
        return response
    return kept.answer(request, kept.Body.of(response.content), headers={"Vary": "Cookie"})


def _is_visitor(request: HttpRequest) -> bool:
    """Say whether the frame around the page is the same for this reader as for any stranger."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES


def _availability(request: HttpRequest, *, now: datetime) -> kept.Built:
    programme, clocks = _question(request.GET, CLOCKS)
    as_of, known_at = clocks["as_of"], clocks["known_at"]
    if programme is None:
        return render_to_string("content/availability.html", _form(request), request).encode(), None
    found = page(programme, language=language(), now=now, as_of=as_of, known_at=known_at)
    context = {**_form(request, programme), "page": found, "title": title(programme), "lede": lede(found, language())}
    return render_to_string("content/availability.html", context, request).encode(), found.period


def _question(values: Mapping[str, str], fields: Sequence[str]) -> tuple[Programme | None, dict[str, datetime | None]]:
    """Return what was asked for; without a programme it is the first, an instant nobody gave is None.

    :raises BadValues: with every bad value, not only the first.
    """
    problems: list[Problem] = []
    found: dict[str, datetime | None] = dict.fromkeys(fields)
    programme = None
    try:
        programme = asked.programme(values["programme"]) if values.get("programme") else Programme.objects.first()
    except BadValues as bad:
        problems += bad.problems
    for field in fields:
        try:
            found[field] = asked.instant(values[field], field) if values.get(field, "").strip() else None
        except BadValues as bad:
            problems += bad.problems
    if problems:
        raise BadValues(*problems)
    return programme, found


def _form(request: HttpRequest, programme: Programme | None = None) -> dict:
    """Return the form as it was sent."""
    return {
        "title": gettext("Where the programs are available"),
        "programmes": queries.plain(Programme.objects.all()).values("code", "short_name"),
        "chosen": programme.code if programme else "",
        **{field: request.GET.get(field, "").strip() for field in CLOCKS},
    }


def _unusable(request: HttpRequest, template: str, bad: BadValues) -> HttpResponse:
    context = {**_form(request), "problems": {problem.field: say(problem) for problem in bad.problems}}
    context["dates"] = _dates(request.GET, context["problems"])
    return render(request, template, context, status=422)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed for a programme between two instants; without any, in the last twelve months."""
    now = timezone.now()
    try:
        return _answer(request, lambda: _changes(request, now=now), now=now)
    except BadValues as bad:
        return _unusable(request, "content/changes.html", bad)


def _changes(request: HttpRequest, *, now: datetime) -> kept.Built:
    programme, clocks = _question(request.GET, ("from", "to", "known_at"))
    form = _form(request, programme)
    if programme is None:
        return render_to_string("content/changes.html", {**form, "dates": _dates(request.GET)}, request).encode(), None
    period = None
    if clocks["to"] is None:
        period = queries.window(programme.pk, now=now, known_at=clocks["known_at"])
    end = clocks["to"] or period.valid_from  # type: ignore[union-attr]
    begin = clocks["from"] or queries.a_year_before(end)
    asked.ordered(begin, end, "from" if clocks["from"] else "to", request.GET.get("from", "") or request.GET.get("to", ""))
    found = between(programme, language=language(), start_at=begin, end_at=end, known_at=clocks["known_at"])
    shown = {"from": short(begin), "to": short(end), "known_at": request.GET.get("known_at", "").strip()}
    words = {"title": gettext("What changed: %(program)s") % {"program": programme.short_name}, "lede": changes_lede(found, language())}
    return render_to_string("content/changes.html", {**form, **words, "found": found, "dates": _dates(shown)}, request).encode(), period


def _dates(values: Mapping[str, str], problems: Mapping[str, str] | None = None) -> list[tuple[str, str, str, str]]:
    """Return the date fields of the form of changes: name, label, value, problem."""
    labels = {"from": gettext("From the date"), "to": gettext("To the date"), "known_at": gettext("As known on")}
    return [(name, label, values.get(name, "").strip(), (problems or {}).get(name, "")) for name, label in labels.items()]


def say(problem: Problem) -> str:
    """Return which value cannot be used, and what is accepted."""
    sentences = {
        Accepted.INSTANT: gettext("“%(value)s” is no date we can use. Enter a day such as 2019-10-01, or an instant with its zone."),
        Accepted.PROGRAMME: gettext("There is no program “%(value)s”. Choose one of the list."),
        Accepted.ORDER: gettext("The first date, %(value)s, is not before the second."),
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
    return _tagged(request, render(request, "content/countries.html", context))


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
        "city": own(formats.city(place.zone, language()), language()),
        "data": f"/api/v1/places/{place.code}?"
        + urlencode({name: short(at) for name, at in clocks.items() if at} | {"language": language()}),
        "structured": None if problems else of_country(found, language()),
        "problems": problems,
        "figures": figures.of_place(place.pk, language(), by=clocks["as_of"].date() if clocks["as_of"] else None),
    }
    return _tagged(request, render(request, "content/country.html", context, status=422 if problems else 200))


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
    shown = page(found, language=language(), now=timezone.now())
    story = getattr(found, "page", None)
    context = {"programme": found, "page": shown, "lede": lede(shown, language()), "story": story if story and story.live else None}
    context["participation"], context["summary"] = participation(found, language()), text_of(found, "summary", language())
    context["local"] = places_with_rules(found.pk, language())
    context["figures"] = figures.of_programme(found.pk, language())
    context["structured"] = of_programme(found, shown, language())
    return _tagged(request, render(request, "content/programme.html", context))
