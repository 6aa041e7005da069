"""The Atom feed of the news: the posts that are ready in the language asked for."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from content.availability.feed import answer, sayable
from content.pages.news import NewsPost

ENTRIES = 30


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Answer the feed in English, or in the language asked for."""
    return answer(request, "news", _feed, now=timezone.now())


def _feed(language: str) -> bytes:
    with override(language):
        origin = settings.PORTAL_ORIGIN
        address = f"{origin}/feeds/news.atom" + ("" if language == "en" else f"?language={language}")
        feed = Atom1Feed(title=gettext("News"), link=f"{origin}/{language}/", description="", language=language, feed_url=address)
        for post in NewsPost.objects.ready(language)[:ENTRIES]:
            day = datetime.combine(post.day, time(0), tzinfo=UTC)
            feed.add_item(
                title=sayable(post.headline),
                link=f"{origin}/{language}/{post.below_home}",
                description=sayable(post.lede),
                unique_id=f"{origin}/news/{post.pk}/{language}",
                updateddate=max(day, post.last_published_at or day),
                pubdate=day,
            )
        return feed.writeString("utf-8").encode()
