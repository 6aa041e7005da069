"""What stands on a slide of the demo decks: paragraphs, tables, charts and boxes, one below the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MM = 36_000  # EMU
SERIF, SANS = "Georgia", "Arial"
INK, SOFT, ACCENT, DEEP, TURN, PALE, EDGE, SUNK = "16211E", "4C5955", "0B5A4A", "063D32", "FFC738", "A9E4D3", "75827D", "F4F5F1"
LANGUAGES = {"en": "en-US", "es": "es-ES"}
GAP = 4.0  # millimetres between what stands below one another
FIGURE = 66.0  # millimetres high
# Size in points, colour, mark before the first word ("1." counts), typeface.
LOOKS: dict[str, tuple[float, str, str, str]] = {
    "text": (18, INK, "", SANS), "heading": (16, ACCENT, "", SANS), "points": (18, INK, "–", SANS), "steps": (18, INK, "1.", SANS),
    "checks": (18, INK, "☐", SANS), "statement": (25, DEEP, "", SERIF), "note": (12, SOFT, "", SANS),
}  # fmt: skip
TABLE_SIZE = 14.0
Place = tuple[float, float, float, float]  # left, top, width, height in millimetres


@dataclass
class Page:
    """A slide being filled. ``placeholder`` takes the first text."""

    slide: Any
    data: dict
    placeholder: Any = None

    @staticmethod
    def emu(*values: float) -> tuple[int, ...]:
        return tuple(round(value * MM) for value in values)

    @staticmethod
    def colour(text: str) -> Any:
        from pptx.dml.color import RGBColor

        return RGBColor.from_string(text)


def draw(page: Page, blocks: list[dict], place: Place) -> None:
    """Put ``blocks`` below one another into ``place``, smaller where they would not fit."""
    left, top, width, height = place
    scale = next((scale for scale in (1.0, 0.9, 0.8, 0.72, 0.65) if _tall(blocks, width, scale) <= height), 0.6)
    for group in _groups(blocks):
        tall = _tall(group, width, scale)
        _draw_group(page, group, (left, top, width, tall), scale)
        top += tall + GAP


def _groups(blocks: list[dict]) -> list[list[dict]]:
    """Return ``blocks`` with neighbouring texts taken together."""
    found: list[list[dict]] = []
    for block in blocks:
        if block["k"] in LOOKS and found and found[-1][0]["k"] in LOOKS:
            found[-1].append(block)
        elif block["k"] in LOOKS or block["k"] in ("table", "figure", "columns"):
            found.append([block])
    return found


def _rows(block: dict) -> list[list[dict]]:
    """Return the paragraphs of a text block as runs."""
    if block["k"] == "heading":
        return [[{"t": block["text"], "b": True}]]
    return block["items"] if "items" in block else [block["spans"]]


def _tall(blocks: list[dict], width: float, scale: float) -> float:
    """Return about how high ``blocks`` are, in millimetres; letters are taken as half as wide as they are high."""
    groups = _groups(blocks)
    total = GAP * max(0, len(groups) - 1)
    for block in (block for group in groups for block in group):
        kind = block["k"]
        if kind in LOOKS:
            size = LOOKS[kind][0] * scale * 0.3528
            total += sum(_lines(row, width - 8, size) * size * 1.2 + size * 0.5 for row in _rows(block))
        elif kind == "table":
            size, each = TABLE_SIZE * scale * 0.3528, width / len(block["rows"][0])
            total += sum(max(_lines(cell, each - 6, size) for cell in row) * size * 1.25 + 3.4 for row in block["rows"])
        elif kind == "columns":
            each = (width - 10 * (len(block["cols"]) - 1)) / len(block["cols"])
            total += max(10 + _tall(column["blocks"], each, scale) for column in block["cols"])
        else:
            total += FIGURE * scale
    return total


def _lines(runs: list[dict], width: float, size: float) -> int:
    return max(1, -(-sum(len(run["t"]) for run in runs) * size * 0.5 // max(width, 10)).__int__())


def _draw_group(page: Page, group: list[dict], place: Place, scale: float) -> None:
    kind = group[0]["k"]
    if kind in LOOKS:
        _texts(page, group, place, scale)
    elif kind == "table":
        _table(page, group[0]["rows"], place, scale)
    elif kind == "columns":
        columns = group[0]["cols"]
        each = (place[2] - 10 * (len(columns) - 1)) / len(columns)
        for number, column in enumerate(columns):
            left = place[0] + number * (each + 10)
            draw(page, [{"k": "heading", "text": column["head"]}, *column["blocks"]], (left, place[1], each, place[3]))
    else:
        figure = page.data["figures"][group[0]["name"]]
        before = len(page.slide.shapes)
        FIGURES[figure["kind"]](page, figure, place, scale)
        made = list(page.slide.shapes)[before:]
        if made:
            made[0]._element.xpath(".//p:cNvPr")[0].set("descr", figure["alt"])


def _texts(page: Page, group: list[dict], place: Place, scale: float) -> None:
    shape, page.placeholder = page.placeholder, None
    if shape is None:
        shape = page.slide.shapes.add_textbox(*page.emu(*place))
    shape.left, shape.top, shape.width, shape.height = page.emu(*place)
    shape.text_frame.word_wrap = True
    first = True
    for block in group:
        size, colour, mark, face = LOOKS[block["k"]]
        for row in _rows(block):
            paragraph(shape.text_frame, row, size=size * scale, colour=colour, face=face, mark=mark, first=first, lang=page.data["lang"])
            first = False


def paragraph(
    frame: Any, runs: list[dict], *, size: float, colour: str = INK, face: str = SANS, mark: str = "", first: bool = False, align: str = "l",
    lang: str = "en",
) -> None:  # fmt: skip
    """Write one paragraph; ``mark`` stands before it, "1." counts. ``first``: take the frame's empty one."""
    from lxml import etree
    from pptx.util import Pt

    made = frame.paragraphs[0] if first else frame.add_paragraph()
    properties = made._p.get_or_add_pPr()
    space = properties.tag.partition("}")[0][1:]
    indent = round(size * 12_700 * 1.1) if mark else 0
    for name, value in (("marL", str(indent)), ("indent", str(-indent)), ("algn", align)):
        properties.set(name, value)
    made.space_before = Pt(0 if first else round(size * (0.9 if face == SERIF or colour == SOFT else 0.4)))
    if mark == "1.":
        etree.SubElement(properties, f"{{{space}}}buAutoNum", type="arabicPeriod")
    elif mark:
        etree.SubElement(properties, f"{{{space}}}buChar", char=mark)
    else:
        etree.SubElement(properties, f"{{{space}}}buNone")
    for run in runs:
        part = made.add_run()
        part.text, part.font.bold, part.font.size, part.font.name = run["t"], run["b"], Pt(round(size * 2) / 2), face
        part.font.color.rgb = Page.colour(colour)
        part._r.get_or_add_rPr().set("lang", LANGUAGES.get(lang, lang))


def textbox(page: Page, place: Place, rows: list[list[dict]], *, size: float, ground: str = "", **look: Any) -> None:
    """Add a box of text outside the flow; ``ground`` fills it."""
    shape = page.slide.shapes.add_textbox(*page.emu(*place))
    shape.text_frame.word_wrap = True
    if ground:
        shape.fill.solid()
        shape.fill.fore_color.rgb = page.colour(ground)
    for number, runs in enumerate(rows):
        paragraph(shape.text_frame, runs, size=size, first=number == 0, lang=page.data["lang"], **look)


def _table(page: Page, rows: list[list[list[dict]]], place: Place, scale: float) -> None:
    shape = page.slide.shapes.add_table(len(rows), len(rows[0]), *page.emu(*place))
    table = shape.table
    table.horz_banding = False
    lengths = [max(8, min(44, max(sum(len(run["t"]) for run in row[column]) for row in rows))) for column in range(len(rows[0]))]
    for column, length in enumerate(lengths):
        table.columns[column].width = round(place[2] * MM * length / sum(lengths))
    for number, row in enumerate(rows):
        for cell, runs in zip(table.rows[number].cells, row, strict=True):
            cell.fill.solid()
            cell.fill.fore_color.rgb = page.colour(DEEP if number == 0 else SUNK)
            cell.margin_top = cell.margin_bottom = round(1.2 * MM)
            paragraph(
                cell.text_frame, runs, size=TABLE_SIZE * scale, colour="FFFFFF" if number == 0 else INK, first=True, lang=page.data["lang"]
            )


def _chart(page: Page, figure: dict, place: Place, kind: str, categories: list, series: dict[str, list]) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Pt

    numbers = CategoryChartData()
    numbers.categories = categories
    for name, values in series.items():
        numbers.add_series(name, values)
    chart = page.slide.shapes.add_chart(getattr(XL_CHART_TYPE, kind), *page.emu(*place), numbers).chart
    chart.font.size, chart.font.name = Pt(10), SANS
    chart.has_title = False
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for row, colour in zip(chart.plots[0].series, (INK, ACCENT, EDGE), strict=False):
        row.format.line.color.rgb = page.colour(colour)
        row.smooth = False
        if kind == "BAR_CLUSTERED":
            row.format.fill.solid()
            row.format.fill.fore_color.rgb = page.colour(ACCENT)
    return chart


def _run(page: Page, figure: dict, place: Place, scale: float) -> None:
    """A run chart: the values, their median and the goal where there is one."""
    values, words = figure["values"], page.data["words"]
    series = {figure["x"]: values}
    if "median" in figure:
        series[f"{words['median']} {figure['median']}"] = [figure["median"]] * len(values)
    if "goal" in figure:
        series[f"{words['goal']} {figure['goal']}"] = [figure["goal"]] * len(values)
    chart = _chart(page, figure, place, "LINE", list(range(1, len(values) + 1)), series)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = figure.get("low", 0), figure["high"]


def _pareto(page: Page, figure: dict, place: Place, scale: float) -> None:
    chart = _chart(page, figure, place, "BAR_CLUSTERED", figure["labels"], {figure.get("x", "n"): figure["values"]})
    chart.category_axis.reverse_order = True
    chart.plots[0].has_data_labels = True
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False


def _process(page: Page, figure: dict, place: Place, scale: float) -> None:
    from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE

    left, top, width, _ = place
    steps, gap, tall = figure["steps"], 5.0, 32.0
    each = (width - gap * (len(steps) - 1)) / len(steps)
    for number, step in enumerate(steps):
        x = left + number * (each + gap)
        form = MSO_SHAPE.ROUNDED_RECTANGLE if step["kind"] in ("start", "end") else MSO_SHAPE.RECTANGLE
        box = page.slide.shapes.add_shape(form, *page.emu(x, top + 8, each, tall))
        box.fill.solid()
        box.fill.fore_color.rgb = page.colour("FBF1EF" if step["kind"] == "wait" else "FFFFFF")
        box.line.color.rgb = page.colour("A12A1A" if step["kind"] == "wait" else INK)
        box.shadow.inherit = False
        box.text_frame.word_wrap = True
        frame = box.text_frame
        frame.margin_left = frame.margin_right = round(1 * MM)
        paragraph(frame, [{"t": step["label"], "b": False}], size=12 * scale, first=True, align="ctr", lang=page.data["lang"])
        if step.get("time"):
            runs = [[{"t": step["time"], "b": False}]]
            textbox(page, (x, top + 9 + tall, each, 8), runs, size=11 * scale, colour=SOFT, align="ctr")
        if number:
            middle = top + 8 + tall / 2
            line = page.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *page.emu(x - gap, middle, x, middle))
            line.line.color.rgb = page.colour(INK)


def _cycle(page: Page, figure: dict, place: Place, scale: float) -> None:
    """The four parts of a test, in the order one goes through them."""
    rows = [[[{"t": title, "b": True}], [{"t": body, "b": False}]] for title, body in figure["parts"]]
    _table(page, [[[{"t": "PDSA", "b": True}], [{"t": "", "b": False}]], *rows], place, scale)


def _tree(page: Page, figure: dict, place: Place, scale: float) -> None:
    """Aim, drivers and changes: the aim as the head, a row for each driver."""
    head = [[{"t": figure["aim"], "b": True}], [{"t": "", "b": False}]]
    rows = [[[{"t": row["driver"], "b": True}], [{"t": "; ".join(row["changes"]), "b": False}]] for row in figure["drivers"]]
    _table(page, [head, *rows], place, scale)


FIGURES: dict[str, Callable[[Page, dict, Place, float], None]] = {
    "run": _run, "pareto": _pareto, "process": _process, "cycle": _cycle, "tree": _tree,
}  # fmt: skip
