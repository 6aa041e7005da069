"""What a kit file may be, told by its first bytes and its content, never by its name. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from portal.core import svg


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    suffix: str
    stampable: bool


PDF = Kind("application/pdf", "pdf", True)
PNG = Kind("image/png", "png", False)
SVG = Kind("image/svg+xml", "svg", False)
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", True)
KINDS = {kind.content_type: kind for kind in (PDF, PPTX, PNG, SVG)}
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # today's, and that of files under a password or before 2007
LIMIT = 500 * 1024 * 1024  # bytes


REFUSALS = {
    "empty": "the file holds nothing",
    "too_large": "the file, or a page of it once unpacked, is larger than a kit takes",
    "unknown_type": "what is in the file is none of the types a kit takes, whatever its name says",
    "active_content": "the drawing could act: scripts, events, or something fetched from elsewhere",
    "not_stampable": "the item carries the licensee's name, which this type of file cannot",
    "unreadable_name": "nothing of the name can stand in an address",
    "unknown_language": "the language is not written as en or pt-br",
    "name_taken": "another item of the release has a file of this name in this language",
    "released": "the release is no draft any more",
}


class NotAccepted(Exception):
    """The file cannot enter a kit; ``code`` is one of ``REFUSALS`` or of the stamping's, ``facts`` say what was met."""

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
    if head.startswith(OFFICE):
        return PPTX  # what it really is, the stamping finds out
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return SVG
    raise NotAccepted("unknown_type")


def check_svg(content: bytes) -> None:
    """Refuse drawings that could act.

    :raises NotAccepted: ``active_content``, ``unknown_type`` (not well-formed) or ``too_large``.
    """
    try:
        svg.check(content)
    except svg.Unsafe as unsafe:
        raise NotAccepted(unsafe.code, **unsafe.facts) from None


_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?")


def file_name(text: str, suffix: str) -> str:
    """Return a name that is safe in an address and on every disk: ``Mazo 1 (final).PDF`` becomes ``Mazo-1-final.pdf``.

    :raises NotAccepted: ``unreadable_name``: nothing of the name is left.
    """
    plain = text.replace("\\", "/").rpartition("/")[2].translate({ord(sign): None for sign in "™®©"})
    bare = unicodedata.normalize("NFKD", _SUFFIX.sub("", plain)).encode("ascii", "ignore").decode()
    stem = re.sub(r"\.{2,}", ".", _UNSAFE.sub("-", bare)).strip("-._")[:100].rstrip("-._")
    if not stem:
        raise NotAccepted("unreadable_name", name=plain[:80])
    return f"{stem}.{suffix}"


def check_language(text: str) -> None:
    """:raises NotAccepted: ``unknown_language``: not of the form that addresses take."""
    if not _LANGUAGE.fullmatch(text):
        raise NotAccepted("unknown_language")


_MARKED = re.compile(r"(?:[^\W\d_]+ )?\S*[™®]")


def keeps_marks(english: str, text: str) -> bool:
    """Say whether ``text`` has every name that bears a mark in ``english``, as it is: such names are never translated.

    >>> keeps_marks("ASCO Direct™ Highlights", "Lo mejor de ASCO Direct")
    False
    """
    return all(name in text for name in _MARKED.findall(english))


def release_number(text: str) -> tuple[int, int]:
    """Return (major, minor) of ``2.1``.

    :raises ValueError: not of that form.
    """
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})", text.strip())
    if not found:
        raise ValueError("use a number such as 2.1")
    return int(found[1]), int(found[2])
