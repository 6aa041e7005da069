"""Private documents (agreements, invoices, evidence): stored once under ``documents/``, and sent with Range and private headers.

Who may have one is decided by the caller, before: this door asks nothing. Kit and artwork files have their own gate.
"""

import hashlib
import secrets
from io import BytesIO
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal.core import ranges
from portal.core.vault.base import Stored
from portal.core.vault.places import vault

__all__ = ["Stored", "content_of", "forget", "keep", "keep_apart", "send"]


def digest(content: bytes) -> str:
    """Return the SHA-256 (hex) that ``keep`` files a document under."""
    return hashlib.sha256(content).hexdigest()


PDF = "application/pdf"
SHOWN = {PDF, "image/png", "image/jpeg"}  # in the browser; everything else is only saved
PAGES = {"text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript", "application/javascript"}


def keep(content: bytes, *, kind: str, suffix: str = "pdf") -> Stored:
    """Store ``content`` under a key made of its hash; storing the same bytes again changes nothing.

    ``kind`` is a short word for the folder: ``agreements``, ``invoices``.
    """
    name = digest(content)
    return vault().put(f"documents/{kind}/{name[:2]}/{name}.{suffix}", BytesIO(content))


def keep_apart(source: BinaryIO, *, kind: str, suffix: str) -> Stored:
    """Store what somebody sent under a key of its own, so that it can be forgotten without taking the same bytes from anybody else."""
    source.seek(0)
    token = secrets.token_hex(16)
    return vault().put(f"documents/{kind}/{token[:2]}/{token}.{suffix}", source)


def forget(key: str) -> None:
    """Remove a document for good; safe to repeat. Only for what ``keep_apart`` stored."""
    vault().delete(key)


def content_of(key: str) -> bytes:
    """Return the whole document.

    :raises NotInVault: nothing lies under the key.
    """
    return b"".join(vault().read(key))


def answer(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Answer with a small document made on request: whole, with the headers of a stored one."""
    headers = {**_headers(name, inline=False), "ETag": f'"{digest(content)}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _headers(name: str, *, inline: bool) -> dict[str, str]:
    return {
        "Cache-Control": "private, no-store",
        "Content-Disposition": content_disposition_header(not inline, name) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def send(request: HttpRequest, key: str, *, sha256: str, name: str, content_type: str = PDF, inline: bool = False) -> HttpResponseBase:
    """Answer with the document: 200, 206 or 416, never cached, never as a page of ours.

    :raises ValueError: ``content_type`` is one that a browser would act on, or ``inline`` is asked for one it should not show.
    :raises VaultFault: the vault does not have it, or does not answer.
    """
    if content_type.partition(";")[0].strip().lower() in PAGES:
        raise ValueError(f"{content_type} is never served")
    if inline and content_type not in SHOWN:
        raise ValueError(f"{content_type} is never shown in the browser")
    size = vault().size(key)
    etag = f'"{sha256}"'
    headers = {**_headers(name, inline=inline), "ETag": etag, "Accept-Ranges": "bytes"}
    if request.method == "HEAD":  # ranges are for GET (RFC 9110 section 14.2)
        return HttpResponse(headers={**headers, "Content-Length": str(size)}, content_type=content_type)
    try:
        part = ranges.wanted(request.headers.get("Range"), size, if_range=request.headers.get("If-Range"), etag=etag)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"}, content_type=content_type)
    first, last = (part.first, part.last) if part else (0, size - 1)
    if part:
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(last - first + 1)
    body = vault().read(key, first=first, last=last)
    return StreamingHttpResponse(body, status=206 if part else 200, headers=headers, content_type=content_type)
