"""What editors put around every page, kept ready: the menu, the footer, the latest news (docs/adr/019).

A page costs no statement for it. Each process looks at the content version at most once in ``LOOK_AGAIN``, and at once where it has read
the version for another reason; whatever is printed here raises it when it changes.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import override
from wagtail.models import Page

from content.pages.navigation import Navigation
from content.pages.news import NewsIndexPage, NewsPost
from content.pages.rules import located
from portal.core.models import ContentVersion

logger = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(seconds=20)
LATEST = 3


@dataclass(frozen=True, slots=True)
class Link:
    """``lang`` is the language of the words where that is not the reader's, else ''."""

    label: str
    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    lang: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Post:
    day: date
    headline: str
    lede: str
    url: str


@dataclass(frozen=True, slots=True)
class Around:
    """``news``: the latest posts ready in the language; ``news_url``: the list of all, '' if there is none."""

    menu: tuple[Link, ...]
    footer: tuple[Column, ...]
    news: tuple[Post, ...] = ()
    news_url: str = ""


@dataclass(slots=True)
class _Kept:
    number: int = -1
    looked_at: datetime | None = None
    languages: dict[str, Around] = field(default_factory=dict)


_kept = _Kept()


def forget(*, but: int | None = None) -> None:
    """Drop what is kept, unless it is of version ``but``: for tests, where versions of different databases meet."""
    if _kept.number != but:
        _kept.number, _kept.looked_at, _kept.languages = -1, None, {}
    ContentVersion.seen = None


def around(language: str, *, now: datetime) -> Around:
    """Return what stands around a page in a language. A database that does not answer leaves the portal's own menu: error pages need one."""
    try:
        return _around(language, now=now)
    except Exception:
        logger.exception("the menu could not be read")
        return _links_of(Navigation(), language, None)


def _around(language: str, *, now: datetime) -> Around:
    is_known = _kept.number == ContentVersion.seen and _kept.looked_at is not None
    if not is_known or not _kept.looked_at <= now < _kept.looked_at + LOOK_AGAIN:  # type: ignore[operator]
        number = ContentVersion.current()
        if number != _kept.number:
            _kept.number, _kept.languages = number, {}
        _kept.looked_at = now
    languages = _kept.languages
    if language not in languages:
        languages[language] = _read(language)
    return languages[language]


def _read(language: str) -> Around:
    ready = NewsPost.objects.ready(language)
    unready = NewsPost.objects.live().exclude(pk__in=ready.values("pk"))
    links = _links_of(Navigation.objects.first() or Navigation(), language, _paths(Page.objects.live().public()) - _paths(unready))
    index = NewsIndexPage.objects.live().public().first()
    if index is None:
        return links
    columns = (f"{part}_{language.replace('-', '_')}" for part in ("headline", "lede"))
    rows = ready.values_list("day", *columns, "url_path")[:LATEST]
    posts = tuple(Post(day, headline, lede, f"/{language}/{_path(path)}") for day, headline, lede, path in rows)
    return replace(links, news=posts, news_url=f"/{language}/{_path(index.url_path)}")


def _path(url_path: str) -> str:
    """Return a page's path below the home page, which is the root of the site."""
    return url_path.split("/", 2)[2]


def _paths(pages: QuerySet) -> set[str]:
    return {_path(url_path) for url_path in pages.filter(depth__gt=1).values_list("url_path", flat=True)}


def _links_of(navigation: Navigation, language: str, published: set[str] | None) -> Around:
    """Return menu and footer in a language; without the paths of the ``published`` pages no link is looked at."""

    def links(values: Iterable[Any]) -> tuple[Link, ...]:
        found = ((_words(value, "label", language), _leads_to(value, language, published)) for value in values)
        return tuple(Link(*words, url) for words, url in found if url)

    columns = ((_words(block.value, "heading", language), links(block.value["links"])) for block in navigation.footer)
    footer = tuple(Column(*words, rows) for words, rows in columns if rows)
    return Around(links(block.value for block in navigation.menu), footer)


def _words(value: Any, name: str, language: str) -> tuple[str, str]:
    """Return the words and, where they stand in English instead, their language."""
    own = value[f"{name}_{language.replace('-', '_')}"]
    return (own, "") if own else (value[f"{name}_en"], "" if language == "en" else "en")


def _leads_to(value: Any, language: str, published: set[str] | None) -> str:
    """Return where a link leads; '' where nothing is published there."""
    page = value["page"]
    if not (page.depth > 1 if page else value["address"]):
        return ""  # its page was deleted, or is the root of the tree, which nobody reads
    url = f"/{language}/{_path(page.url_path)}" if page else located(value["address"], language)
    if published is None or not url.startswith("/"):
        return url
    path = urlsplit(url).path
    try:
        with override(language):  # addresses of another language than the reader's are none
            is_page = resolve(path).url_name == "wagtail_serve"
    except Resolver404:
        return ""
    return url if not is_page or path.removeprefix(f"/{language}/") in published else ""
