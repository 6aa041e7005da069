"""A stamped PDF: every page names its licensee, nothing else changes, and what cannot be stamped is refused by name."""

import json
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from media.stamping import font, pdf, rules, script
from media.stamping.rules import CannotStamp, Mark
from tests.media.stamping import samples
from tests.media.stamping.samples import plain, written

MARK = Mark(licensee="Fundación ECO", licence="QL-2026-0042", person="María Pérez", on=date(2026, 11, 22), download="D-7F3K", demo=True)
LINE = "DEMO · Licensed to Fundación ECO · QL-2026-0042 · María Pérez · 22 November 2026 · D-7F3K"
STAMP = "{urn:uuid:6f1c0b52-5a0e-4b0b-9a55-0c1f6f0d7a31#}"

MASTERS = {
    "plain": lambda: written(plain()),
    "turned": lambda: written(samples.turned(0, 90, 180, 270)),
    "cropped": lambda: written(samples.turned(0, 90, 180, 270, crop=[100, 120, 460, 700])),
    "inherited": lambda: written(samples.inheriting()),
    "unbalanced": lambda: written(samples.unbalanced()),
    "object streams": lambda: written(plain(), object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearised": lambda: written(plain(), linearize=True),
    "tagged": samples.tagged,
    "empty signature field": lambda: samples.with_signature_field(filled=False),
}


def prepared(master: bytes):
    target = BytesIO()
    slots = pdf.prepare(BytesIO(master), target)
    return target.getvalue(), slots


def stamped(master: bytes, mark=MARK) -> bytes:
    prefix, slots = prepared(master)
    return prefix + pdf.tail(slots, mark)


def opened(copy: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(copy), attempt_recovery=False)


def stamp_of(page):
    """Return the form the page draws last, and the matrix it draws it with."""
    instructions = pikepdf.parse_content_stream(page)
    drawn = [instruction for instruction in instructions if str(instruction.operator) == "Do"][-1]
    matrix = [instruction for instruction in instructions if str(instruction.operator) == "cm"][-1]
    resources = page.obj.get("/Resources") or page.obj.Parent.Resources
    return resources.XObject[str(drawn.operands[0])], tuple(float(value) for value in matrix.operands)


def line_on(page) -> str:
    """Read the stamp as a viewer does: codes of the form through the font's ToUnicode."""
    form, _ = stamp_of(page)
    meaning = {}
    for first, last, start in re.findall(rb"<(\w{4})> <(\w{4})> <(\w{4})>", form.Resources.Font.F.ToUnicode.read_bytes()):
        meaning |= {code: chr(code - int(first, 16) + int(start, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
    meaning |= {code: chr(code) for code in script.forms(rules.repertoire())}  # as they are seen, not as they are meant
    (shown,) = [bytes(found.operands[0]) for found in pikepdf.parse_content_stream(form) if str(found.operator) == "Tj"]
    return "".join(meaning[int.from_bytes(shown[place : place + 2], "big")] for place in range(0, len(shown), 2))


@pytest.mark.check("S18")
@pytest.mark.parametrize("kind", list(MASTERS))
def test_every_page_names_the_licensee(kind, tmp_path):
    master = MASTERS[kind]()
    copy = stamped(master)
    with opened(copy) as result, opened(master) as original:
        assert len(result.pages) == len(original.pages)
        assert [line_on(page) for page in result.pages] == [LINE] * len(original.pages)
        assert result.get_warnings() == []
    path = tmp_path / "copy.pdf"
    path.write_bytes(copy)
    if shutil.which("qpdf"):
        assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0
    if shutil.which("pdftotext"):
        pages = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
        assert [" ".join(page.split()).count(LINE) for page in pages] == [1] * len(pages)


@pytest.mark.parametrize("kind", ["plain", "tagged", "inherited"])
def test_the_pages_own_words_stay(kind, tmp_path):
    master = MASTERS[kind]()
    with opened(master) as original, opened(stamped(master)) as result:
        for before, after in zip(original.pages, result.pages, strict=True):
            texts = [
                [bytes(part.operands[0]) for part in pikepdf.parse_content_stream(page) if str(part.operator) == "Tj"]
                for page in (before, after)
            ]
            assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "name",
    ["Fundación ECO", "Ελληνική Ογκολογική Εταιρεία", "Онкологическое общество «Єдність»", "Nguyễn Thị Hương", "Łódź & <Ŝ>", "ონკოლოგია"],
)
def test_a_name_is_read_back_in_its_own_letters(name):
    mark = Mark(licensee=name, licence="QL-2026-0042", person=name, on=date(2026, 11, 22), download="D-7F3K")
    with opened(stamped(written(plain(1)), mark)) as result:
        assert line_on(result.pages[0]) == f"Licensed to {name} · QL-2026-0042 · {name} · 22 November 2026 · D-7F3K"
        assert result.open_metadata()[f"{STAMP}licensee"] == name


def test_a_line_in_spanish_is_read_back():
    mark = Mark("Fundación ECO", "L-2026-0042", "María Pérez", date(2026, 11, 22), "D-7F3K", language="es")
    with opened(stamped(written(plain(2)), mark)) as result:
        line = "Con licencia para Fundación ECO · L-2026-0042 · María Pérez · 22 de noviembre de 2026 · D-7F3K"
        assert [line_on(page) for page in result.pages] == [line, line]


ORIENTAL = {
    "arabic": ("الجمعية السعودية للأورام", "ليلى الإدريسي"),
    "persian": ("انجمن خونشناسی ایران", "علی\u200cرضا گیلانی"),
    "hebrew": ("האיגוד הישראלי", "דוד לוי"),
    "with latin": ("الجمعية (DEMO)", "María ليلى"),
    "with brackets and digits": ("جمعية (الأورام) 12", "ليلى [٣]"),
}


@pytest.mark.row("A3")
@pytest.mark.parametrize("kind", list(ORIENTAL))
def test_a_name_from_right_to_left_is_joined_and_stays_in_its_place(kind, tmp_path):
    licensee, person = ORIENTAL[kind]
    mark = Mark(licensee=licensee, licence="QL-2026-0042", person=person, on=date(2026, 11, 22), download="D-7F3K")
    _, slots = prepared(written(plain(1)))
    assert pdf.covers(slots, licensee) and pdf.covers(slots, person)
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(stamped(written(plain(1)), mark))
    with opened(copy.read_bytes()) as result:
        assert result.open_metadata()[f"{STAMP}licensee"] == licensee
        line = line_on(result.pages[0])
    assert line == f"Licensed to {script.shown(licensee)} · QL-2026-0042 · {script.shown(person)} · 22 November 2026 · D-7F3K"
    if shutil.which("pdftotext"):
        read = subprocess.run(["pdftotext", copy, "-"], capture_output=True, text=True, check=True).stdout
        letters = "".join(sign for sign in unicodedata.normalize("NFKC", read) if sign.isalnum())
        assert all("".join(filter(str.isalnum, word)) in letters for name in (licensee, person) for word in name.split())


def test_every_character_of_the_repertoire_has_its_glyph_and_its_meaning():
    points = [point for point in rules.repertoire() if not chr(point).isspace()]
    text = "".join(chr(point) for point in points if unicodedata.bidirectional(chr(point)) not in ("R", "AL", "AN"))
    mark = Mark(licensee=text, licence="L", person="P", on=date(2026, 11, 22), download="D")
    with opened(stamped(written(plain(1)), mark)) as result:
        form, _ = stamp_of(result.pages[0])
        glyphs = form.Resources.Font.F.DescendantFonts[0].CIDToGIDMap.read_bytes()
        assert rules.tidy(text) in line_on(result.pages[0])
        drawn = (*rules.repertoire(), *script.forms(rules.repertoire()))
        assert [chr(point) for point in drawn if not int.from_bytes(glyphs[2 * point : 2 * point + 2], "big")] == []


def test_a_name_the_font_lacks_is_refused():
    _, slots = prepared(written(plain(1)))
    assert pdf.covers(slots, "Fundación ECO") and not pdf.covers(slots, "日本")
    with pytest.raises(CannotStamp) as refused:
        pdf.tail(slots, Mark(licensee="日本 ECO", licence="L", person="P", on=date(2026, 11, 22), download="D"))
    assert (refused.value.code, refused.value.facts) == ("characters", {"missing": "日本"})


def test_the_metadata_carry_the_mark_and_keep_what_the_master_said():
    with opened(stamped(samples.tagged())) as result, result.open_metadata() as metadata:
        assert {key.removeprefix(STAMP): metadata[key] for key in metadata if key.startswith(STAMP)} == rules.hidden(MARK)
        assert (metadata["dc:title"], metadata["dc:creator"]) == ("Manual del docente", ["DEMO"])


def test_a_master_without_metadata_gets_its_title_from_the_document_information():
    master = plain(1)
    master.docinfo["/Title"] = "Cost & <care>"
    with opened(stamped(written(master))) as result:
        assert result.open_metadata()["dc:title"] == "Cost & <care>"
        assert result.docinfo["/Title"] == "Cost & <care>"


def test_long_metadata_are_cut_to_what_readers_use():
    master = plain(1)
    with master.open_metadata() as metadata:
        metadata["dc:title"], metadata["xmp:Label"] = "Slides", "x" * 100_000
    prefix, slots = prepared(written(master))
    with opened(prefix + pdf.tail(slots, MARK)) as result, result.open_metadata() as metadata:
        assert (metadata["dc:title"], metadata[f"{STAMP}licence"]) == ("Slides", "QL-2026-0042")
        assert len(slots.before + slots.after) < 2_000


def test_a_tagged_file_stays_tagged_and_the_stamp_is_an_artifact():
    with opened(stamped(samples.tagged())) as result:
        assert (str(result.Root.Lang), bool(result.Root.MarkInfo.Marked), "/StructTreeRoot" in result.Root) == ("es", True, True)
        last = [part for part in pikepdf.parse_content_stream(result.pages[0]) if str(part.operator) in ("BDC", "Do", "EMC")][-3:]
        assert [str(part.operator) for part in last] == ["BDC", "Do", "EMC"]
        assert str(last[0].operands[0]) == "/Artifact"


@pytest.mark.parametrize("crop", [None, [100, 120, 460, 700]])
def test_the_line_is_drawn_upright_inside_the_crop_box(crop):
    with opened(stamped(written(samples.turned(0, 90, 180, 270, crop=crop)))) as result:
        for page, along in zip(result.pages, [(1, 0), (0, 1), (-1, 0), (0, -1)], strict=True):
            _, (a, b, c, d, e, f) = stamp_of(page)
            assert ((a > 0) - (a < 0), (b > 0) - (b < 0)) == along
            left, bottom, right, top = (float(value) for value in page.cropbox)
            for x in rules.LINE_BOX[::2]:
                for y in rules.LINE_BOX[1::2]:
                    assert left < a * x + c * y + e < right and bottom < b * x + d * y + f < top


def test_states_left_open_by_a_page_do_not_reach_the_stamp():
    with opened(written(samples.unbalanced())) as master, opened(stamped(written(samples.unbalanced()))) as result:
        for before, page in zip(master.pages, result.pages, strict=True):
            operators = [str(part.operator) for part in pikepdf.parse_content_stream(page)]
            stamp = len(operators) - operators[::-1].index("BDC") - 1
            assert operators[:stamp].count("q") == operators[:stamp].count("Q")
            assert operators.count("BT") == operators.count("ET")
            assert operators.count("BMC") + operators.count("BDC") == operators.count("EMC")
            assert len(operators) > len(pikepdf.parse_content_stream(before))


def test_a_page_that_already_uses_our_name_keeps_its_picture():
    master = plain(1)
    picture = master.make_stream(b"0 0 1 1 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1])
    master.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Stamp=picture)
    with opened(stamped(written(master))) as result:
        assert result.pages[0].obj.Resources.XObject.Stamp.read_bytes() == b"0 0 1 1 re f"
        assert line_on(result.pages[0]) == LINE


def test_equal_marks_give_equal_tails_and_different_marks_different_ones():
    prefix, slots = prepared(written(plain()))
    kept = pdf.Slots.from_json(json.loads(json.dumps(slots.to_json())))
    other = Mark(
        licensee="Fundación ECO", licence="QL-2026-0042", person="María Pérez", on=date(2026, 11, 22), download="D-7F3L", demo=True
    )
    assert kept == slots
    assert pdf.tail(slots, MARK) == pdf.tail(kept, MARK) != pdf.tail(slots, other)
    with opened(prefix + pdf.tail(slots, MARK)) as one, opened(prefix + pdf.tail(slots, other)) as two:
        assert one.trailer.ID[0] == two.trailer.ID[0] and one.trailer.ID[1] != two.trailer.ID[1]


def test_equal_masters_give_equal_prefixes_of_the_length_the_slots_tell():
    master = written(plain())
    assert prepared(master) == prepared(master)
    prefix, slots = prepared(master)
    assert (slots.size, slots.pages) == (len(prefix), 10)
    assert stamped(master)[: slots.size] == prefix


def test_the_bare_prefix_names_nobody():
    prefix, _ = prepared(written(plain(1)))
    with opened(prefix) as result:
        form, _ = stamp_of(result.pages[0])
        assert form.read_bytes() == b" "
        assert [key for key in result.open_metadata() if key.startswith(STAMP)] == []


def test_the_tail_does_not_grow_with_the_pages():
    """Only the digits of offsets and object numbers may differ."""
    few, many = (prepared(written(plain(count)))[1] for count in (10, 200))
    lengths = [len(pdf.tail(slots, MARK)) for slots in (few, many)]
    numbers = [
        len(f"{slots.form}{slots.metadata}" * 2 + f"{slots.font}{slots.count}{slots.root}{slots.startxref}{slots.info or ''}")
        for slots in (few, many)
    ]
    tails_end = [len(str(slots.size)) for slots in (few, many)]
    assert lengths[0] - numbers[0] - tails_end[0] == lengths[1] - numbers[1] - tails_end[1]
    assert max(lengths) < 2_500


REFUSED = {
    "opens with a password": (lambda: samples.encrypted("secret", "owner"), "encrypted"),
    "changes with a password": (lambda: samples.encrypted("", "owner"), "encrypted"),
    "signed": (samples.signed, "signed"),
    "signature of another maker": (lambda: samples.with_signature_field(filled=True), "signed"),
    "XFA": (samples.xfa, "xfa"),
    "truncated": (lambda: written(plain())[:-400], "damaged"),
    "half": (lambda: written(plain())[:2000], "damaged"),
    "not a PDF": (lambda: b"PK\x03\x04 a package of another kind" * 50, "not_a_pdf"),
    "nothing": (lambda: b"", "not_a_pdf"),
    "only a header": (lambda: b"%PDF-1.7\n", "damaged"),
    "no pages": (samples.without_pages, "no_pages"),
    "portfolio": (samples.portfolio, "portfolio"),
    "unpacks to a flood": (samples.bomb, "too_large"),
    "somebody's copy": (lambda: stamped(written(plain(1))), "already_stamped"),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_cannot_be_stamped_is_refused_by_name_and_nothing_is_written(kind):
    make, code = REFUSED[kind]
    target = BytesIO()
    with pytest.raises(CannotStamp) as refused:
        pdf.prepare(BytesIO(make()), target)
    assert (refused.value.code, target.getvalue()) == (code, b"")
    assert code in rules.REFUSALS


@pytest.mark.parametrize("place", ["opening", "named", "annotation", "chained"])
def test_scripts_are_found_wherever_they_hide(place):
    target = BytesIO()
    with pytest.raises(CannotStamp) as refused:
        pdf.prepare(BytesIO(samples.scripts()[place]), target)
    assert (refused.value.code, target.getvalue()) == ("javascript", b"")


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(pdf.inspection, "PAGES_LIMIT", 9)
    target = BytesIO()
    with pytest.raises(CannotStamp) as refused:
        pdf.prepare(BytesIO(written(plain(10))), target)
    assert (refused.value.code, refused.value.facts, target.getvalue()) == ("too_many_pages", {"pages": 10, "limit": 9}, b"")


def test_words_about_scripts_in_a_text_are_no_scripts():
    master = plain(1)
    master.docinfo["/Title"] = "Why /JavaScript and /XFA are refused"
    with opened(stamped(written(master))) as result:
        assert result.docinfo["/Title"] == "Why /JavaScript and /XFA are refused"


def test_a_file_damaged_at_random_is_stamped_whole_or_refused():
    master, chance = samples.tagged(), random.Random(18)
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(master)
        for place in chance.sample(range(len(damaged)), 3):
            damaged[place] = chance.randrange(256)
        target = BytesIO()
        try:
            slots = pdf.prepare(BytesIO(bytes(damaged)), target)
        except CannotStamp as refused:
            outcomes.add(refused.code)
            assert target.getvalue() == b""
        else:
            outcomes.add("stamped")
            with opened(target.getvalue() + pdf.tail(slots, MARK)) as result:
                assert [line_on(page) for page in result.pages] == [LINE] * slots.pages
                assert result.get_warnings() == []
    assert {"stamped", "damaged"} <= outcomes


def test_the_font_is_cut_once_and_covers_its_repertoire():
    assert font.face() is font.face()
    assert set(font.face().widths) == {*rules.repertoire(), *script.forms(rules.repertoire())}
    assert len(font.face().program) < 50_000


def test_importing_the_stamp_loads_no_heavy_library():
    program = "import sys, media.stamping.pdf; print(sorted({'pikepdf', 'fontTools', 'pymupdf_fonts', 'lxml', 'django', 'bidi', 'arabic_reshaper'} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
