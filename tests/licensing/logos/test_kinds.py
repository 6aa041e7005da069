"""S34 for pieces of artwork: what comes in is told by its bytes; hostile files are refused and nothing of them is kept."""

import zipfile
import zlib
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from licensing.logos import kinds, previews
from licensing.logos.kinds import JPEG, PDF, PNG, SVG, NotAccepted, Picture, kind_of, picture
from licensing.logos.rules import Medium
from licensing.logos.take_in import safe_name, take_in
from tests.licensing.logos import story

pytestmark = pytest.mark.check("S34")
HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 4 4">'


def zipped(name: str = "word/vbaProject.bin") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"x")
    return out.getvalue()


def javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["evil.exe"] = b"MZ"


def form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=Array([]), Fields=Array([]))


def hidden(pdf: pikepdf.Pdf) -> None:
    """Name the key by escapes, which a search of the bytes would not find."""
    pdf.Root.Names = pdf.make_indirect(Dictionary(JavaScript=Dictionary(Names=Array([]))))


def locked(**permissions) -> bytes:
    out = BytesIO()
    made = pikepdf.open(BytesIO(story.pdf()))
    made.save(out, encryption=pikepdf.Encryption(owner="o", user=permissions.get("user", "")))
    return out.getvalue()


HOSTILE = {
    "nothing": (b"", "empty"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "unknown_type"),
    "a web page that says it is a drawing": (b"<?xml version='1.0'?><html><body/></html>", "unknown_type"),
    "a document with macros": (zipped(), "unknown_type"),
    "a zip that climbs out": (zipped("../../etc/passwd"), "unknown_type"),
    "a program": (b"MZ\x90\x00" + bytes(200), "unknown_type"),
    "a GIF with a script": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "unknown_type"),
    "the virus scanners' sample": (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "unknown_type"),
    "an InDesign file": (bytes.fromhex("0606edf5d81d46e5bd31efe7fe74b71d") + bytes(100), "unknown_type"),
    "a PDF behind a web page": (b"<html></html>" + story.pdf(), "unknown_type"),
    "a link": (b"https://transfer.example/flyer.pdf\n", "link"),
    "a shortcut": (b"[InternetShortcut]\r\nURL=https://transfer.example/flyer.pdf", "link"),
    "a drawing with a script": (HEAD + b"<script>alert(1)</script></svg>", "active_content"),
    "a drawing that listens": (HEAD + b'<rect onload="alert(1)" width="4" height="4"/></svg>', "active_content"),
    "a drawing that fetches": (HEAD + b'<image xlink:href="https://evil.example/x.png" width="4" height="4"/></svg>', "active_content"),
    "a drawing that links": (HEAD + b'<a xlink:href="javascript:alert(1)"><rect width="4" height="4"/></a></svg>', "active_content"),
    "a drawing that laughs": (b'<!DOCTYPE svg [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>' + HEAD + b"<text>&b;</text></svg>", "active_content"),
    "a drawing that reads files": (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + b"<text>&x;</text></svg>", "active_content"),
    "a drawing cut off": (HEAD + b"<rect", "unknown_type"),
    "a PDF that acts": (story.pdf(change=javascript), "active_content"),
    "a PDF that starts programs": (story.pdf(change=launch), "active_content"),
    "a PDF with a file in it": (story.pdf(change=attachment), "active_content"),
    "a PDF with a form of the old kind": (story.pdf(change=form), "active_content"),
    "a PDF with scripts by name": (story.pdf(change=hidden), "active_content"),
    "a locked PDF": (locked(user="secret"), "encrypted"),
    "a restricted PDF": (locked(), "encrypted"),
    "a PDF cut off": (story.pdf()[:120], "unreadable"),
    "the head of a PDF": (b"%PDF-1.7\n", "unreadable"),
    "a PDF with too many pages": (story.pdf(kinds.PAGES_LIMIT + 1), "too_many_pages"),
    "the head of a picture": (b"\x89PNG\r\n\x1a\n", "unreadable"),
    "a picture of nothing": (story.png(1, 1)[:16] + bytes(8) + story.png(1, 1)[24:], "unreadable"),
    "a picture that lies about its size": (story.png(4, 4)[:16] + (60_000).to_bytes(4, "big") * 2 + story.png(4, 4)[24:], "too_many_pixels"),
    "a JPEG cut off": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(12), "unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(name, vault, settings):
    content, code = HOSTILE[name]
    with pytest.raises(NotAccepted) as refused:
        take_in(content, name="flyer.pdf", medium=Medium.FLYER)
    assert refused.value.code == code
    assert [path for path in vault.rglob("*") if path.is_file()] == []


def test_every_refusal_of_the_table_is_met_or_too_large_to_make():
    assert {code for _, code in HOSTILE.values()} | {"too_large"} == set(kinds.REFUSALS)


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(kinds, "LIMIT", 10)
    with pytest.raises(NotAccepted) as refused:
        kind_of(b"%PDF-" + bytes(6))
    assert (refused.value.code, refused.value.facts) == ("too_large", {"limit": 10})


@pytest.mark.parametrize(
    "content, kind",
    [(b"%PDF-1.7", PDF), (story.png(), PNG), (b"\xff\xd8\xff\xe0", JPEG), (HEAD + b"</svg>", SVG)],
    ids=lambda x: str(x)[:8],
)
def test_the_kind_is_told_by_the_bytes(content, kind):
    assert kind_of(content) is kind


def test_the_head_of_a_jpeg_says_its_size_and_colours():
    head = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x01\x2c\x01\x90\x04" + bytes(20)
    assert picture(head, JPEG) == Picture(400, 300, "cmyk")


def test_pages_are_drawn_anew_and_the_original_is_never_in_them():
    content = story.pdf(2)
    drawn = previews.draw(content)
    assert (len(drawn.pages), drawn.colours, drawn.fonts) == (2, frozenset({"cmyk"}), ())
    for page in drawn.pages:
        shape = picture(page.png, PNG)
        assert (shape.height, page.width, page.height) == (1400, 148.2, 209.9)
        assert page.png not in content


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it():
    content = story.png()[:-12] + b"\x00\x00\x00\x05tEXtGPS\x00\x00\x00\x00\x00\x00" + story.png()[-12:]
    drawn = previews.draw(content)
    assert drawn.picture == Picture(40, 30, "rgb")
    assert b"GPS" not in drawn.pages[0].png


def test_a_drawing_process_that_takes_too_long_refuses_the_file(monkeypatch):
    monkeypatch.setattr(previews, "SECONDS", 0.001)
    with pytest.raises(NotAccepted) as refused:
        previews.draw(story.pdf())
    assert refused.value.code == "unreadable"


def zeros(megabytes: int) -> bytes:
    """Return so many megabytes of zeros, packed: one of them, again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    one = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (megabytes << 20) % 65521 << 16 | 1  # Adler-32 of zeros
    return b"\x78\xda" + one * megabytes + zlib.compressobj(9, wbits=-15).flush() + check.to_bytes(4, "big")


def bomb() -> bytes:
    """A page whose content unpacks to 3 GB."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(100, 100))
    stream = Stream(made, zeros(3 * 1024))
    stream.Filter = Name.FlateDecode
    made.pages[0].Contents = stream
    out = BytesIO()
    made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


@pytest.mark.check("S36")
def test_a_page_that_unpacks_to_gigabytes_ends_the_drawing_process_and_nothing_else():
    assert zlib.decompress(zeros(2)) == bytes(2 << 20)
    content = bomb()
    assert len(content) < 4 * 1024 * 1024
    with pytest.raises(NotAccepted) as refused:
        previews.draw(content)
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    "given, name",
    [
        ("Cartel A2 (final).PDF", "Cartel-A2-final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\NUL.pdf", "NUL.pdf"),
        ("ملصق.pdf", "piece.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        ("", "piece.pdf"),
    ],
)
def test_a_name_becomes_one_that_every_disk_takes(given, name):
    assert safe_name(given, "pdf") == name
