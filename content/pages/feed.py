"""The Atom feed of the news: the posts that are ready in the language asked for."""

import re
from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from content.availability import kept
from content.pages.news import NewsPost
from i18n.formats import LOCALES

ENTRIES = 30
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot say, though a form lets it in


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Answer the feed in English, or in the language asked for."""
    language = request.GET.get("language", "en")
    language = language if language in LOCALES else "en"
    body = kept.kept(("news", language), now=timezone.now(), build=lambda: (_feed(language), None))
    response = HttpResponse(body.content, content_type="application/atom+xml; charset=utf-8", headers={"Cache-Control": "no-cache"})
    response["ETag"] = f'"{body.etag}"'
    return get_conditional_response(request, etag=f'"{body.etag}"', response=response) or response


def _feed(language: str) -> bytes:
    with override(language):
        origin = settings.PORTAL_ORIGIN
        address = f"{origin}/feeds/news.atom" + ("" if language == "en" else f"?language={language}")
        feed = Atom1Feed(title=gettext("News"), link=f"{origin}/{language}/", description="", language=language, feed_url=address)
        for post in NewsPost.objects.ready(language)[:ENTRIES]:
            day = datetime.combine(post.day, time(0), tzinfo=UTC)
            feed.add_item(
                title=_NOT_XML.sub("", post.headline),
                link=f"{origin}/{language}/{post.below_home}",
                description=_NOT_XML.sub("", post.lede),
                unique_id=f"{origin}/news/{post.pk}/{language}",
                updateddate=max(day, post.last_published_at or day),
                pubdate=day,
            )
        return feed.writeString("utf-8").encode()
