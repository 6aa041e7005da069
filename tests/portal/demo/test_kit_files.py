"""The demo kits: real text, one slide a page, the same bytes twice, small."""

import hashlib
import json
import re
import tomllib
from xml.etree import ElementTree

import pikepdf
import pytest
from pptx import Presentation

from portal.demo import kit_files, kit_logo
from portal.demo.kit_text import BadMarkup, sheets, spans

SMALL = {"deck-6", "certificate", "logo-color"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return kit_files.build(tmp_path_factory.mktemp("kits"), only=SMALL)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return kit_files.build(tmp_path_factory.mktemp("whole"))


def find(built, **facts):
    [file] = [file for file in built if all(getattr(file, key) == value for key, value in facts.items())]
    return file


def source_of(file):
    """Return the text a document was built from."""
    book = tomllib.loads((kit_files.SOURCE / "kits.toml").read_text("utf-8"))
    [name] = [item["file"] for kit in book["kit"] if kit["code"] == file.kit for item in kit["items"] if item["code"] == file.item]
    return kit_files.SOURCE / file.kit / f"{name}.toml"


def pages_of(path) -> list[str]:
    """Return the words of each page without spaces, read through the fonts' own maps: proof that it is text, not a picture."""
    with pikepdf.open(path) as pdf:
        return [words_of(page, {}) for page in pdf.pages]


def words_of(page, maps) -> str:
    words, current = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps.setdefault(str(operands[0]), unicode_map(page.Resources.Font[operands[0]]))
        elif str(operator) in ("Tj", "TJ"):
            runs = operands[0] if str(operator) == "TJ" else operands
            for run in runs:
                if isinstance(run, pikepdf.String):
                    raw = bytes(run)
                    words += [current.get(raw[at : at + 2], "") for at in range(0, len(raw), 2)]
    return "".join("".join(words).split())


def unicode_map(font) -> dict[bytes, str]:
    """Return glyph code to words of a font, from its ToUnicode map."""
    text = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>\s*\n", text)
    return {bytes.fromhex(code): bytes.fromhex(words).decode("utf-16-be") for code, words in pairs}


def alternatives(node, depth=0):
    """Yield the descriptions in a structure tree."""
    if depth > 40 or not isinstance(node, pikepdf.Dictionary):
        return
    if "/Alt" in node:
        yield str(node["/Alt"])
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield from alternatives(kid, depth + 1)


def test_every_page_of_every_file_says_demo(whole):
    for file in whole:
        if file.path.suffix == ".pdf":
            drawn = file.artwork == "production"  # its words are outlines: the document says it
            assert all("DEMO" in words for words in ([titled(file.path)] if drawn else pages_of(file.path))), file.name


def titled(path) -> str:
    with pikepdf.open(path) as pdf:
        return str(pdf.docinfo["/Title"])


def test_each_slide_and_each_chapter_fits_its_page(whole):
    """The decks name pages of the workbook, so these must not move."""
    for file in whole:
        if file.path.suffix == ".pdf" and (file.item.startswith(("deck-", "slides-", "disclosure")) or file.item == "workbook"):
            source = tomllib.loads(source_of(file).read_text("utf-8"))
            front = 2 if file.item == "workbook" else 1
            assert len(pages_of(file.path)) == front + len(sheets(source["text"][file.language])), file.name


def test_the_whole_set_is_small(whole):
    assert len(whole) == 117
    assert sum(file.path.stat().st_size for file in whole) < 12_000_000
    assert all(1_000 < file.path.stat().st_size < 300_000 for file in whole)


def test_every_file_says_what_it_is_and_where_it_belongs(built):
    facts = {(file.kit, file.release, file.item, file.right, file.audience, file.language, file.name) for file in built}
    assert ("qtp1", "2.1", "deck-6", "slides", "faculty", "es", "qtp1-deck-6-es.pdf") in facts
    assert ("qtp1", "2.1", "certificate", "organiser", "organiser", "en", "qtp1-certificate-en.pdf") in facts
    assert ("qcs-dh", "1.0", "logo-color", "logo", "designer", "es", "qcs-dh-logo-color-es.svg") in facts
    assert all(file.path.is_file() and file.path.name == file.name for file in built)
    assert len({(file.kit, file.release, file.language, file.name) for file in built}) == len(built) == 18


def test_a_deck_is_tagged_text_with_a_described_chart(built):
    deck = find(built, name="qtp1-deck-6-es.pdf").path
    with pikepdf.open(deck) as pdf:
        assert (str(pdf.Root.Lang), str(pdf.docinfo["/Title"])) == ("es", "Datos a lo largo del tiempo (DEMO)")
        assert bool(pdf.Root.MarkInfo.Marked)
        described = list(alternatives(pdf.Root.StructTreeRoot))
    assert any("ocho puntos seguidos quedan por debajo de la mediana de 51" in words for words in described)
    assert "Resistirlatentacióndeactuarporunsolopunto" in pages_of(deck)[1]


def test_every_slide_of_a_powerpoint_deck_has_its_title_and_says_demo(whole):
    decks = [file for file in whole if file.path.suffix == ".pptx"]
    assert len(decks) == 19
    for file in decks:
        source = tomllib.loads(source_of(file).read_text("utf-8"))
        cover, *slides = Presentation(file.path).slides
        assert cover.shapes.title.text == file.title
        assert [slide.shapes.title.text for slide in slides] == [sheet.title for sheet in sheets(source["text"][file.language])]
        for slide in (cover, *slides):
            assert any("DEMO" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame), file.name


def test_what_a_slide_shows_stays_on_it(whole):
    for file in (file for file in whole if file.path.suffix == ".pptx"):
        deck = Presentation(file.path)
        for slide in deck.slides:
            for shape in slide.shapes:
                assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, (file.name, slide.shapes.title.text)
                assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, (file.name, slide.shapes.title.text)


def test_a_powerpoint_deck_has_text_tables_and_a_described_chart(built):
    deck = Presentation(find(built, name="qtp1-deck-6-es.pptx").path)
    assert (deck.core_properties.title, deck.core_properties.language) == ("Datos a lo largo del tiempo (DEMO)", "es")
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    charts = [shape for shape in shapes if shape.has_chart]
    assert "ocho puntos seguidos" in charts[1]._element.xpath(".//p:cNvPr")[0].get("descr")
    assert list(charts[1].chart.plots[0].series[0].values)[:3] == [52, 47, 58]
    assert [shape.table.cell(0, 0).text for shape in shapes if shape.has_table] == ["Señal"]
    assert "Resistir la tentación de actuar por un solo punto" in deck.slides[1].placeholders[1].text_frame.text


def test_the_same_texts_give_the_same_bytes(built, tmp_path):
    again = kit_files.build(tmp_path, only=SMALL)
    digests = [[hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files] for files in (built, again)]
    assert digests[0] == digests[1]


def test_a_second_build_keeps_what_is_there(built, tmp_path):
    first = kit_files.build(tmp_path, only={"certificate"})
    first[0].path.write_bytes(b"kept")
    assert kit_files.build(tmp_path, only={"certificate"}) == first
    assert first[0].path.read_bytes() == b"kept"


def test_the_logo_is_outlined_named_and_marked_demo(built):
    drawing = find(built, kit="qtp1", item="logo-color", name="qtp1-logo-color-es.svg").path.read_text("utf-8")
    root = ElementTree.fromstring(drawing)
    assert root.attrib["aria-label"] == "Programa con licencia (DEMO)"
    assert "<text" not in drawing and "font" not in drawing and "style" not in drawing
    picture = find(built, kit="qtp1", name="qtp1-logo-color-es.png").path.read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 1200


def test_a_reversed_logo_stands_on_its_ground():
    look = kit_logo.Variant("logo-reversed", "#a9e4d3", "#ffffff", "#ffffff", "#063d32")
    drawing = kit_logo.svg(["Licensed", "program"], look, language="en", font_bytes=kit_files.font("figo"))
    assert drawing.index('fill="#063d32"') < drawing.index('fill="#a9e4d3"') < drawing.index('fill="#ffffff"')


def test_markup_becomes_blocks():
    [slide] = sheets("# A\n! 5\n- **One.** two\n- three\n\n| a | b |\n| c | d |\n@rows 2\n=== L\nx\n=== R\n> y\n===\n~ z\n")
    assert (slide.title, slide.minutes) == ("A", 5)
    assert [block["k"] for block in slide.blocks] == ["points", "table", "rows", "columns", "note"]
    assert slide.blocks[0]["items"] == [[{"t": "One.", "b": True}, {"t": " two", "b": False}], [{"t": "three", "b": False}]]
    assert [column["head"] for column in slide.blocks[3]["cols"]] == ["L", "R"]
    assert json.loads(json.dumps(slide.as_dict())) == slide.as_dict()


def test_a_bad_marker_is_named():
    with pytest.raises(BadMarkup) as refused:
        sheets("# A\n! soon\n")
    assert refused.value.line == "! soon"
    assert refused.value.code == "bad_markup"


def test_words_stay_words_whatever_they_contain():
    assert spans('#import "x" $y$ *z*') == [{"t": '#import "x" $y$ *z*', "b": False}]


def test_words_fall_back_to_english():
    assert kit_files.localised({"title": {"en": "A"}, "rows": [{"en": "B", "es": "C"}]}, "es") == {"title": "A", "rows": ["C"]}
