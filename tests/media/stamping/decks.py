"""Decks made for the tests, and what would be done to them to do harm."""

import zipfile
from functools import lru_cache
from io import BytesIO

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

MACRO = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@lru_cache
def picture(colour: int = 200) -> bytes:
    from PIL import Image

    output = BytesIO()
    Image.new("RGB", (160, 90), (colour, 90, 40)).save(output, "PNG")
    return output.getvalue()


def written(deck) -> bytes:
    output = BytesIO()
    deck.save(output)
    return output.getvalue()


def deck(slides: int = 3):
    """A wide deck whose slides have a title, and nothing at their foot."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(13.333), Inches(7.5)
    for number in range(slides):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = f"Slide {number + 1}"
    return made


@lru_cache
def plain(slides: int = 3) -> bytes:
    return written(deck(slides))


@lru_cache
def varied() -> bytes:
    """Six slides: plain; a picture over all; no shapes of the master; a layout without them; a filled box at the foot; a chart with its book."""
    made = deck(6)
    slides = list(made.slides)
    wide, high = made.slide_width, made.slide_height
    slides[1].shapes.add_picture(BytesIO(picture()), 0, 0, wide, high)
    slides[2]._element.set("showMasterSp", "0")
    bare = made.slide_layouts[6]
    bare._element.set("showMasterSp", "0")
    slides[3].part.rels[slides[3].part.relate_to(bare.part, OFFICE + "slideLayout")]
    for key, link in list(slides[3].part.rels.items()):
        if link.reltype == OFFICE + "slideLayout" and link.target_part is not bare.part:
            slides[3].part.drop_rel(key)
    box = slides[4].shapes.add_shape(1, 0, high - Inches(1), wide, Inches(1))
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor(6, 61, 50)
    numbers = CategoryChartData()
    numbers.categories = ["A", "B"]
    numbers.add_series("S", (1, 2))
    slides[5].shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), numbers)
    return written(made)


def changed(content: bytes, *, put: dict | None = None, edit: dict | None = None, drop=(), comment: bytes = b"") -> bytes:
    """Return the package with parts put in, edited (old, new in bytes) or dropped."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        target.comment = comment
        for row in source.infolist():
            data = source.read(row)
            if row.filename in drop:
                continue
            for old, new in (edit or {}).get(row.filename, []):
                assert old in data, (row.filename, old)
                data = data.replace(old, new)
            target.writestr(zipfile.ZipInfo(row.filename), data, zipfile.ZIP_DEFLATED)
        for name, data in (put or {}).items():
            target.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def typed(content: bytes, name: str, kind: str, data: bytes = b"x", **more) -> bytes:
    """Return the package with a part of a content type."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    edit = {"[Content_Types].xml": [(b"</Types>", override)], **more.pop("edit", {})}
    return changed(content, put={name: data}, edit=edit, **more)


def linked(content: bytes, kind: str, target: str, *, external: bool = True, source: str = "ppt/slides/_rels/slide1.xml.rels") -> bytes:
    """Return the package with a relationship from its first slide."""
    mode = ' TargetMode="External"' if external else ""
    link = f'<Relationship Id="rId99" Type="{OFFICE}{kind}" Target="{target}"{mode}/></Relationships>'.encode()
    return changed(content, edit={source: [(b"</Relationships>", link)]})
