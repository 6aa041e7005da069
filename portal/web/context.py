"""What the frame of every page needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi, gettext, pgettext_lazy

PLACES = (
    ("availability", pgettext_lazy("place in the portal", "Availability")),
    ("licensing", pgettext_lazy("place in the portal", "Licensing")),
    ("register", pgettext_lazy("place in the portal", "Register")),
    ("verify", pgettext_lazy("place in the portal", "Verify")),
)


COMPLETE = {"en", "es"}  # every sentence of the portal is there; the others say that some stand in English


class Language(NamedTuple):
    """A language this page may be read in: ``url`` is the same page there, ``address`` the same with its origin and no query."""

    code: str
    name: str
    url: str
    address: str
    current: bool


class Place(NamedTuple):
    """One of the four places in the head."""

    key: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The variable ``portal`` of every template."""

    name: str
    demo: bool
    language: str
    direction: str
    home: str
    licensor_name: str
    acting: Any = None
    organisations: Sequence[Any] = ()
    signed_in: bool = False
    staff: bool = False
    languages: list[Language] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    localized: bool = False
    complete: bool = True


def portal(request: HttpRequest) -> dict[str, Frame]:
    """Return the frame; asks the database nothing for an anonymous reader."""
    language = getattr(request, "LANGUAGE_CODE", None) or get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    home = f"/{language}/"
    languages, localized = _languages(request, language)
    return {
        "portal": Frame(
            name=gettext("Programme Portal"),
            demo=settings.DEMO,
            language=language,
            direction="rtl" if get_language_bidi() else "ltr",
            home=home,
            licensor_name=settings.LICENSOR_NAME,
            acting=getattr(request, "acting", None) if signed_in else None,
            organisations=getattr(request, "organisations", ()) if signed_in else (),
            signed_in=signed_in,
            staff=signed_in and user.has_perm("wagtailadmin.access_admin"),  # type: ignore[union-attr]
            languages=languages,
            places=[Place(key, str(label), f"{home}{key}/", request.path.startswith(f"{home}{key}/")) for key, label in PLACES],
            localized=localized,
            complete=language in COMPLETE,
        )
    }


def _languages(request: HttpRequest, language: str) -> tuple[list[Language], bool]:
    """Return this page in each language, and whether its address says the language."""
    prefix = f"/{language}/"
    localized = request.path.startswith(prefix)
    rest = request.path.removeprefix(prefix) if localized else ""
    query = f"?{request.META['QUERY_STRING']}" if localized and request.META.get("QUERY_STRING") else ""
    found = []
    for code, name in settings.LANGUAGES:
        path = f"/{code}/{rest}"
        found.append(Language(code, name, path + query, settings.PORTAL_ORIGIN + path, code == language))
    return found, localized
