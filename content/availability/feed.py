"""The Atom feed of what was published: one entry a publication, for readers and machines."""

import re
from collections.abc import Callable

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from content.availability import kept
from content.availability.home import ended_by, said
from content.availability.models import AvailabilityStatement, Publication
from i18n.formats import LOCALES
from i18n.places.queries import named

ENTRIES = 50
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(request: HttpRequest, name: str, feed: Callable[[str], bytes]) -> HttpResponse:
    """Answer a feed, made once for a language and a version of the content, in English or in the ``language`` of the query."""
    language = request.GET.get("language", "en")
    language = language if language in LOCALES else "en"
    body = kept.kept((name, language), now=timezone.now(), build=lambda: (feed(language), None))
    response = HttpResponse(body.content, content_type="application/atom+xml; charset=utf-8", headers={"Cache-Control": "no-cache"})
    response["ETag"] = f'"{body.etag}"'
    return get_conditional_response(request, etag=f'"{body.etag}"', response=response) or response


def sayable(text: str) -> str:
    """Return ``text`` without what XML 1.0 cannot say, though a form lets it in."""
    return _NOT_XML.sub("", text)


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Answer the feed in English, or in the language asked for."""
    return answer(request, "feed", _feed)


def _feed(language: str) -> bytes:
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
        for publication in rows:
            statements = list(publication.statements.all())
            news = said(publication, statements, areas, language, ended=ended.get(publication.recorded_at, ()))
            feed.add_item(
                title=news.words,
                link=f"{origin}/{language}/availability/?programme={news.programme.code}",
                description=sayable(publication.reason),
                unique_id=f"{origin}/publications/{publication.number}",
                updateddate=publication.recorded_at,
                pubdate=publication.recorded_at,
            )
        return feed.writeString("utf-8").encode()
