"""The stamp's typeface: FiraGO (SIL Open Font License), cut once per process to the repertoire of the rules."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from media.stamping.rules import repertoire
from media.stamping.script import forms, meaning

if TYPE_CHECKING:
    import pikepdf

SOURCE = "figo"  # FiraGO Regular in the package pymupdf-fonts
NAME = "FiraGO-Regular"
# A reader that goes by CIDToGIDMap needs no more than these.
UNUSED_TABLES = ("cmap", "name", "post", "OS/2", "gasp", "GDEF", "GPOS", "GSUB", "DSIG", "fpgm", "prep", "cvt ")
STEM = 80  # /StemV, thousandths of the type size; a hint to readers that must replace the face, which they need not here


@dataclass(frozen=True, slots=True)
class Face:
    """A subset ready to embed. Character codes are Unicode code points, ``widths`` thousandths of the type size by code point."""

    name: str
    program: bytes
    program_length: int
    glyphs: bytes
    widths: dict[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    capitals: int


@lru_cache(maxsize=1)
def face() -> Face:
    """Cut the typeface; about a second, once per process. Equal bytes for equal versions of the packages."""
    import pymupdf_fonts
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(pymupdf_fonts.fontbuffers[SOURCE]()), recalcTimestamp=False)
    characters = font.getBestCmap()
    capitals = font["OS/2"].sCapHeight
    wanted = {point: characters[point] for point in sorted((*repertoire(), *forms(repertoire()))) if point in characters}
    options = Options(hinting=False, layout_features=[], notdef_outline=True, drop_tables=list(UNUSED_TABLES), recalc_timestamp=False)
    subsetter = Subsetter(options=options)
    subsetter.populate(glyphs=list(wanted.values()))
    subsetter.subset(font)
    output = BytesIO()
    font.save(output)
    program = output.getvalue()
    glyphs = bytearray(2 * (max(wanted) + 1))
    for point, glyph in wanted.items():
        glyphs[2 * point : 2 * point + 2] = font.getGlyphID(glyph).to_bytes(2, "big")
    head, lines, scale = font["head"], font["hhea"], 1000 / font["head"].unitsPerEm
    return Face(
        name=f"{_tag(program)}+{NAME}",
        program=zlib.compress(program, 9),
        program_length=len(program),
        glyphs=zlib.compress(bytes(glyphs), 9),
        widths={point: round(font["hmtx"][glyph][0] * scale) for point, glyph in wanted.items()},
        box=tuple(round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)),
        ascent=round(lines.ascent * scale),
        descent=round(lines.descent * scale),
        capitals=round(capitals * scale),
    )


def embed(pdf: pikepdf.Pdf) -> Any:
    """Put the face into ``pdf`` as one Type0 font and return its object."""
    from pikepdf import Array, Dictionary, Name, String

    cut = face()
    program = pdf.make_stream(cut.program, Filter=Name.FlateDecode, Length1=cut.program_length)
    descriptor = pdf.make_indirect(Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/" + cut.name), Flags=4, FontBBox=Array(cut.box), ItalicAngle=0,
        Ascent=cut.ascent, Descent=cut.descent, CapHeight=cut.capitals, StemV=STEM, FontFile2=program,
    ))  # fmt: skip
    widths = [part for first, *advances in width_runs() for part in (first, Array(advances))]
    descendant = pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/" + cut.name), FontDescriptor=descriptor,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        W=Array(widths), CIDToGIDMap=pdf.make_stream(cut.glyphs, Filter=Name.FlateDecode),
    ))  # fmt: skip
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/" + cut.name), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([descendant]), ToUnicode=pdf.make_stream(to_unicode(cut.widths)),
    ))  # fmt: skip


def width_runs() -> tuple[tuple[int, ...], ...]:
    """Return runs of neighbouring characters: the first code point, then the widths."""
    widths = face().widths
    return tuple((run[0], *(widths[point] for point in run)) for run in _runs(widths, block=0x10000))


def to_unicode(points: dict[int, int]) -> bytes:
    """Return the CMap that says every code is its own character, and a drawn form the letters it stands for.

    A range may not leave its block of 256 (ISO 32000, 9.10.3).
    """
    plain = {point: width for point, width in points.items() if meaning(point) == chr(point)}
    ranges = [f"<{run[0]:04X}> <{run[-1]:04X}> <{run[0]:04X}>" for run in _runs(plain, block=256)]
    drawn = [f"<{point:04X}> <{meaning(point).encode('utf-16-be').hex().upper()}>" for point in sorted(points.keys() - plain)]
    body = "\n".join((*_blocks(ranges, "bfrange"), *_blocks(drawn, "bfchar")))
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _blocks(rows: list[str], kind: str) -> list[str]:
    """Return ``rows`` by the hundred, which is the most that a block may hold."""
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return [f"{len(block)} begin{kind}\n" + "\n".join(block) + f"\nend{kind}" for block in blocks]


def _runs(points: dict[int, int], *, block: int) -> list[list[int]]:
    """Return ``points`` as runs of neighbours that share a block."""
    ordered = enumerate(sorted(points))
    return [[point for _, point in group] for _, group in groupby(ordered, key=lambda pair: (pair[1] - pair[0], pair[1] // block))]


def _tag(program: bytes) -> str:
    """Return the six capitals that name a subset; the same for the same bytes."""
    return "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
