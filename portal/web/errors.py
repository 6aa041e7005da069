"""Error pages in the look of the portal, each with a way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from portal.core.limits import TooMany
from portal.core.problems import problem

A_MINUTE = 60  # what allauth's own limits last at most


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render without a context: whatever broke may be behind one."""
    from django.template.loader import get_template

    return HttpResponse(get_template("500.html").render({}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)


def too_many(request: HttpRequest, exception: TooMany | None = None) -> HttpResponse:
    """Say that it was too often, and in how many seconds the next try counts; as a problem below the API."""
    seconds = exception.retry_after if exception else A_MINUTE
    if request.path.startswith("/api/"):
        response = problem(429, gettext("Too many requests"), retry_after=seconds)
    else:
        response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
