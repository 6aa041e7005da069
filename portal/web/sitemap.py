"""What robots find here: an index, and for each language every public page with the instant at which it last changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page

from content.availability import kept
from content.availability.listing import stamp
from content.availability.moments import LastChanges, last_changes, window
from content.models import NewsPost, Programme, ProgrammePage
from i18n.places.models import Place
from licensing.offerings.models import LicenceOffering

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
TYPE = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its path below the language, when it last changed if that is known, and the languages it can be read in."""

    path: str
    changed_at: datetime | None = None
    languages: tuple[str, ...] = LANGUAGES


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer the list of the sitemaps, one a language."""
    now = timezone.now()

    def build() -> kept.Built:
        newest = stamp(last_changes(by=now).newest)
        changed = f"<lastmod>{newest}</lastmod>" if newest else ""
        rows = (f"<sitemap><loc>{settings.PORTAL_ORIGIN}/sitemap-{code}.xml</loc>{changed}</sitemap>\n" for code in LANGUAGES)
        return f"{XML}<sitemapindex {NAMESPACE}>\n{''.join(rows)}</sitemapindex>\n".encode(), window(now=now)

    return _answer(request, "", build, now=now)


@require_safe
def pages(request: HttpRequest, language: str) -> HttpResponse:
    """Answer every public page in a language, with its address in the others."""
    if language not in LANGUAGES:
        raise Http404
    now = timezone.now()

    def build() -> kept.Built:
        rows = (_row(entry, language) for entry in _entries(now=now) if language in entry.languages)
        head = f'{XML}<urlset {NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        return f"{head}{''.join(rows)}</urlset>\n".encode(), window(now=now)

    return _answer(request, language, build, now=now)


def _answer(request: HttpRequest, language: str, build, *, now: datetime) -> HttpResponse:
    body = kept.kept(("sitemap", language), now=now, build=build)
    return kept.answer(request, body, content_type=TYPE)


def _entries(*, now: datetime) -> Iterator[Entry]:
    changes = last_changes(by=now)
    yield from (Entry(path, changes.newest) for path in ("availability/", "availability/changes/", "countries/"))
    for pk, code in Programme.objects.values_list("pk", "code"):
        yield Entry(f"programmes/{code}/", changes.programmes.get(pk))
    for pk, code in Place.objects.order_by("code").values_list("pk", "code"):
        yield Entry(f"countries/{code}/", changes.places.get(pk))
    yield from (Entry(path) for path in ("licensing/", "register/", "verify/"))
    for code in LicenceOffering.objects.order_by("position", "code").values_list("code", flat=True):
        yield Entry(f"licensing/{code}/")
    yield from _written(changes)


def _written(changes: LastChanges) -> Iterator[Entry]:
    """Yield the pages of the CMS; the front page changes with what it shows, a post is only where it is ready."""
    ready = {code: set(NewsPost.objects.ready(code).values_list("pk", flat=True)) for code in LANGUAGES}
    stories = ProgrammePage.objects.values("pk")
    posts = set(NewsPost.objects.values_list("pk", flat=True))
    rows = Page.objects.live().public().filter(depth__gt=1).exclude(pk__in=stories).order_by("path")
    for pk, url_path, published in rows.values_list("pk", "url_path", "last_published_at"):
        path = url_path.split("/", 2)[2]
        changed = published if path else max(filter(None, (published, changes.newest)), default=None)
        languages = tuple(code for code in LANGUAGES if pk in ready[code]) if pk in posts else LANGUAGES
        yield Entry(path, changed, languages)


def _row(entry: Entry, language: str) -> str:
    def address(code: str) -> str:
        return f"{settings.PORTAL_ORIGIN}/{code}/{entry.path}"

    changed = f"<lastmod>{stamp(entry.changed_at)}</lastmod>" if entry.changed_at else ""
    others = [(code, code) for code in entry.languages] + ([("x-default", "en")] if "en" in entry.languages else [])
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{name}" href={quoteattr(address(code))}/>' for name, code in others)
    return f"<url><loc>{escape(address(language))}</loc>{changed}{links}</url>\n"
