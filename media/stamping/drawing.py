"""The stamp as a shape of a slide (DrawingML), and as properties of an Office document: the same facts as on a PDF."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from media.stamping.rules import LINE_SIZE, LINE_WIDTH, Box, hidden, is_right_to_left, line_scale, tidy, visible_parts

if TYPE_CHECKING:
    from media.stamping.rules import Mark

EMU = 12_700  # in a point
# On screens slides are seen to their edge; what stands at their foot (date, number) ends 10 points above it.
FOOT, HEIGHT = 2.0, 11.0  # points on a slide as large as A4: the line's box
TYPEFACE = "Arial"  # on every system that shows slides, with Latin, Cyrillic, Greek, Hebrew and Arabic letters
# Names in the reader's program come in faces we cannot measure: a letter is taken as wide as Arial's on average, and some more.
EM, WIDE_EM = 0.58, 1.05
MARGIN = 12.0  # points: kept free on each side of the line, and within its ground
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
# Dark on a light ground of its own, so that it is read on any picture; the ground is not seen on a white slide.
SHAPE = (
    "<p:sp {spaces}><p:nvSpPr>"
    '<p:cNvPr id="{id}" name="License stamp"/><p:cNvSpPr txBox="1"><a:spLocks noGrp="1" noMove="1" noResize="1" noTextEdit="1"/></p:cNvSpPr>'
    '<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="85000"/></a:srgbClr></a:solidFill>'
    '<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr">'
    '<a:noAutofit/></a:bodyPr><a:lstStyle/><a:p><a:pPr marL="0" indent="0" algn="ctr" rtl="0"><a:spcBef><a:spcPts val="0"/></a:spcBef>'
    "<a:buNone/></a:pPr>{runs}</a:p></p:txBody></p:sp>"
)
RUN = (
    '<a:r><a:rPr lang="{language}" sz="{size}" b="0" i="0" dirty="0"><a:solidFill><a:srgbClr val="404040"/></a:solidFill>'
    '<a:latin typeface="{face}"/><a:cs typeface="{face}"/></a:rPr><a:t>{text}</a:t></a:r>'
)
LOCALES = {"en": "en-US", "es": "es-ES"}  # what the reader's program spells and speaks the line in
LEFT_TO_RIGHT = "\u200e"  # ends a name from right to left, so that the date behind it stays where it is
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the set of properties a user may add (ECMA-376 part 1, 22.3)
PROPERTY_SPACES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)
PREFIX = "stamp:"
JOINERS = "\u200c\u200d"  # Persian and the languages of India need them within words


def can_say(text: str) -> bool:
    """Whether XML can hold ``text`` and no sign of it acts on its neighbours: controls, turns of direction, private signs."""
    return all(sign.isprintable() or sign in JOINERS for sign in tidy(text))


def place(wide: int, high: int) -> Box:
    """Return the strip at the foot of a slide, in EMU, ``bottom`` the smaller y, within which the line stands whatever it says."""
    scale = line_scale(wide / EMU, high / EMU)
    end = high - FOOT * scale * EMU
    return Box(0, end - HEIGHT * scale * EMU, wide, end)


def shape(mark: Mark, *, id: int, wide: int, high: int) -> bytes:
    """Return the stamp for slides ``wide`` × ``high`` EMU large: the same bytes for every slide, layout and master of a deck."""
    parts = visible_parts(mark)
    scale = line_scale(wide / EMU, high / EMU)
    room = wide / EMU - 2 * MARGIN * scale
    length = sum(WIDE_EM if unicodedata.east_asian_width(sign) in "WF" else EM for part in parts for sign in part)
    size = min(LINE_SIZE * scale, room / length)
    width = round(min(room + MARGIN, max(length * size + MARGIN * scale, LINE_WIDTH * scale / 2)) * EMU)
    box = place(wide, high)
    text = SHAPE.format(
        spaces=SPACES, id=id, x=(wide - width) // 2, y=round(box.bottom), wide=width, high=round(box.height),
        runs="".join(_run(part, size=max(100, int(size * 100)), language=LOCALES[mark.language]) for part in parts),
    )  # fmt: skip
    return text.encode("utf-8")


def properties(mark: Mark, *, first: int) -> bytes:
    """Return the properties that say whose copy it is, their ids counted from ``first``."""
    rows = (
        f'<property {PROPERTY_SPACES} fmtid="{FORMAT}" pid="{first + place}" name="{PREFIX}{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for place, (name, value) in enumerate(hidden(mark).items())
    )
    return "".join(rows).encode("utf-8")


def _run(text: str, *, size: int, language: str) -> str:
    ending = ""
    if is_right_to_left(text):
        language, ending = ("he-IL" if "\u0590" <= next(filter(str.isalpha, text)) <= "\u05ff" else "ar-SA"), LEFT_TO_RIGHT
    return RUN.format(language=language, size=size, face=TYPEFACE, text=escape(text) + ending)
