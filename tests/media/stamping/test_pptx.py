"""A stamped deck: every slide names its licensee, nothing else changes, and any program opens it."""

import json
import random
import re
import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO

import pytest
from pptx import Presentation

from media.stamping import drawing, pptx, rules
from media.stamping.rules import CannotStamp, Mark
from tests.media.stamping import decks

MARK = Mark(licensee="Fundación ECO", licence="L-2026-0042", person="María Pérez", on=date(2026, 11, 22), download="D-7F3K", demo=True)
LINE = "DEMO · Licensed to Fundación ECO · L-2026-0042 · María Pérez · 22 November 2026 · D-7F3K"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DECKS = {
    "plain": lambda: decks.plain(3),
    "varied": decks.varied,
    "with properties": lambda: decks.typed(
        decks.plain(2), "docProps/custom.xml", pptx.PROPERTIES, own_properties(),
        edit={"_rels/.rels": [(b"</Relationships>", own_link())]},
    ),
}  # fmt: skip


def own_properties() -> bytes:
    row = f'<property fmtid="{drawing.FORMAT}" pid="7" name="Department"><vt:lpwstr>Teaching</vt:lpwstr></property>'
    return f"<Properties {drawing.PROPERTY_SPACES}>{row}</Properties>".encode()


def own_link() -> bytes:
    return f'<Relationship Id="rId77" Type="{decks.OFFICE}custom-properties" Target="docProps/custom.xml"/></Relationships>'.encode()


def prepared(master: bytes):
    target = BytesIO()
    slots = pptx.prepare(BytesIO(master), target)
    return target.getvalue(), pptx.Slots.from_json(json.loads(json.dumps(slots.to_json())))


def stamped(master: bytes, mark=MARK) -> bytes:
    prefix, slots = prepared(master)
    return prefix + pptx.tail(slots, mark)


def lines(part) -> list[str]:
    """Return what the stamps of a slide, layout or master say."""
    shapes = [shape for shape in part.shapes if shape.name == "License stamp"]
    return ["".join(run.text for run in shape.text_frame.paragraphs[0].runs) for shape in shapes]


def seen_on(slide) -> list[str]:
    """Return the stamps a reader of ``slide`` is shown, from the lowest to the highest."""
    layout = slide.slide_layout
    shown = []
    if slide._element.get("showMasterSp", "1") == "1":
        shown += lines(layout.slide_master) if layout._element.get("showMasterSp", "1") == "1" else []
        shown += lines(layout)
    return shown + lines(slide)


def spans(content: bytes) -> dict[str, bytes]:
    """Return the packed bytes of every member by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        found = {}
        for row in archive.infolist():
            name, extra = (int.from_bytes(content[row.header_offset + at : row.header_offset + at + 2], "little") for at in (26, 28))
            begin = row.header_offset + 30 + name + extra
            found[row.filename] = content[begin : begin + row.compress_size]
        return found


@pytest.mark.check("S18")
@pytest.mark.row("A3")
@pytest.mark.parametrize("kind", list(DECKS))
def test_every_slide_names_the_licensee(kind):
    copy = stamped(DECKS[kind]())
    for slide in Presentation(BytesIO(copy)).slides:
        assert seen_on(slide)
        assert set(seen_on(slide)) == {LINE}


@pytest.mark.check("S18")
def test_what_would_hide_a_masters_stamp_is_stamped_itself(tmp_path):
    _, slots = prepared(decks.varied())
    assert [member.name.removeprefix("ppt/") for member in slots.stamped] == [
        "slideMasters/slideMaster1.xml", "slideLayouts/slideLayout7.xml", "slides/slide2.xml", "slides/slide3.xml", "slides/slide5.xml",
    ]  # fmt: skip
    deck = Presentation(BytesIO(stamped(decks.varied())))
    for slide in deck.slides:
        if lines(slide):  # it lies over all else
            assert slide.shapes[-1].name == "License stamp"


def test_a_placeholder_that_lends_a_slide_its_ground_counts_as_the_slides_own():
    layout = "ppt/slideLayouts/slideLayout6.xml"
    ground = b'<p:spPr><a:xfrm><a:off x="0" y="6000000"/><a:ext cx="12000000" cy="858000"/></a:xfrm><a:solidFill><a:srgbClr val="063D32"/></a:solidFill></p:spPr>'
    master = decks.changed(decks.plain(2), edit={layout: [(b"<p:spPr/>", ground)]})
    _, slots = prepared(master)
    assert [member.name for member in slots.stamped][1:] == [layout, "ppt/slides/slide1.xml", "ppt/slides/slide2.xml"]


def test_members_without_a_stamp_keep_their_bytes():
    master = decks.varied()
    before, after = spans(master), spans(stamped(master))
    _, slots = prepared(master)
    changed = {member.name for member in slots.stamped} | {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"}
    assert set(after) == set(before) | {"docProps/custom.xml"}
    assert {name for name in before if before[name] != after[name]} <= changed
    assert all(before[name] == after[name] for name in set(before) - changed)
    assert len(set(before) - changed) == len(before) - 7


def test_slides_say_what_they_said_and_the_stamp():
    before, after = (Presentation(BytesIO(content)) for content in (decks.varied(), stamped(decks.varied())))
    for old, new in zip(before.slides, after.slides, strict=True):
        kept = [shape for shape in new.shapes if shape.name != "License stamp"]
        assert [(shape.shape_id, shape.name, shape.has_text_frame and shape.text_frame.text) for shape in old.shapes] == [
            (shape.shape_id, shape.name, shape.has_text_frame and shape.text_frame.text) for shape in kept
        ]
        ids = [shape.shape_id for shape in new.shapes]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", list(DECKS))
def test_archive_programs_find_nothing_wrong(kind, tmp_path):
    copy = tmp_path / "copy.pptx"
    copy.write_bytes(stamped(DECKS[kind]()))
    with zipfile.ZipFile(copy) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert len(set(archive.namelist())) == len(archive.namelist())
    if shutil.which("unzip"):
        said = subprocess.run(["unzip", "-tq", copy], capture_output=True, text=True, check=True)
        assert said.stdout.startswith("No errors detected") and not said.stderr


def test_properties_name_the_copy_beside_those_that_were_there():
    with zipfile.ZipFile(BytesIO(stamped(DECKS["with properties"]()))) as archive:
        said = archive.read("docProps/custom.xml").decode()
    found = re.findall(r'pid="(\d+)" name="([\w:]+)"><vt:lpwstr>([^<]*)<', said)
    assert found == [
        ("7", "Department", "Teaching"), ("8", "stamp:licensee", "Fundación ECO"), ("9", "stamp:licence", "L-2026-0042"),
        ("10", "stamp:person", "María Pérez"), ("11", "stamp:on", "2026-11-22"), ("12", "stamp:download", "D-7F3K"), ("13", "stamp:demo", "yes"),
    ]  # fmt: skip


def test_a_deck_without_properties_learns_of_them():
    with zipfile.ZipFile(BytesIO(stamped(decks.plain(1)))) as archive:
        assert b'name="stamp:licensee"' in archive.read("docProps/custom.xml")
        assert archive.read("[Content_Types].xml").count(pptx.PROPERTIES.encode()) == 1
        assert archive.read("_rels/.rels").count(b'Target="docProps/custom.xml"') == 1


@pytest.mark.check("S18")
def test_a_copy_is_no_master():
    with pytest.raises(CannotStamp) as refused:
        pptx.prepare(BytesIO(stamped(decks.plain(1))), BytesIO())
    assert refused.value.code == "already_stamped"


NAMES = {
    "markup": ("Pérez & <Söhne> \"]]>'", "en-US"),
    "cyrillic": ("Російське Товариство", "en-US"),
    "arabic": ("جمعية الأطباء", "ar-SA"),
    "hebrew": ("אגודה רפואית", "he-IL"),
    "chinese": ("台灣醫學會", "en-US"),
}


@pytest.mark.parametrize("kind", list(NAMES))
def test_a_name_of_any_script_is_text_of_the_slide(kind):
    name, language = NAMES[kind]
    mark = Mark(name, "L-2026-0042", name, date(2026, 11, 22), "D-7F3K")
    master = Presentation(BytesIO(stamped(decks.plain(1), mark))).slide_master
    (line,) = lines(master)
    ending = "\u200e" if language != "en-US" else ""
    assert line == f"Licensed to {name}{ending} · L-2026-0042 · {name}{ending} · 22 November 2026 · D-7F3K"
    (shape,) = [shape for shape in master.shapes if shape.name == "License stamp"]
    runs = shape.text_frame.paragraphs[0].runs
    assert [run._r.rPr.get("lang") for run in runs if run.text.rstrip("\u200e") == name] == [language, language]
    assert {run._r.rPr.find(A + face).get("typeface") for run in runs for face in ("latin", "cs")} == {"Arial"}
    assert pptx.covers(prepared(decks.plain(1))[1], name)


def test_a_line_in_spanish_is_marked_as_spanish():
    mark = Mark("Fundación ECO", "L-2026-0042", "ليلى", date(2026, 11, 22), "D-7F3K", language="es")
    master = Presentation(BytesIO(stamped(decks.plain(1), mark))).slide_master
    assert lines(master) == ["Con licencia para Fundación ECO · L-2026-0042 · ليلى\u200e · 22 de noviembre de 2026 · D-7F3K"]
    (shape,) = [shape for shape in master.shapes if shape.name == "License stamp"]
    assert {run._r.rPr.get("lang") for run in shape.text_frame.paragraphs[0].runs} == {"es-ES", "ar-SA"}


@pytest.mark.parametrize("name", ["a\x00b", "a\x07b", "a\u202eb", "a\ue000b", "a\ufffeb", "a\ud800b"])
def test_signs_that_xml_cannot_hold_or_that_turn_a_line_round_are_refused(name):
    _, slots = prepared(decks.plain(1))
    assert not pptx.covers(slots, name)
    with pytest.raises(CannotStamp) as refused:
        pptx.tail(slots, Mark(name, "L-1", "P", date(2026, 1, 1), "D-1"))
    assert refused.value.code == "characters"


def test_a_long_name_stays_on_the_slide():
    mark = Mark("Sociedad " * 25, "L-2026-0042", "María " * 25, date(2026, 11, 22), "D-7F3K")
    deck = Presentation(BytesIO(stamped(decks.plain(1), mark)))
    (shape,) = [shape for shape in deck.slide_master.shapes if shape.name == "License stamp"]
    (size,) = {run.font.size.pt for run in shape.text_frame.paragraphs[0].runs}
    assert len(shape.text_frame.text) * size * drawing.EM < deck.slide_width.pt
    assert shape.left > 0 and shape.left + shape.width < deck.slide_width and shape.top + shape.height < deck.slide_height


def test_equal_decks_and_marks_give_equal_bytes():
    assert stamped(decks.varied()) == stamped(decks.varied())
    assert stamped(decks.varied()) != stamped(decks.varied(), Mark("Other", "L-1", "P", date(2026, 1, 1), "D-1"))


def test_a_tail_grows_by_the_directory_alone():
    few, many = (prepared(decks.plain(slides)) for slides in (20, 150))
    tails = [len(pptx.tail(slots, MARK)) for _, slots in (few, many)]
    assert tails[1] - tails[0] == len(many[1].directory) - len(few[1].directory)
    assert [slots.pages for _, slots in (few, many)] == [20, 150]
    assert [len(slots.stamped) for _, slots in (few, many)] == [1, 1]


def test_a_tail_is_made_without_the_prefix():
    prefix, slots = prepared(decks.plain(2))
    far = pptx.Slots(**{name: getattr(slots, name) for name in slots.__dataclass_fields__} | {"size": 5 << 30})

    class Virtual(BytesIO):
        """An archive whose first 5 GB nobody has written: what is not read need not be there."""

        def __init__(self, end: bytes):
            super().__init__(end)
            self.at = 0

        def seek(self, offset, whence=0):
            self.at = offset + (self.at if whence == 1 else (5 << 30) + len(self.getvalue()) if whence == 2 else 0)
            return self.at

        def tell(self):
            return self.at

        def read(self, size=-1):
            start = self.at - (5 << 30)
            assert start >= 0
            piece = self.getvalue()[start:] if size < 0 else self.getvalue()[start : start + size]
            self.at += len(piece)
            return piece

    with zipfile.ZipFile(Virtual(pptx.tail(far, MARK))) as archive:
        master = archive.read("ppt/slideMasters/slideMaster1.xml")
        assert "Fundación ECO".encode() in master
        assert archive.getinfo("ppt/slideMasters/slideMaster1.xml").header_offset == 5 << 30


def test_the_marks_of_a_pdf_and_of_a_deck_say_the_same():
    assert "".join(rules.visible_parts(MARK)) == LINE == rules.visible_line(MARK)
    assert seen_on(Presentation(BytesIO(stamped(decks.plain(1)))).slides[0]) == [LINE]


def broken(master: bytes, chance: random.Random) -> bytes:
    """Return the deck with three bytes changed."""
    damaged = bytearray(master)
    for place in chance.sample(range(len(damaged)), 3):
        damaged[place] = chance.randrange(256)
    return bytes(damaged)


def reworded(master: bytes, chance: random.Random) -> bytes:
    """Return the deck with one attribute of one of its parts saying something else."""
    with zipfile.ZipFile(BytesIO(master)) as archive:
        name = chance.choice([name for name in archive.namelist() if name.endswith((".xml", ".rels"))])
        value = chance.choice(re.findall(rb'="[^"]*"', archive.read(name)))
    return decks.changed(master, edit={name: [(value, b'="%s"' % chance.choice([b"", b"x", b"-5", b"9" * 20, b"../../x", b"rId1"]))]})


def read(deck: BytesIO) -> list[set[str]] | None:
    """Return what the stamps of each slide say; None: the library stumbles over a value of the master's own."""
    try:
        return [set(seen_on(slide)) for slide in Presentation(deck).slides]
    except ValueError:
        return None


@pytest.mark.check("S34")
def test_a_deck_damaged_at_random_is_stamped_whole_or_refused():
    master, chance = decks.varied(), random.Random(34)
    outcomes = set()
    for turn in range(60):
        damaged = broken(master, chance) if turn % 2 else reworded(master, chance)
        target = BytesIO()
        try:
            slots = pptx.prepare(BytesIO(damaged), target)
        except CannotStamp as refused:
            outcomes.add(refused.code)
            assert target.getvalue() == b""
        else:
            outcomes.add("stamped")
            copy = BytesIO(target.getvalue() + pptx.tail(slots, MARK))
            with zipfile.ZipFile(copy) as archive:
                assert archive.testzip() is None
            assert read(copy) == (None if read(BytesIO(damaged)) is None else [{LINE}] * 6)
    assert {"stamped", "damaged"} <= outcomes
