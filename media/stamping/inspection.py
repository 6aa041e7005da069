"""What in a PDF forbids a stamp: found in the bytes before it is opened, and in every object once it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

from media.stamping.rules import CannotStamp

if TYPE_CHECKING:
    import pikepdf

PAGES_LIMIT = 5_000
HEADER_WITHIN = 1024  # bytes: readers look no further for %PDF-
# A cheap look at an object's text first; only where one of these words stands is the object taken apart.
SUSPECT = re.compile(rb"/(?:XFA|ByteRange|Sig|JS|JavaScript)\b")
# What a signature cannot excuse comes before it: a signed file that carries no stamp is welcome.
ORDER = ("encrypted", "portfolio", "xfa", "javascript", "signed")


def begin(source: BinaryIO) -> None:
    """Rewind ``source``. :raises CannotStamp: ``not_a_pdf``"""
    source.seek(0)
    if b"%PDF-" not in source.read(HEADER_WITHIN):
        raise CannotStamp("not_a_pdf")
    source.seek(0)


def refuse_master(pdf: pikepdf.Pdf) -> None:
    """:raises CannotStamp: ``encrypted``, ``no_pages``, ``too_many_pages``"""
    if pdf.is_encrypted:
        raise CannotStamp("encrypted")
    pages = len(pdf.pages)
    if not pages:
        raise CannotStamp("no_pages")
    if pages > PAGES_LIMIT:
        raise CannotStamp("too_many_pages", pages=pages, limit=PAGES_LIMIT)


def refuse_contents(pdf: pikepdf.Pdf) -> None:
    """Look at every object of a normalised file, which holds those in use and no others.

    :raises CannotStamp: ``portfolio``, ``xfa``, ``javascript``, ``signed``; the first of these when several are true
    """
    from pikepdf import Stream

    found = {"portfolio"} if "/Collection" in pdf.Root else set()
    if "/Perms" in pdf.Root:
        found.add("signed")
    for thing in pdf.objects:
        thing = thing.stream_dict if isinstance(thing, Stream) else thing
        if SUSPECT.search(thing.unparse(resolved=True)):
            found |= _reasons(thing)
    for code in ORDER:
        if code in found:
            raise CannotStamp(code)


def _reasons(thing: Any) -> set[str]:
    """Return what ``thing`` and the direct objects within it give as reasons to refuse."""
    from pikepdf import Array, Dictionary

    if isinstance(thing, Array):
        return set().union(*(_reasons(part) for part in thing if isinstance(part, (Array, Dictionary)) and not part.is_indirect))
    if not isinstance(thing, Dictionary):
        return set()
    said = {str(value) for key, value in thing.items() if key in ("/FT", "/S", "/Type")}
    found = {
        "xfa": "/XFA" in thing,
        "signed": "/ByteRange" in thing or ("/Sig" in said and "/V" in thing),
        "javascript": ("/JS" in thing and "/S" in thing) or "/JavaScript" in thing or "/JavaScript" in said,
    }
    inside = [part for _, part in thing.items() if isinstance(part, (Array, Dictionary)) and not part.is_indirect]
    return {code for code, is_true in found.items() if is_true}.union(*(_reasons(part) for part in inside))
