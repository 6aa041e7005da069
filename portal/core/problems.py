"""Errors as programs read them (RFC 9457)."""

import json
from typing import Any

from django.http import HttpResponse


def problem(status: int, title: str, **more: Any) -> HttpResponse:
    """Return an error as ``application/problem+json``."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json")
