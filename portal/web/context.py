"""What the frame of every page needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext

from content.pages import frame
from i18n.interface import spoken


class Language(NamedTuple):
    """A language of the portal: ``url`` is the same page there, ``address`` the same with its origin and no query.

    A page that is not there in that language leads to another one, and has no ``address``.
    """

    code: str
    name: str
    url: str
    address: str
    current: bool


class MenuLink(NamedTuple):
    """A link of the main menu; ``lang`` is that of its words where it is not the page's, else ''."""

    label: str
    lang: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The variable ``portal`` of every template. ``language`` is the reader's, ``spoken`` that of the page's own words."""

    name: str
    demo: bool
    language: str
    spoken: str
    direction: str
    home: str
    licensor_name: str
    acting: Any = None
    organisations: Sequence[Any] = ()
    signed_in: bool = False
    staff: bool = False
    languages: list[Language] = field(default_factory=list)
    menu: list[MenuLink] = field(default_factory=list)
    footer: Sequence[frame.Column] = ()
    news: Sequence[frame.Post] = ()
    news_url: str = ""
    localized: bool = False
    complete: bool = True


def portal(request: HttpRequest) -> dict[str, Frame]:
    """Return the frame; asks the database nothing for an anonymous reader, but for what editors keep when that has become old."""
    language = getattr(request, "LANGUAGE_CODE", None) or get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    home = f"/{language}/"
    languages, localized = _languages(request, language)
    around, page = frame.around(language, now=timezone.now()), spoken(language)

    def marked(lang: str) -> str:
        """Return the language of words that stand in ``lang``, '' = the reader's; '' where it is the page's."""
        return "" if (lang or language) == page else (lang or language)

    def column(one: frame.Column) -> frame.Column:
        links = tuple(replace(link, lang=marked(link.lang)) for link in one.links)
        return replace(one, lang=marked(one.lang), links=links)

    return {
        "portal": Frame(
            name=gettext("Program Portal"),
            demo=settings.DEMO,
            language=language,
            spoken=page,
            direction="rtl" if get_language_bidi() else "ltr",
            home=home,
            licensor_name=settings.LICENSOR_NAME,
            acting=getattr(request, "acting", None) if signed_in else None,
            organisations=getattr(request, "organisations", ()) if signed_in else (),
            signed_in=signed_in,
            staff=signed_in and user.has_perm("wagtailadmin.access_admin"),  # type: ignore[union-attr]
            languages=languages,
            menu=[MenuLink(link.label, marked(link.lang), link.url, is_here(link.url, request.path, home)) for link in around.menu],
            footer=[column(one) for one in around.footer],
            news=around.news,
            news_url=around.news_url,
            localized=localized,
            complete=language == page,
        )
    }


def is_here(url: str, path: str, home: str) -> bool:
    """Say whether a place of the menu is the page or one above it; the front page is above everything and is only itself."""
    return path == url if url == home else path.startswith(url)


def _languages(request: HttpRequest, language: str) -> tuple[list[Language], bool]:
    """Return this page in each language, and whether its address says the language."""
    prefix = f"/{language}/"
    localized = request.path.startswith(prefix)
    rest = request.path.removeprefix(prefix) if localized else ""
    query = f"?{request.META['QUERY_STRING']}" if localized and request.META.get("QUERY_STRING") else ""
    found = []
    readable = getattr(request, "readable_in", None)  # a page that is not there in every language says so
    for code, name in settings.LANGUAGES:
        is_there = readable is None or code in readable
        path = f"/{code}/{rest if is_there else request.instead}"
        address = settings.PORTAL_ORIGIN + path if is_there else ""
        found.append(Language(code, name, path + query, address, code == language))
    return found, localized
