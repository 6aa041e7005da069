"""What a piece of artwork may be, told by its bytes, never by its name; and what a picture's head says of its size and colours. Pure."""

from dataclasses import dataclass

from portal.core import svg

LIMIT = 50 * 1024 * 1024  # bytes
PIXELS_LIMIT = 60_000_000  # of a picture: more is taken apart by nobody
PAGES_LIMIT = 24

REFUSALS = {
    "empty": "the file holds nothing",
    "too_large": "the file is larger than a piece may be",
    "too_many_pixels": "the picture has more pixels than we draw",
    "too_many_pages": "the document has more pages than a piece may have",
    "unknown_type": "what is in the file is not a PDF, PNG, JPEG or SVG, whatever its name says",
    "link": "the file is a link to a file",
    "active_content": "the file could act: scripts, launched programs, files within the file, something fetched from elsewhere",
    "encrypted": "the document is locked with a password or restricted",
    "unreadable": "the file is damaged, or too heavy to be drawn within our limits",
}


class NotAccepted(Exception):
    """The file cannot be a piece; ``code`` is one of ``REFUSALS``, ``facts`` say what was met."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    suffix: str


PDF = Kind("application/pdf", "pdf")
PNG = Kind("image/png", "png")
JPEG = Kind("image/jpeg", "jpg")
SVG = Kind("image/svg+xml", "svg")
KINDS = {kind.content_type: kind for kind in (PDF, PNG, JPEG, SVG)}


def kind_of(content: bytes) -> Kind:
    """Return what the file is.

    :raises NotAccepted: ``empty``, ``too_large``, ``link`` (a shortcut, or an address in a text file), ``unknown_type``, ``active_content``.
    """
    if not content:
        raise NotAccepted("empty")
    if len(content) > LIMIT:
        raise NotAccepted("too_large", limit=LIMIT)
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.lower().startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in content[:4096]:
        _check_svg(content)
        return SVG
    if head.lower().startswith((b"http://", b"https://", b"[internetshortcut]", b"[desktop entry]", b"file:")):
        raise NotAccepted("link")
    raise NotAccepted("unknown_type")


def _check_svg(content: bytes) -> None:
    try:
        svg.check(content)
    except svg.Unsafe as unsafe:
        raise NotAccepted(unsafe.code, **unsafe.facts) from None


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels across and down, and ``rgb``, ``cmyk`` or ``grey``."""

    width: int
    height: int
    colours: str


def picture(content: bytes, kind: Kind) -> Picture:
    """Return what the head of a PNG or JPEG says; nothing is unpacked.

    :raises NotAccepted: ``unreadable`` or ``too_many_pixels``.
    """
    found = _png(content) if kind is PNG else _jpeg(content)
    if found is None or not found.width or not found.height:
        raise NotAccepted("unreadable")
    if found.width * found.height > PIXELS_LIMIT:
        raise NotAccepted("too_many_pixels", width=found.width, height=found.height, limit=PIXELS_LIMIT)
    return found


def _png(content: bytes) -> Picture | None:
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    colours = {0: "grey", 4: "grey", 2: "rgb", 3: "rgb", 6: "rgb"}.get(content[25])
    return Picture(_number(content[16:20]), _number(content[20:24]), colours) if colours else None


# Start-of-frame markers of JPEG: C0 to CF without C4 (tables), C8 (reserved) and CC (tables).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> Picture | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _FRAMES:
            colours = {1: "grey", 3: "rgb", 4: "cmyk"}.get(content[at + 9])
            return Picture(_number(content[at + 7 : at + 9]), _number(content[at + 5 : at + 7]), colours) if colours else None
        else:
            length = _number(content[at + 2 : at + 4])
            if length < 2:
                return None
            at += 2 + length
    return None


def _number(part: bytes) -> int:
    return int.from_bytes(part, "big")
