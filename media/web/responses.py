"""A hand-over as an answer: whole, a range, or "not satisfiable"; never kept by a cache, never a page of ours."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from media import delivery
from portal.core import ranges


def from_handover(request: HttpRequest, handover: delivery.Handover) -> HttpResponseBase:
    """Answer GET and HEAD with exact length, strong ETag and the hash of the whole copy."""
    headers = {
        "ETag": handover.etag,
        "Accept-Ranges": "bytes",
        "Repr-Digest": handover.repr_digest,
        "Cache-Control": "private, no-store",
        "Content-Disposition": content_disposition_header(True, handover.name) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    try:
        part = ranges.wanted(request.headers.get("Range"), handover.size, if_range=request.headers.get("If-Range"), etag=handover.etag)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{handover.size}"})
    status = 206 if part else 200
    if part:
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(part.length if part else handover.size)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=handover.content_type)
    body = delivery.stream(handover, part, clock=timezone.now)
    return StreamingHttpResponse(body, status=status, headers=headers, content_type=handover.content_type)
