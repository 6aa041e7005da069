"""A hand-over as an answer: whole, a range, or "not satisfiable"; never kept by a cache, never a page of ours.

GET and HEAD say the same, but for the setting ``redirect``: there the bucket names its own ETag, and ours would stand in its way.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from media import bundles, delivery, sending
from portal.core import ranges
from portal.core.ranges import ByteRange

PRIVATE = {"Cache-Control": "private, no-store"}


def from_handover(request: HttpRequest, handover: sending.Handover, *, by_link: bool = False) -> HttpResponseBase:
    """Answer GET and HEAD with exact length, strong ETag and the hash of the whole copy. ``by_link``: write down that it began.

    :raises VaultFault: the vault does not have it, or does not answer.
    """
    headers = _headers(handover.name, handover.etag)
    if settings.HANDOVER == "redirect":
        del headers["ETag"]
    else:
        headers["Repr-Digest"] = handover.repr_digest
    kind = handover.content_type
    if request.method == "HEAD":  # ranges are for GET (RFC 9110 section 14.2)
        return HttpResponse(headers={**headers, "Content-Length": str(handover.size)}, content_type=kind)
    try:
        part = _part(request, handover.size, handover.etag)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{handover.size}"}, content_type=kind)
    if settings.HANDOVER == "redirect":
        address = delivery.pass_on(handover, part, to=sending.signed_address, at=timezone.now())
        return HttpResponse(status=302, headers={**PRIVATE, "Location": address, "Referrer-Policy": "no-referrer"})
    if settings.HANDOVER == "accel":
        headers["X-Accel-Redirect"] = delivery.pass_on(handover, part, to=sending.internal_address, at=timezone.now())
        return HttpResponse(headers=headers, content_type=kind)
    if by_link:
        delivery.begin(handover, part, at=timezone.now())
    return _streamed(delivery.stream(handover, part, clock=timezone.now), headers, part, handover.size, kind)


def from_bundle(request: HttpRequest, bundle: bundles.Granted) -> HttpResponseBase:
    """Answer GET and HEAD with the archive, which we always send ourselves."""
    headers, kind = _headers(bundle.name, bundle.etag), "application/zip"
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": str(bundle.plan.size)}, content_type=kind)
    try:
        part = None if bundle.is_other else _part(request, bundle.plan.size, bundle.etag)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{bundle.plan.size}"}, content_type=kind)
    return _streamed(bundles.stream(bundle, part, clock=timezone.now), headers, part, bundle.plan.size, kind)


def _headers(name: str, etag: str) -> dict[str, str]:
    return {
        **PRIVATE,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def _part(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """Return the range to send; the bucket compares the version by itself.

    :raises Unsatisfiable: it lies outside.
    """
    if_range = None if settings.HANDOVER == "redirect" else request.headers.get("If-Range")
    return ranges.wanted(request.headers.get("Range"), size, if_range=if_range, etag=etag)


def _streamed(body, headers: dict[str, str], part: ByteRange | None, size: int, kind: str) -> StreamingHttpResponse:
    if part:
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(part.length if part else size)
    return StreamingHttpResponse(body, status=206 if part else 200, headers=headers, content_type=kind)
