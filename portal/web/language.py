"""The reader's language, from the address."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but a 404 that a view of ours gave stays one.

    Django redirects every 404 without a language prefix to the prefixed address if that is valid, and below the prefix Wagtail takes
    every address: a gated file that is not there would answer 302 instead of the 404 of strangers.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.resolver_match is not None:
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response
        return super().process_response(request, response)
