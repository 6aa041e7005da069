"""Papers people send in: what one is is told by its bytes, never by its name, and what could act is refused.

PDF, PNG and JPEG are taken. They are never opened here to be shown: they are kept as they came and leave as attachments.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

LIMIT_MB = 10  # megabytes of one file
LIMIT = LIMIT_MB * 1_000_000
OBJECTS = 100_000  # in a PDF
PACKED = 16 * 1024 * 1024  # bytes of a PDF's packed objects, unpacked
NAME = 100  # characters, with the ending
# What makes a PDF act, or carry what no one sees. A cheap look at an object's text comes first.
ACTIVE = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMedia", "/Movie", "/Sound", "/EmbeddedFile"}
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/RichMediaContent"}
_SUSPECT = re.compile("|".join(re.escape(word) + r"\b" for word in sorted(ACTIVE | ACTIVE_KEYS)).encode())
_SIGNS = str.maketrans(dict.fromkeys('<>:"|?*%', "_"))


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    suffix: str


PDF, PNG, JPEG = Kind("application/pdf", "pdf"), Kind("image/png", "png"), Kind("image/jpeg", "jpg")
REFUSALS = ("empty", "too_large", "unknown_type", "broken", "locked", "active_content", "too_heavy")


class NotAccepted(Exception):
    """The file is not taken; ``code`` is one of ``REFUSALS``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def inspect(source: BinaryIO) -> Kind:
    """Return what a file is, having read all of it; the source stands at its beginning afterwards.

    :raises NotAccepted: any of ``REFUSALS``.
    """
    source.seek(0)
    content = source.read(LIMIT + 1)
    source.seek(0)
    if not content:
        raise NotAccepted("empty")
    if len(content) > LIMIT:
        raise NotAccepted("too_large")
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(content)
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        _check_jpeg(content)
        return JPEG
    raise NotAccepted("unknown_type")


def _check_png(content: bytes) -> None:
    """Walk the chunks: a header first, the end last and nothing behind it."""
    at, first = 8, True
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if first is not (name == b"IHDR"):
            break
        first, at = False, at + 12 + length
        if name == b"IEND" and at == len(content):
            return
    raise NotAccepted("broken")


def _check_jpeg(content: bytes) -> None:
    """Walk the segments up to the picture: a frame must come before its scan, and the file must not be cut off."""
    at, framed = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        framed = framed or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))
        if marker == 0xDA:
            if framed and b"\xff\xd9" in content[at:]:
                return
            break
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise NotAccepted("broken")


def _check_pdf(content: bytes) -> None:
    import pikepdf

    _refuse_bomb(content)
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages):
                raise NotAccepted("broken")
            if len(pdf.objects) > OBJECTS:
                raise NotAccepted("too_heavy")
            for thing in pdf.objects:
                plain = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
                if _SUSPECT.search(plain.unparse(resolved=True)) and _acts(plain):
                    raise NotAccepted("active_content")
    except pikepdf.PasswordError:
        raise NotAccepted("locked") from None
    except (pikepdf.PdfError, ValueError, RecursionError):
        raise NotAccepted("broken") from None


def _refuse_bomb(content: bytes) -> None:
    """Unpack packed objects with a limit before the library does it without one."""
    left = PACKED
    for found in re.finditer(rb"/ObjStm\b", content):
        start = re.compile(rb"stream\r?\n").search(content, found.end(), found.end() + 2_000)
        if start is None:
            continue
        try:
            left -= len(zlib.decompressobj().decompress(content[start.end() :], left + 1))
        except zlib.error:
            continue
        if left < 0:
            raise NotAccepted("too_heavy")


def _acts(thing: Any) -> bool:
    """Say whether an object, or one directly within it, is an action, a script, or an enclosed file."""
    import pikepdf

    if isinstance(thing, pikepdf.Array):
        return any(_acts(part) for part in thing if isinstance(part, (pikepdf.Array, pikepdf.Dictionary)) and not part.is_indirect)
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    said = {str(value) for key, value in thing.items() if key in ("/S", "/Type", "/Subtype")}
    if said & ACTIVE or any(key in thing for key in ACTIVE_KEYS):
        return True
    inside = (part for _, part in thing.items() if isinstance(part, (pikepdf.Array, pikepdf.Dictionary)) and not part.is_indirect)
    return any(map(_acts, inside))


def safe_name(text: str, kind: Kind) -> str:
    """Return a name people recognise and no disk, header or page stumbles over, with the ending of what it is.

    >>> safe_name("C:\\\\papers\\\\Estatutos (2).PDF", PDF)
    'Estatutos (2).pdf'
    """
    stem = re.sub(r"(\.[A-Za-z0-9]{1,5})+$", "", safe_stem(text))
    return f"{stem[: NAME - 5].strip(' .') or 'paper'}.{kind.suffix}"


def safe_stem(text: str) -> str:
    """Return what can be printed of a name: no path, no controls, no signs that turn the reading direction or cannot be seen."""
    base = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if unicodedata.category(sign)[0] == "Z" else sign for sign in base if unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split()).translate(_SIGNS)[:NAME]
