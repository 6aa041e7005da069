"""What a page says in schema.org's words, for machines that read pages: data in a script element, never code."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from content.availability.country import Country
from content.availability.listing import stamp
from content.availability.models import STATUS_WORDS
from content.availability.page import Page
from content.availability.rules import NOT_STATED, OFFERED
from content.programmes.models import Programme
from content.programmes.queries import text_of

CONTEXT = "https://schema.org"


def _address(language: str, path: str) -> str:
    return f"{settings.PORTAL_ORIGIN}/{language}/{path}"


def _trail(*steps: tuple[str, str]) -> dict[str, Any]:
    items = [{"@type": "ListItem", "position": at, "name": name, "item": url} for at, (name, url) in enumerate(steps, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _licensor() -> dict[str, str]:
    return {"@type": "Organization", "name": settings.LICENSOR_NAME}


def of_country(found: Country, language: str) -> dict[str, Any]:
    """Return the page of a place: every programme stated there as a service, with its status in words."""
    here = _address(language, f"countries/{found.place.code}/")
    place = {"@type": "Country" if found.parent is None else "AdministrativeArea", "name": found.place.name, "identifier": found.place.code}
    services = [
        {
            "@type": "Service",
            "name": one.programme.name,
            "url": _address(language, f"programmes/{one.programme.code}/"),
            "provider": _licensor(),
            "description": str(STATUS_WORDS[one.status]),
            **({"areaServed": place} if one.status in OFFERED else {}),
        }
        for one in found.programmes
        if one.status != NOT_STATED
    ]
    page: dict[str, Any] = {
        "@type": "WebPage",
        "@id": here,
        "url": here,
        "name": found.place.name,
        "inLanguage": language,
        "about": place,
        "dateModified": stamp(found.as_of),
    }
    page["mainEntity"] = {"@type": "ItemList", "numberOfItems": len(services), "itemListElement": services}
    page["breadcrumb"] = _trail((gettext("Countries and territories"), _address(language, "countries/")), (found.place.name, here))
    return {"@context": CONTEXT, **page}


def of_programme(programme: Programme, page: Page, language: str) -> dict[str, Any]:
    """Return the page of a programme: a service, with the places it is offered in."""
    here = _address(language, f"programmes/{programme.code}/")
    offered = [line.place for line in page.lines if line.status in OFFERED]
    summary = text_of(programme, "summary", language)
    return {
        "@context": CONTEXT,
        "@type": "Service",
        "@id": here,
        "url": here,
        "name": programme.name,
        "alternateName": programme.short_name,
        "identifier": programme.code,
        "description": summary.text,
        "provider": _licensor(),
        "areaServed": [{"@type": "Country", "name": place.name, "identifier": place.code} for place in offered],
    }
