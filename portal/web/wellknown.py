"""Files at addresses fixed by convention."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let robots read what is public; a demonstration is not for them at all."""
    closed = ["Disallow: /"] if settings.DEMO else [f"Disallow: {path}" for path in ("/cms/", "/kits/", "/*/desk/", "/*/accounts/")]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.PORTAL_ORIGIN}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {settings.PORTAL_ORIGIN}/en/contact/", f"Expires: {expires}", "Preferred-Languages: en, es"]
    lines.append(f"Canonical: {settings.PORTAL_ORIGIN}/.well-known/security.txt")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
