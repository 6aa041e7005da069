"""Headers every answer of ours carries."""

import re
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from portal.core.faults import VaultFault
from portal.core.models import FileFault

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
# Wagtail's admin writes inline styles from its own scripts; scripts stay strict there too, but for a nonce.
CMS = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; object-src 'none'"
)
_PERSONAL = re.compile(r"/[a-z-]+/(accounts|desk)/")


def security_headers(get_response):
    """Set the content security policy where the answer has none of its own, and what Django does not set.

    Pages of a person's account and desk are kept by no cache, those of other packages included;
    public pages name a signed-in reader, so a cache keeps them for that reader only and asks each time.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = get_response(request)
        in_cms = request.path.startswith("/cms/")  # where a page is previewed in a frame of its editor
        response.headers.setdefault("Content-Security-Policy", CMS.format(nonce=nonce) if in_cms else STRICT)
        if not getattr(response, "xframe_options_exempt", False):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if in_cms else settings.X_FRAME_OPTIONS)
        if _PERSONAL.match(request.path):
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif _names_the_reader(request):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response

    return middleware


def _names_the_reader(request: HttpRequest) -> bool:
    """Whether the answer may hold something of a signed-in person; asks nothing that the view did not ask."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and request.user.is_authenticated


_NUL = re.compile(r"%00|\x00")


def no_nul(get_response):
    """Take NUL out of queries and know no address with one: PostgreSQL refuses to compare text with it. Forms refuse it by themselves."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if _NUL.search(query):
            request.META["QUERY_STRING"] = _NUL.sub("", query)
        return get_response(request)

    return middleware


def vault_faults(get_response):
    """Turn a vault that does not give or take a file into a page that says so, and leave staff a row; what was begun is rolled back by then."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, VaultFault):
            return None
        FileFault.note(exception, now=timezone.now())
        again = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        response = render(request, "503.html", {"again": again}, status=503)
        response.headers["Retry-After"], response.headers["Cache-Control"] = "60", "private, no-store"
        return response

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
