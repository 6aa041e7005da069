"""A hand-over as an answer: whole, a range, or "not satisfiable"; never kept by a cache, never a page of ours."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from media import delivery
from portal.core import ranges

PRIVATE = {"Cache-Control": "private, no-store"}


def from_handover(request: HttpRequest, handover: delivery.Handover, *, by_link: bool = False) -> HttpResponseBase:
    """Answer GET and HEAD with exact length, strong ETag and the hash of the whole copy. ``by_link``: write down that it began."""
    headers = {
        **PRIVATE,
        "ETag": handover.etag,
        "Accept-Ranges": "bytes",
        "Repr-Digest": handover.repr_digest,
        "Content-Disposition": content_disposition_header(True, handover.name) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    if request.method == "HEAD":  # ranges are for GET (RFC 9110 section 14.2)
        return HttpResponse(headers={**headers, "Content-Length": str(handover.size)}, content_type=handover.content_type)
    try:
        part = ranges.wanted(request.headers.get("Range"), handover.size, if_range=request.headers.get("If-Range"), etag=handover.etag)
    except ranges.Unsatisfiable:
        headers["Content-Range"] = f"bytes */{handover.size}"
        return HttpResponse(status=416, headers=headers, content_type=handover.content_type)
    if part:
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(part.length if part else handover.size)
    if by_link:
        delivery.begin(handover, part, at=timezone.now())
    body = delivery.stream(handover, part, clock=timezone.now)
    return StreamingHttpResponse(body, status=206 if part else 200, headers=headers, content_type=handover.content_type)
