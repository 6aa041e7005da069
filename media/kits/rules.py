"""What a kit file may be, told by its first bytes and its content, never by its name. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    suffix: str
    stampable: bool


PDF = Kind("application/pdf", "pdf", True)
PNG = Kind("image/png", "png", False)
SVG = Kind("image/svg+xml", "svg", False)
LIMIT = 500 * 1024 * 1024      # bytes
SVG_LIMIT = 2 * 1024 * 1024


class NotAccepted(Exception):
    """The file cannot enter a kit; ``code``: empty, too_large, unknown_type, active_content, plus the stamping refusals."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def kind_of(head: bytes) -> Kind:
    """Return the kind that the first 1,024 bytes show.

    :raises NotAccepted: ``unknown_type`` or ``empty``.
    """
    if not head:
        raise NotAccepted("empty")
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return SVG
    raise NotAccepted("unknown_type")


_ACTIVE_TAGS = {"script", "foreignobject", "iframe", "object", "embed", "handler", "animate", "set", "use"}


def check_svg(content: bytes) -> None:
    """Refuse drawings that could act: scripts, event handlers, entities, references out of the file.

    :raises NotAccepted: ``active_content``, ``unknown_type`` (not well-formed) or ``too_large``.
    """
    if len(content) > SVG_LIMIT:
        raise NotAccepted("too_large", limit=SVG_LIMIT)
    if re.search(rb"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", content, re.IGNORECASE):
        raise NotAccepted("active_content")
    try:
        root = ElementTree.fromstring(content)      # noqa: S314 - no doctype can be in it, see above
    except ElementTree.ParseError:
        raise NotAccepted("unknown_type") from None
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in _ACTIVE_TAGS:
            raise NotAccepted("active_content", tag=tag)
        if tag == "style" and re.search(r"@import|url\s*\(\s*['\"]?(?!#)", element.text or "", re.IGNORECASE):
            raise NotAccepted("active_content", tag=tag)
        for name, value in element.attrib.items():
            bare = name.rpartition("}")[2].lower()
            if bare.startswith("on") or (bare in ("href", "src") and not value.startswith("#")):
                raise NotAccepted("active_content", attribute=bare)
            if re.search(r"javascript:|url\s*\(\s*['\"]?(?!#)", value, re.IGNORECASE):
                raise NotAccepted("active_content", attribute=bare)


_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_name(text: str, suffix: str) -> str:
    """Return a name that is safe in an address and on every disk: ``Mazo 1 (final).PDF`` becomes ``Mazo-1-final.pdf``.

    :raises NotAccepted: ``unknown_type``: nothing of the name is left.
    """
    bare = unicodedata.normalize("NFKD", text.replace("\\", "/").rpartition("/")[2]).encode("ascii", "ignore").decode()
    stem = _UNSAFE.sub("-", bare.rpartition(".")[0] or bare).strip("-._")[:100]
    if not stem:
        raise NotAccepted("unknown_type")
    return f"{stem}.{suffix}"


def release_number(text: str) -> tuple[int, int]:
    """Return (major, minor) of ``2.1``.

    :raises ValueError: not of that form.
    """
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})", text.strip())
    if not found:
        raise ValueError("use a number such as 2.1")
    return int(found[1]), int(found[2])
