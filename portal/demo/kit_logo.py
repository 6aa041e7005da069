"""The logo pack of the demo kits: our own neutral mark, as SVG with outlined words and as PNG."""

from dataclasses import dataclass
from html import escape

HALF_A = "M2 2h16l-5 4.67 5 4.67-5 4.66 5 4.67-5 4.66 5 4.67H2z"
HALF_B = "M21.5 2H30v28h-8.5l-5-4.67 5-4.66-5-4.67 5-4.66-5-4.67z"
UNIT = 6.0  # one unit of the 32-unit mark, in user units of the logo
CAP = 62.0  # height of the words' em
CLEAR = 44.0  # clear space: the height of a capital letter (rule LR2)


@dataclass(frozen=True)
class Variant:
    """One way to show the mark; colours are ``#rrggbb``, ``ground`` empty means transparent."""

    code: str
    first: str
    second: str
    words: str
    ground: str


def svg(lines: list[str], variant: Variant, *, language: str, font_bytes: bytes, proof: bool = False) -> str:
    """Return the logo as SVG text; the words are outlines of ``font_bytes``, so that it needs no font. ``proof``: the word PROOF lies across it."""
    mark = 32 * UNIT
    drawn, wide = _outlines(lines, font_bytes, left=CLEAR + mark + 30, top=CLEAR)
    width, height = round(wide + CLEAR), round(mark + 2 * CLEAR)
    ground = f'<path fill="{variant.ground}" d="M0 0h{width}v{height}H0z"/>' if variant.ground else ""
    title = escape(" ".join(lines) + " (DEMO)")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{title}" lang="{language}"><title>{title}</title>{ground}'
        f'<g transform="translate({CLEAR:g} {CLEAR:g}) scale({UNIT:g})">'
        f'<path fill="{variant.first}" d="{HALF_A}"/><path fill="{variant.second}" d="{HALF_B}"/></g>'
        f'<g fill="{variant.words}">{drawn}</g>{_across(font_bytes, width, height) if proof else ""}</svg>\n'
    )


def _across(font_bytes: bytes, width: int, height: int) -> str:
    """Return the word PROOF, large and half transparent, across a drawing of this size."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    word, long = _line(TTFont(BytesIO(font_bytes)), "PROOF", height * 0.6, 0, 0)
    turned = f"translate({width / 2:g} {height / 2:g}) rotate(-14) translate({-long / 2:g} {height * 0.2:g})"
    return f'<g fill="#c8102e" fill-opacity="0.55" transform="{turned}">{word}</g>'


def _outlines(lines: list[str], font_bytes: bytes, *, left: float, top: float) -> tuple[str, float]:
    """Return the words as paths, and the right edge of the longest; the last line is the small word DEMO."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(font_bytes))
    paths, edge = [], left
    for index, (line, size) in enumerate([(lines[0], CAP), (lines[1], CAP), ("DEMO", CAP * 0.38)]):
        baseline = top + (62, 132, 178)[index]
        path, width = _line(font, line, size, left, baseline)
        paths.append(path)
        edge = max(edge, left + width)
    return "".join(paths), edge


def _line(font, text: str, size: float, left: float, baseline: float) -> tuple[str, float]:
    from fontTools.pens.svgPathPen import SVGPathPen

    scale = size / font["head"].unitsPerEm
    glyphs, names, advance = font.getGlyphSet(), font.getBestCmap(), 0
    parts = []
    for character in text:
        glyph = glyphs[names[ord(character)]]
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:g}")
        glyph.draw(pen)
        if commands := pen.getCommands():
            parts.append(f'<path transform="translate({advance:g} 0)" d="{commands}"/>')
        advance += glyph.width
    group = f'<g transform="translate({left:g} {baseline:g}) scale({scale:.6f} {-scale:.6f})">{"".join(parts)}</g>'
    return group, advance * scale
