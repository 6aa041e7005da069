"""The demo kits: real text, one slide a page, the same bytes twice, small."""

import hashlib
import json
from xml.etree import ElementTree

import pytest

from portal.demo import kit_files, kit_logo
from portal.demo.kit_text import BadMarkup, sheets, spans

SMALL = {"deck-6", "certificate", "logo-color"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return kit_files.build(tmp_path_factory.mktemp("kits"), only=SMALL)


def find(built, **facts):
    [file] = [file for file in built if all(getattr(file, key) == value for key, value in facts.items())]
    return file


def text_of(path) -> str:
    """Return the text of a PDF, character by character from its own maps: proof that it is text and not a picture."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        words = [str(pdf.Root.Lang), str(pdf.docinfo["/Title"])]
        words += [str(node) for node in _titles(pdf.Root.StructTreeRoot, 0)]
        assert bool(pdf.Root.MarkInfo.Marked)
        assert all("/Font" in page.Resources for page in pdf.pages)
    return " ".join(words)


def _titles(node, depth):
    """Yield the alternative texts of the structure tree."""
    import pikepdf

    if depth > 40 or not isinstance(node, pikepdf.Dictionary):
        return
    if "/Alt" in node:
        yield node["/Alt"]
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield from _titles(kid, depth + 1)


def test_every_file_says_what_it_is_and_where_it_belongs(built):
    facts = {(file.kit, file.release, file.item, file.right, file.audience, file.language, file.name) for file in built}
    assert ("qtp1", "2.1", "deck-6", "slides", "faculty", "es", "qtp1-deck-6-es.pdf") in facts
    assert ("qtp1", "2.1", "certificate", "organiser", "organiser", "en", "qtp1-certificate-en.pdf") in facts
    assert ("qcs-dh", "1.0", "logo-color", "logo", "designer", "es", "qcs-dh-logo-color-es.svg") in facts
    assert all(file.path.is_file() and file.path.name == file.name for file in built)
    assert len({(file.kit, file.release, file.language, file.name) for file in built}) == len(built) == 12


def test_a_deck_is_tagged_text_with_a_described_chart(built):
    words = text_of(find(built, item="deck-6", language="es").path)
    assert words.startswith("es Datos a lo largo del tiempo (DEMO)")
    assert "ocho puntos seguidos quedan por debajo de la mediana de 51" in words


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_slide_fits_its_page(built, language):
    import pikepdf

    deck = find(built, item="deck-6", language=language)
    source = kit_files.tomllib.loads((kit_files.SOURCE / "qtp1" / "deck-6.toml").read_text("utf-8"))
    with pikepdf.open(deck.path) as pdf:
        assert len(pdf.pages) == 1 + len(sheets(source["text"][language])) == 10


def test_the_same_texts_give_the_same_bytes(built, tmp_path):
    again = kit_files.build(tmp_path, only=SMALL)
    digests = [[hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files] for files in (built, again)]
    assert digests[0] == digests[1]


def test_a_second_build_keeps_what_is_there(built, tmp_path):
    first = kit_files.build(tmp_path, only={"certificate"})
    first[0].path.write_bytes(b"kept")
    assert kit_files.build(tmp_path, only={"certificate"}) == first
    assert first[0].path.read_bytes() == b"kept"


def test_files_are_small(built):
    assert all(1_000 < file.path.stat().st_size < 200_000 for file in built)


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
