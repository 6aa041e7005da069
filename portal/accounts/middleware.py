"""Who may enter the CMS, and which language it speaks."""

from collections.abc import Iterable, Iterator

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

CMS = "/cms/"
OPEN = (f"{CMS}logout/", f"{CMS}login/", f"{CMS}password_reset/")


def staff_door(get_response):
    """Answer 403 to signed-in people without access to the CMS (Wagtail would send them round in a circle); lead staff without a second factor
    to enrol one first, except in a demonstration. Anonymous people are sent to the login by Wagtail."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(CMS) and not request.path.startswith(OPEN) and request.user.is_authenticated:
            if not request.user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            if not settings.DEMO and not is_mfa_enabled(request.user):
                messages.warning(request, _("Staff work needs a second factor. Add one here; then the CMS opens."))
                return redirect("mfa_index")
        return get_response(request)

    return middleware


def staff_language(get_response):
    """Speak the colleague's own language in the CMS, whose addresses name none; what they chose on its account page wins, as Wagtail has it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(CMS) or not request.user.is_authenticated:
            return get_response(request)
        chosen = getattr(request.user, "wagtail_userprofile", None)
        language = (chosen and chosen.preferred_language) or request.user.language
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):  # its words are made while it leaves
            response.streaming_content = _spoken(response.streaming_content, language)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def _spoken(parts: Iterable[bytes], language: str) -> Iterator[bytes]:
    """Let each part be made in a language; between two of them the thread speaks its own."""
    left = iter(parts)
    while True:
        with translation.override(language):
            part = next(left, None)
        if part is None:
            return
        yield part
