"""What a stamp says and where it stands on a page. Pure: no Django, no PDF library."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

REFUSALS = {
    "not_a_pdf": "the file does not begin as a PDF",
    "damaged": "the file is truncated, or breaks the format in a way that a reader would have to guess about",
    "encrypted": "the file asks for a password, to open it or to change it",
    "signed": "the file carries a signature, which a stamp would break",
    "xfa": "the file is an XFA form, whose pages are made by the reader",
    "javascript": "the file runs scripts, which could hide the stamp",
    "portfolio": "the file is a portfolio: what matters is attached to it, out of the stamp's reach",
    "already_stamped": "the file is somebody's licensed copy, not a master",
    "no_pages": "the file has no page or slide",
    "too_many_pages": "the file has more pages or slides than a stamp is prepared for",
    "too_large": "a page or part unpacks to more than a stamp is prepared for",
    "not_a_deck": "the file is an archive or document, but no presentation",
    "other_deck": "the file is a template, a slide show or of another dialect: programs open it otherwise than a presentation",
    "old_office": "the file is of PowerPoint before 2007",
    "macros": "the file carries macros, controls or actions that start something",
    "external": "the file fetches something from elsewhere, or leads to a file on somebody's disk",
    "embedded": "the file holds another file, out of the stamp's reach",
    "entities": "a part brings a document type, whose entities could fetch or multiply",
    "unsafe_names": "a part has a name that means different things on different systems, or leads out of the file",
    "duplicate_parts": "two parts have the same name, and programs would not agree which is meant",
    "too_many_parts": "the file has more parts than a deck can need",
    "bomb": "the file unpacks to far more than it is",
    "too_heavy": "preparing the file takes more time or memory than is granted",
    "characters": "a name is written in characters the stamp's font lacks",
}

# A hostile or broken file can make any step meet an object of another kind than it must be; what that trips over is the file's fault.
STUMBLES = (RuntimeError, ArithmeticError, LookupError, AttributeError, TypeError, ValueError, NotImplementedError)

SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Words:
    """The words of ours in a stamp, in one language. A copy resumed next year must meet the same bytes: words once used are not changed."""

    opening: str
    day: str
    months: tuple[str, ...]


WORDS = {
    "en": Words(
        "Licensed to ",
        "{day} {month} {year}",
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    ),
    "es": Words(
        "Con licencia para ",
        "{day} de {month} de {year}",
        ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}

# What names may be written with, as inclusive ranges of code points: Basic Latin, Latin-1 (without the soft hyphen), Latin Extended-A
# and -B, the letters of Vietnamese and Welsh, Greek, Cyrillic, Hebrew, Arabic (with what Persian, Urdu and Sindhi add), Georgian, and the
# punctuation of the languages spoken there.
REPERTOIRE = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x024F), (0x02BC, 0x02BC),
    (0x0384, 0x038A), (0x038C, 0x038C), (0x038E, 0x03A1), (0x03A3, 0x03CE), (0x0400, 0x045F), (0x0490, 0x0491), (0x0492, 0x04E9),
    (0x05D0, 0x05EA), (0x05F0, 0x05F4), (0x060C, 0x060C), (0x061B, 0x061B), (0x061F, 0x061F), (0x0621, 0x063A), (0x0640, 0x064A),
    (0x0660, 0x0669), (0x0671, 0x0671), (0x0679, 0x067B), (0x067E, 0x0680), (0x0683, 0x0684), (0x0686, 0x0688), (0x068C, 0x068E),
    (0x0691, 0x0691), (0x0698, 0x0698), (0x06A4, 0x06A4), (0x06A6, 0x06A6), (0x06A9, 0x06A9), (0x06AF, 0x06AF), (0x06B1, 0x06B1),
    (0x06B3, 0x06B3), (0x06BA, 0x06BB), (0x06BE, 0x06BE), (0x06C0, 0x06C1), (0x06CC, 0x06CC), (0x06D2, 0x06D3), (0x06F0, 0x06F9),
    (0x10D0, 0x10F6),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9),
    (0x2010, 0x2010), (0x2012, 0x2014), (0x2018, 0x201A), (0x201C, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026),
    (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122),
)  # fmt: skip

# The line is set in a box of its own, in units that are points on an A4 page. x runs from the middle, y up from the line's foot.
LINE_SIZE = 6.5
LINE_TRACKING = 0.08
LINE_WIDTH = 480.0
LINE_BOX = (-LINE_WIDTH / 2 - 2, -3.0, LINE_WIDTH / 2 + 2, 8.0)
# WCAG contrast 4.6 : 1 on white and on black alike, so that one grey serves paper and dark slides.
LINE_GREY = 0.46
FOOT = 15.0  # from the visible edge of the page up to the line's foot: printable, and below a normal margin of 36
DIAGONAL = 1031.0  # of an A4 page, points


class CannotStamp(Exception):
    """The file or the name cannot be stamped; ``code`` is one of ``REFUSALS``, ``facts`` say what was met."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose copy this is. ``licence`` and ``download`` are the numbers people read; ``on`` is the day of the download.

    ``language`` is one of ``WORDS``.
    """

    licensee: str
    licence: str
    person: str
    on: date
    download: str
    demo: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a page's own units, ``left < right`` and ``bottom < top``."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


def tidy(text: str) -> str:
    """Return ``text`` composed (NFC) on one line, with single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def visible_parts(mark: Mark) -> tuple[str, ...]:
    """Return what the line at the foot says in turn: words of ours and separators at even places, names and numbers at odd ones."""
    words = WORDS[mark.language]
    day = words.day.format(day=mark.on.day, month=words.months[mark.on.month - 1], year=mark.on.year)
    opening = f"DEMO{SEPARATOR}{words.opening}" if mark.demo else words.opening
    licensee, *others = (tidy(fact) for fact in (mark.licensee, mark.licence, mark.person, day, mark.download))
    return (opening, licensee, *(part for fact in others for part in (SEPARATOR, fact)))


def stamp_language(file_language: str) -> str:
    """Return the language of the stamp on a file: the file's own where the stamp has words in it, else English."""
    return file_language if file_language in WORDS else "en"


def visible_line(mark: Mark) -> str:
    """Return the line at the foot of every page."""
    return "".join(visible_parts(mark))


def hidden(mark: Mark) -> dict[str, str]:
    """Return what the file's metadata say: property name to text, the same facts as the visible line."""
    return {
        "licensee": tidy(mark.licensee),
        "licence": tidy(mark.licence),
        "person": tidy(mark.person),
        "on": mark.on.isoformat(),
        "download": tidy(mark.download),
        "demo": "yes" if mark.demo else "no",
    }


def is_right_to_left(text: str) -> bool:
    """Whether the first letter of ``text`` is written from right to left."""
    strong = (direction for sign in text if (direction := unicodedata.bidirectional(sign)) in ("L", "R", "AL"))
    return next(strong, "L") != "L"


def repertoire() -> tuple[int, ...]:
    """Return the code points of ``REPERTOIRE`` in order."""
    return tuple(point for first, last in REPERTOIRE for point in range(first, last + 1))


def line_size(natural_width: float) -> float:
    """Return the type size that fits a line ``natural_width`` wide at ``LINE_SIZE`` into ``LINE_WIDTH``."""
    return LINE_SIZE * min(1.0, LINE_WIDTH / natural_width) if natural_width else LINE_SIZE


def line_scale(width: float, height: float) -> float:
    """Return how much larger than on A4 the line is set on a page seen ``width`` × ``height`` points large.

    It grows with the page's diagonal (posters, slides), keeps to 0.85 on small paper as far as it fits, and never leaves the page.
    """
    diagonal = (width**2 + height**2) ** 0.5
    return min(max(diagonal / DIAGONAL, 0.85), width / (LINE_WIDTH + 2 * FOOT), height / (4 * FOOT))


def foot_of_page(visible: Box, *, turned: int, unit: float) -> tuple[float, float, float, float, float, float]:
    """Return the matrix that sets the line's box upright at the middle of the foot of the page as it is seen.

    ``visible`` is the crop box in the page's units, ``turned`` its /Rotate (degrees clockwise), ``unit`` its /UserUnit (points per unit).
    """
    sideways = turned in (90, 270)
    wide, high = (visible.height, visible.width) if sideways else (visible.width, visible.height)
    scale = line_scale(wide * unit, high * unit) / unit
    rise = FOOT * scale
    centre, middle = (visible.left + visible.right) / 2, (visible.bottom + visible.top) / 2
    if turned == 90:
        return (0, scale, -scale, 0, visible.right - rise, middle)
    if turned == 180:
        return (-scale, 0, 0, -scale, centre, visible.top - rise)
    if turned == 270:
        return (0, -scale, scale, 0, visible.left + rise, middle)
    return (scale, 0, 0, scale, centre, visible.bottom + rise)
