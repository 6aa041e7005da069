"""The Atom feed of what was published and of what came into force, and the calendar of the same instants."""

import re
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from content.availability import kept
from content.availability.home import ended_by, said
from content.availability.ics import calendar
from content.availability.listing import stamp
from content.availability.models import AvailabilityStatement, Publication
from content.availability.moments import moments, window
from i18n import formats
from i18n.formats import LOCALES
from i18n.places.queries import named
from portal.core.periods import Period

ENTRIES = 50
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(
    request: HttpRequest,
    name: str,
    feed: Callable[[str], bytes],
    *,
    now: datetime,
    period: Callable[[], Period] | None = None,
    content_type: str = "application/atom+xml; charset=utf-8",
) -> HttpResponse:
    """Answer a feed, made once for a language and a version of the content, in English or in the ``language`` of the query.

    :param period: gives the time for which it is right; without it no clock matters.
    """
    language = request.GET.get("language", "en")
    language = language if language in LOCALES else "en"
    body = kept.kept((name, language), now=now, build=lambda: (feed(language), period() if period else None))
    return kept.answer(request, body, content_type=content_type)


def sayable(text: str) -> str:
    """Return ``text`` without what XML 1.0 cannot say, though a form lets it in."""
    return _NOT_XML.sub("", text)


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Answer the feed in English, or in the language asked for."""
    now = timezone.now()
    return answer(request, "feed", lambda language: _feed(language, now=now), now=now, period=lambda: window(now=now))


@require_safe
def ics(request: HttpRequest) -> HttpResponse:
    """Answer the calendar of what is decided for later."""
    now = timezone.now()
    answered = answer(
        request,
        "calendar",
        lambda language: calendar(language, now=now),
        now=now,
        period=lambda: window(now=now),
        content_type="text/calendar; charset=utf-8",
    )
    answered.headers.setdefault("Content-Disposition", 'inline; filename="availability.ics"')
    return answered


def _feed(language: str, *, now: datetime) -> bytes:
    """Return what was published, and what came into force at an instant of its own, the latest first."""
    with override(language):
        origin = settings.PORTAL_ORIGIN
        feed = Atom1Feed(
            title=gettext("Changes of availability"),
            link=f"{origin}/{language}/availability/",
            description="",
            language=language,
            feed_url=f"{origin}/feeds/availability.atom",
        )
        areas = named(language)
        ending = AvailabilityStatement.objects.exclude(superseded_at=None).values("superseded_at")
        telling = Publication.objects.filter(Q(statements__isnull=False) | Q(recorded_at__in=ending, imported_at=None)).distinct()
        rows = list(telling.order_by("-recorded_at", "-number").prefetch_related("statements__programme")[:ENTRIES])
        ended = ended_by(row for row in rows if not row.statements.all())
        items = []
        for publication in rows:
            statements = list(publication.statements.all())
            news = said(publication, statements, areas, language, ended=ended.get(publication.recorded_at, ()))
            items.append(
                (publication.recorded_at, news.words, news.programme, sayable(publication.reason), f"publications/{publication.number}")
            )
        published = set(Publication.objects.values_list("recorded_at", flat=True))
        for one in moments(language):
            if one.decided_at < one.at <= now and one.at not in published:
                key = f"availability/{one.programme.code}/{stamp(one.at)}"
                words = formats.instant(one.at, one.zone, language, utc=True)
                items.append((one.at, one.words, one.programme, gettext("In force since %(moment)s") % {"moment": words}, key))
        for at, title, programme, description, key in sorted(items, key=lambda item: (item[0], item[4]), reverse=True)[:ENTRIES]:
            link = f"{origin}/{language}/availability/?programme={programme.code}"
            feed.add_item(title=title, link=link, description=description, unique_id=f"{origin}/{key}", updateddate=at, pubdate=at)
        return feed.writeString("utf-8").encode()
