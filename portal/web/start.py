"""The bare address: on to the reader's language."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers


def to_language(request: HttpRequest) -> HttpResponse:
    """Redirect ``/`` by the kept choice or Accept-Language."""
    response = HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
