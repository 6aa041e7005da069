"""Answers kept ready and exact: no time to live, and nothing has to run for a change to appear.

A kept body is right for one content version and for one period of time; the version is read on every request, and that one statement is
the whole cost when warm. Everything printed on a kept page must therefore raise the version when it changes.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from portal.core.models import ContentVersion
from portal.core.periods import Period

MOST = 500  # bodies of odd dates could fill the memory; the usual ones are back after one request


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes that are right for every instant of ``period`` in one content version."""

    content: bytes
    etag: str
    period: Period | None

    @classmethod
    def of(cls, content: bytes, period: Period | None = None) -> "Body":
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:20]}"', period)


Built = tuple[bytes, Period | None]
_kept: dict[Hashable, tuple[int, Body]] = {}


def kept(key: Hashable, *, now: datetime, build: Callable[[], Built]) -> Body:
    """Return the body for ``now``; built again only after a publication or where its period is over.

    ``build`` returns the bytes and the period they are right for; None = they depend on no clock.
    """
    while True:
        version = ContentVersion.current()
        number, body = _kept.pop(key, (None, None))
        if body is not None and number == version and (body.period is None or now in body.period):
            _kept[key] = version, body  # the last in the row: what is asked for least makes room
            return body
        content, period = build()
        body = Body.of(content, period)
        if ContentVersion.current() == version:  # else someone published while we read: this body may mix two versions
            while len(_kept) >= MOST:
                _kept.pop(next(iter(_kept), None), None)
            _kept[key] = version, body
            return body


def answer(
    request: HttpRequest, body: Body, *, content_type: str = "text/html; charset=utf-8", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer with a body, or that the reader has the same already; whoever keeps it asks again each time."""
    kept_for = {"Cache-Control": "no-cache", "ETag": body.etag}
    response = HttpResponse(body.content, content_type=content_type, headers={**kept_for, **(headers or {})})
    return get_conditional_response(request, etag=body.etag, response=response) or response


def forget(*, but: int | None = None) -> None:
    """Drop every body, or those of every version but one: for tests, where versions of different databases meet."""
    for key in [key for key, (version, _) in _kept.items() if version != but]:
        del _kept[key]
