"""The public key our seals are checked with, for anybody's tool (RFC 7517)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from licensing.agreements import seal_key


@require_safe
@cache_control(public=True, max_age=3600)
def portal_keys(request: HttpRequest) -> JsonResponse:
    """List the keys in use as a JSON Web Key Set; ``kid`` is the SHA-256 of the certificate."""
    return JsonResponse({"keys": seal_key.public_keys()})
