"""The JSON API, version 1: routers come from each package. Errors are problems (RFC 9457), every answer has an ETag."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from content import api as content_api
from licensing import api as licensing_api
from portal.core.problems import problem


class PortalAPI(NinjaAPI):
    """Answers "not changed" to who holds the same answer already."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        response = super().create_response(request, data, **how)
        if response.status_code != 200 or request.method not in ("GET", "HEAD"):
            return response
        response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
        response.setdefault("Cache-Control", "no-cache")
        return get_conditional_response(request, etag=etag, response=response) or response


api = PortalAPI(title="Program Portal", version="1", urls_namespace="api-v1")
api.add_router("", content_api.router)
api.add_router("", licensing_api.router)


@api.exception_handler(ValidationError)
def unusable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which field cannot be used, and what is accepted."""
    errors = [{"field": str(one["loc"][-1]), "detail": one["msg"]} for one in error.errors]
    return problem(422, "Some values cannot be used", errors=errors)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "There is nothing here")


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))
