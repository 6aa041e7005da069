"""The decks of the demo kits as PowerPoint: real titles, text, tables and charts, from the data that layout.typ reads.

The same data give the same bytes: what the libraries write of the clock is taken out again.
"""

import copy
import re
import zipfile
from io import BytesIO

from portal.demo.kit_figures import ACCENT, DEEP, INK, MM, PALE, SANS, SERIF, SOFT, TURN, Page, draw, paragraph, textbox

WIDE, HIGH = 254.0, 142.9  # millimetres; the size of the PDF's slides
LEFT, SPAN = 17.0, 220.0
TITLE, BODY, FOOT = (LEFT, 9.0, SPAN, 15.0), (LEFT, 31.0, SPAN, 97.0), (LEFT, 131.0, 190.0, 5.0)
NUMBER = (LEFT + 195.0, 131.0, 25.0, 5.0)
COVER, CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of the library's own template
COLOURS = {
    "dk1": INK,
    "lt1": "FFFFFF",
    "dk2": DEEP,
    "lt2": "F4F5F1",
    "accent1": ACCENT,
    "accent2": TURN,
    "accent3": "A12A1A",
    "hlink": ACCENT,
}
MOMENT = b"2026-01-01T00:00:00Z"
TEXTS = {"text", "heading", "points", "steps", "checks", "statement", "note"}


def deck(data: dict) -> bytes:
    """Return ``data`` (what layout.typ reads of a deck) as a PowerPoint presentation."""
    from pptx import Presentation
    from pptx.util import Emu

    made = Presentation()
    made.slide_width, made.slide_height = Emu(round(WIDE * MM)), Emu(round(HIGH * MM))
    _dress(made)
    _cover(made, data)
    for number, sheet in enumerate(data["sheets"], 2):
        _sheet(made, data, sheet, number)
    core = made.core_properties
    core.title, core.author, core.language, core.last_modified_by = f"{data['title']} (DEMO)", data["words"]["author"], data["lang"], ""
    output = BytesIO()
    made.save(output)
    return settled(output.getvalue())


def settled(package: bytes) -> bytes:
    """Return an Office package without what it says of the clock, in its workbooks too."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".xlsx"):
                content = settled(content)
            elif name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<", rb"\g<1>" + MOMENT + b"<", content)
            row = zipfile.ZipInfo(name)
            row.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(row, content, compresslevel=9)
    return output.getvalue()


def _dress(made) -> None:
    """Give the library's template our colours, typefaces and places, and drop the layouts we do not use."""
    master = made.slide_master
    for layout in [layout for place, layout in enumerate(made.slide_layouts) if place not in (COVER, CONTENT, TITLE_ONLY)]:
        made.slide_layouts.remove(layout)
    theme = next(link.target_part for link in master.part.rels.values() if link.reltype.endswith("/theme"))
    words = theme.blob.decode()
    for name, colour in COLOURS.items():
        words = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{colour}"/>\g<2>', words, flags=re.S)
    for kind, face in (("major", SERIF), ("minor", SANS)):
        words = re.sub(rf'(<a:{kind}Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{face}", words)
    theme._blob = words.encode()
    for shape in master.placeholders:
        place = {"TITLE": TITLE, "BODY": BODY, "FOOTER": FOOT, "SLIDE_NUMBER": NUMBER}.get(shape.placeholder_format.type.name)
        if place is None:
            shape._element.getparent().remove(shape._element)
        else:
            shape.left, shape.top, shape.width, shape.height = (round(value * MM) for value in place)
    for layout in made.slide_layouts:
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type.name in ("DATE", "FOOTER", "SLIDE_NUMBER"):
                shape._element.getparent().remove(shape._element)
    styles = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    styles.set("algn", "l")
    styles.find("{*}defRPr").set("sz", "2800")


def _cover(made, data: dict) -> None:
    from pptx.enum.shapes import MSO_SHAPE

    slide = made.slides.add_slide(made.slide_layouts[0])
    page = Page(slide, data)
    dark = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *page.emu(WIDE - 92, 0, 92, HIGH))
    dark.fill.solid()
    dark.fill.fore_color.rgb = page.colour(DEEP)
    dark.line.fill.background()
    dark.shadow.inherit = False
    slide.shapes._spTree.insert(2, dark._element)  # behind all else
    title, subtitle = slide.placeholders[0], slide.placeholders[1]
    title.left, title.top, title.width, title.height = page.emu(LEFT, 42, 135, 34)
    subtitle.left, subtitle.top, subtitle.width, subtitle.height = page.emu(LEFT, 78, 132, 24)
    paragraph(title.text_frame, [{"t": data["title"], "b": False}], size=34, face=SERIF, first=True)
    paragraph(subtitle.text_frame, [{"t": data["subtitle"], "b": False}], size=14, colour=SOFT, first=True, align="l")
    textbox(page, (LEFT, 12, 135, 8), [[{"t": "DEMO", "b": True}, {"t": f"  {data['kit']}", "b": False}]], size=10, colour=SOFT)
    textbox(page, (LEFT, 120, 132, 12), [[{"t": data["words"]["demo_note"], "b": False}]], size=8, colour=SOFT)
    textbox(page, (WIDE - 78, 40, 62, 55), [[{"t": data["mark"], "b": False}]], size=110, colour=PALE, face=SERIF, align="r")
    release = f"{data['words']['release']} {data['release']}"
    textbox(page, (WIDE - 78, 124, 62, 8), [[{"t": release, "b": False}]], size=9, colour=PALE, align="r")


def _sheet(made, data: dict, sheet: dict, number: int) -> None:
    """Add a slide: what can be said as text stands in the layout's own place, tables and figures below one another."""
    blocks = sheet["blocks"]
    starts_with_text = bool(blocks) and blocks[0]["k"] in TEXTS
    slide = made.slides.add_slide(made.slide_layouts[1 if starts_with_text else 2])
    page = Page(slide, data, placeholder=slide.placeholders[1] if starts_with_text else None)
    slide.shapes.title.text_frame.text = sheet["title"]
    if sheet["minutes"] is not None:
        words = data["words"]
        turn = f"{words['your_turn']} · {sheet['minutes']} {words['minutes']}"
        textbox(page, (LEFT + SPAN - 60, 4, 60, 7), [[{"t": turn, "b": True}]], size=11, align="r", ground=TURN)
    draw(page, blocks, BODY)
    _foot(slide, data, number)


def _foot(slide, data: dict, number: int) -> None:
    """Repeat the master's footer and number on the slide, as PowerPoint does when they are switched on."""
    from lxml import etree

    footer = f"DEMO · {data['kit']} · {data['title']} · {data['words']['release']} {data['release']}"
    for shape in slide.slide_layout.slide_master.placeholders:
        kind = shape.placeholder_format.type.name
        if kind not in ("FOOTER", "SLIDE_NUMBER"):
            continue
        element = copy.deepcopy(shape._element)
        element.nvSpPr.cNvPr.set("id", str(max(other.shape_id for other in slide.shapes) + 1))
        slide.shapes._spTree.append(element)
        (row,) = element.txBody.findall("{*}p")
        for child in list(row):
            row.remove(child)
        space = row.tag.partition("}")[0][1:]
        if kind == "SLIDE_NUMBER":
            run = etree.SubElement(row, f"{{{space}}}fld", id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
            etree.SubElement(run, f"{{{space}}}rPr", lang=data["lang"], sz="800")
            etree.SubElement(run, f"{{{space}}}t").text = str(number)
        else:
            run = etree.SubElement(row, f"{{{space}}}r")
            etree.SubElement(run, f"{{{space}}}rPr", lang=data["lang"], sz="800")
            etree.SubElement(run, f"{{{space}}}t").text = footer
        row.insert(0, etree.Element(f"{{{space}}}pPr", algn="r" if kind == "SLIDE_NUMBER" else "l"))
