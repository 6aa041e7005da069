"""What other sites may show of us: the status of one programme in one place as a drawing or a small page, without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext, override, pgettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from content.availability import kept
from content.availability.country import country as country_page
from content.availability.models import STATUS_WORDS
from content.availability.web import language as reader_language
from content.programmes.models import Programme
from i18n import formats
from i18n.places.models import Place
from portal.core.periods import Period

FRAME = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
DRAWING = "default-src 'none'; sandbox"
HEIGHT, PAD, SHAPE = 52, 12, 20
SMALL, LARGE = 12, 15  # sizes of letters
PAPER, INK, SOFT, LINE = "#ffffff", "#16211e", "#4c5955", "#75827d"


class Look(NamedTuple):
    """A status as it is drawn: its colour and its shape in a square of 16."""

    colour: str
    shape: str


LOOKS = {
    "available": Look("#00695a", "M8 1.5a6.5 6.5 0 1 0 0 13a6.500 6.500 0 1 0 0-13"),
    "scheduled": Look("#00695a", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1m0 2v10A5 5 0 0 0 8 3"),
    "by_licence": Look("#1d4e9e", "M8 .6 15.4 8 8 15.4.6 8z"),
    "on_request": Look("#47606b", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1m0 2.4a4.6 4.6 0 1 0 0 9.200a4.6 4.6 0 0 0 0-9.200"),
    "pilot": Look("#7d5200", "M8 1.200 15.600 14.500H.4z"),
    "suspended": Look("#a93f0d", "M2.500 1.500h4v13h-4zM9.500 1.500h4v13h-4z"),
    "withdrawn": Look("#5a5460", "m3.300 1.300 4.700 4.700 4.700-4.700 2 2L10 8l4.700 4.700-2 2L8 10l-4.700 4.700-2-2L6 8 1.300 3.300z"),
    "not_stated": Look("#66716d", "M2.500 7h11v2h-11z"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says, in one language. ``status`` is a key of ``LOOKS``."""

    programme: str
    place: str
    status: str
    label: str
    as_of: str
    url: str
    language: str
    rtl: bool
    steady: Period

    @property
    def look(self) -> Look:
        return LOOKS[self.status]

    @property
    def headline(self) -> str:
        return f"{self.programme} · {self.place}"

    @property
    def width(self) -> int:
        """Wide enough for its longest line: letters of a screen's sans are at most 0.62 of their size on average."""
        longest = max(len(self.headline) * SMALL, len(self.label) * LARGE)
        return int(longest * 0.62) + 3 * PAD + SHAPE

    @property
    def shape_at(self) -> str:
        x = self.width - PAD - SHAPE if self.rtl else PAD
        return f"translate({x} {(HEIGHT - SHAPE) // 2}) scale({SHAPE / 16})"

    @property
    def text_x(self) -> int:
        return self.width - 2 * PAD - SHAPE if self.rtl else 2 * PAD + SHAPE


def badge(programme: Programme, place: Place, language: str, *, now: datetime) -> Badge:
    """Return what is said now of a programme in a place; what is decided for later is said where nothing holds yet."""
    found = country_page(place.pk, language=language, now=now)
    here = next(one for one in found.programmes if one.programme.pk == programme.pk)
    status, label = here.status, str(STATUS_WORDS.get(here.status, pgettext("availability", "Not stated")))
    if here.coming:
        status, label = "scheduled", gettext("Available from %(day)s") % {"day": here.coming.text}
    return Badge(
        programme=programme.short_name,
        place=found.place.name,
        status=status,
        label=label,
        as_of=formats.day(found.as_of.date(), language),
        url=f"{settings.PORTAL_ORIGIN}/{language}/countries/{place.code}/#programme-{programme.code}",
        language=language,
        rtl=get_language_bidi(),
        steady=found.steady,
    )


@require_safe
def drawing(request: HttpRequest, language: str, programme: str, place: str) -> HttpResponse:
    """Answer the badge as a drawing, for a plain ``<img>``."""
    return _answer(
        request, "badge-svg", language, programme, place, template="content/badge.svg", content_type="image/svg+xml", policy=DRAWING
    )


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, language: str, programme: str, place: str) -> HttpResponse:
    """Answer the badge as a small page, for an ``<iframe>``: the only page of ours that may stand in one."""
    return _answer(request, "badge", language, programme, place, template="content/badge.html", content_type="text/html", policy=FRAME)


def _answer(
    request: HttpRequest, name: str, language: str, programme: str, place: str, *, template: str, content_type: str, policy: str
) -> HttpResponse:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    shown, there = Programme.objects.filter(code__iexact=programme).first(), Place.objects.filter(code__iexact=place).first()
    if shown is None or there is None:
        raise Http404
    if (shown.code, there.code) != (programme, place):
        return HttpResponsePermanentRedirect(reverse(name, args=[language, shown.code, there.code]))
    now = timezone.now()
    body = kept.kept((name, language, shown.code, there.code), now=now, build=_build(shown, there, language, template, now=now))
    headers = {
        "Cache-Control": "public, no-cache",
        "Content-Language": language,
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return kept.answer(request, body, content_type=f"{content_type}; charset=utf-8", headers=headers)


def _build(programme: Programme, place: Place, language: str, template: str, *, now: datetime) -> Callable[[], kept.Built]:
    def build() -> kept.Built:
        with override(language):
            found = badge(programme, place, language, now=now)
            return render_to_string(template, {"badge": found, "height": HEIGHT}).encode(), found.steady

    return build


@require_safe
def country_badges(request: HttpRequest, code: str) -> HttpResponse:
    """Show the badges of one place and what to copy into another site to have them there."""
    place = Place.objects.filter(code__iexact=code).first()
    if place is None:
        raise Http404
    if place.code != code:
        return HttpResponsePermanentRedirect(reverse("country-badges", args=[place.code]))
    now, shown_in = timezone.now(), reader_language()
    badges = [(one, badge(one, place, shown_in, now=now)) for one in Programme.objects.all()]
    rows = [
        {
            "programme": one,
            "badge": said,
            "svg": f"{settings.PORTAL_ORIGIN}{reverse('badge-svg', args=[shown_in, one.code, place.code])}",
            "frame": f"{settings.PORTAL_ORIGIN}{reverse('badge', args=[shown_in, one.code, place.code])}",
            "path": reverse("badge-svg", args=[shown_in, one.code, place.code]),
        }
        for one, said in badges
    ]
    return render(
        request,
        "content/badges.html",
        {"place": badges[0][1].place if badges else str(place), "code": place.code, "rows": rows, "height": HEIGHT},
    )
