"""News: an index, and posts that exist only in the languages they are ready in."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageManager, PageQuerySet

from content.pages.models import SETTINGS, TEXT, TranslatedPage
from content.pages.panels import by_language

A_PAGE = 10
PARTS = ("headline", "lede", "body")  # what a post has in each language it is ready in
NOTHING = r'^(<p( data-block-key="\w*")?>\s*(<br/?>)?</p>)*$'  # what the editor of the CMS leaves of an empty text


class PostQuerySet(PageQuerySet):
    def ready(self, language: str) -> "PostQuerySet":
        """Keep published posts with headline, first sentence and text in that language, the latest first."""
        suffix = language.replace("-", "_")
        missing = Q(**{f"body_{suffix}__regex": NOTHING})
        for part in PARTS:
            missing |= Q(**{f"{part}_{suffix}": ""}) | Q(**{f"{part}_{suffix}": None})
        return self.live().public().exclude(missing).order_by("-day", "-pk")


class NewsIndexPage(TranslatedPage):
    """The list of the posts that are ready in the reader's language."""

    max_count = 1
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.NewsPost"]
    template = "content/news_index.html"
    edit_handler = by_language(("headline", "lede"), *SETTINGS)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        posts = Paginator(NewsPost.objects.ready(get_language() or "en"), A_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "posts": posts, "feed": reverse("news-feed")}


class NewsPost(TranslatedPage):
    """One piece of news. ``day`` is what readers see and the order of the list; it is public when it is published."""

    day = models.DateField(_("day"))
    body = RichTextField(_("text"), blank=True, features=TEXT)
    parent_page_types = ["content.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "content/news_post.html"
    edit_handler = by_language(PARTS, [FieldPanel("day"), *SETTINGS[0]], SETTINGS[1])

    objects = PageManager.from_queryset(PostQuerySet)()

    @property
    def index(self) -> str:
        """The path of the list it stands in, below the home page."""
        return self.below_home.removesuffix("/").rpartition("/")[0] + "/"

    def ready_in(self) -> list[str]:
        """Return the languages in which it can be read."""
        return [code for code, _name in settings.LANGUAGES if type(self).objects.ready(code).filter(pk=self.pk).exists()]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the post; in a language it is not ready in there is none, and the language menu leads to the news there."""
        if not getattr(request, "is_preview", False):
            request.readable_in, request.instead = self.ready_in(), self.index  # type: ignore[attr-defined]
            if get_language() not in request.readable_in:  # type: ignore[attr-defined]
                raise Http404
        return super().serve(request, *args, **kwargs)
