"""The metadata of a stamped PDF: what the master says of itself, with a gap where each copy says whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from media.stamping.rules import CannotStamp

if TYPE_CHECKING:
    from collections.abc import Callable

    import pikepdf

# A name made from a UUID belongs to nobody else and needs no domain; the same for every installation, so that a found file is known.
NAMESPACE = "urn:uuid:6f1c0b52-5a0e-4b0b-9a55-0c1f6f0d7a31#"
PREFIX = "stamp"
GAP = re.compile(r"<([\w.-]+):gap\b[^>]*>gap</\1:gap>")
# Every copy carries the master's metadata again: a packet above the limit (editing history, thumbnails) keeps only what readers use.
LIMIT = 24_000
ESSENTIAL = ("http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/pdf/1.3/", "http://www.aiim.org/pdfua/ns/id/")
# A copy with properties of our own no longer keeps the promise PDF/A made of the master's bytes.
PDFA = "http://www.aiim.org/pdfa/ns/"


def gapped(pdf: pikepdf.Pdf) -> tuple[str, str]:
    """Write into ``pdf`` the packet every copy will carry, and return it before and after the gap.

    It is made from the master's XMP or, where there is none, from the title in its document information.

    :raises CannotStamp: ``already_stamped``
    """
    from pikepdf.models.metadata import PdfMetadata

    PdfMetadata.register_xml_namespace(NAMESPACE, PREFIX)
    fresh = "/Metadata" not in pdf.Root
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=False) as metadata:
        if any(key.startswith("{" + NAMESPACE) for key in metadata):
            raise CannotStamp("already_stamped")
        title = pdf.trailer.Info.get("/Title") if fresh and "/Info" in pdf.trailer else None
        if title is not None:
            metadata["dc:title"] = str(title)
        _drop(metadata, lambda key: key.startswith("{" + PDFA))
        if len(str(metadata)) > LIMIT:
            _drop(metadata, lambda key: not key.startswith(tuple("{" + name + "}" for name in ESSENTIAL)))
        metadata["{" + NAMESPACE + "}gap"] = "gap"
    packet = pdf.Root.Metadata.read_bytes().decode("utf-8")
    gap = GAP.search(packet)
    if gap is None:
        raise CannotStamp("damaged", found="metadata that take no further property")
    before, after = packet[: gap.start()], packet[gap.end() :]
    pdf.Root.Metadata.write((before + after).encode("utf-8"))
    return before, after


def fill(facts: dict[str, str]) -> str:
    """Return the properties that stand in the gap: simple text each, by the names of ``rules.hidden``."""
    return "".join(f'<{PREFIX}:{name} xmlns:{PREFIX}="{NAMESPACE}">{escape(value)}</{PREFIX}:{name}>' for name, value in facts.items())


def _drop(metadata: Any, is_unwanted: Callable[[str], bool]) -> None:
    for key in [key for key in metadata if is_unwanted(key)]:
        del metadata[key]
