"""What a paper is, its bytes say; what could act, is damaged or pretends is refused with the code of a sentence."""

import zlib
from io import BytesIO

import pikepdf
import pytest

from portal.core import papers
from portal.core.papers import JPEG, PDF, PNG, NotAccepted, inspect, safe_name
from tests.licensing.applications.samples import HTML, JPG, PICTURE, pdf

pytestmark = pytest.mark.check("S37")


@pytest.mark.parametrize("content, kind", [(pdf(), PDF), (PICTURE, PNG), (JPG, JPEG)])
def test_the_three_kinds_are_told_by_their_bytes(content, kind):
    source = BytesIO(content)
    assert inspect(source) is kind and source.tell() == 0


def with_object(**facts):
    def add(document):
        document.Root.Sample = document.make_indirect(pikepdf.Dictionary(**facts))

    return pdf(add)


def enclosing(document):
    document.attachments["a.exe"] = b"MZ"


def acting(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def bomb() -> bytes:
    packed = zlib.compress(b"0" * (papers.PACKED + 10))
    return (
        b"%%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream"
    )


def locked() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty"),
        (b"%PDF-1.7" + b"x" * papers.LIMIT, "too_large"),
        (HTML, "unknown_type"),
        (b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "unknown_type"),
        (b"MZ\x90\x00", "unknown_type"),
        (b"PK\x03\x04[Content_Types].xml", "unknown_type"),
        (HTML + pdf(), "unknown_type"),
        (b"GIF89a" + pdf(), "unknown_type"),
        (b"%PDF-1.7 but nothing else", "broken"),
        (PICTURE[:-4], "broken"),
        (PICTURE + HTML, "broken"),
        (JPG[: len(JPG) // 3], "broken"),
        (b"\xff\xd8\xff\xda" + HTML, "broken"),
        (pdf(acting), "active_content"),
        (pdf(enclosing), "active_content"),
        (with_object(S=pikepdf.Name.Launch, F="cmd.exe"), "active_content"),
        (with_object(XFA="x"), "active_content"),
        (with_object(A=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm)), "active_content"),
        (locked(), "locked"),
        (bomb(), "too_heavy"),
    ],
    ids=range(20),
)
def test_what_is_no_quiet_paper_is_refused(content, code):
    with pytest.raises(NotAccepted) as refused:
        inspect(BytesIO(content))
    assert refused.value.code == code and code in papers.REFUSALS


@pytest.mark.parametrize(
    "text, safe",
    [
        ("Estatutos.pdf", "Estatutos.pdf"),
        ("C:\\papers\\Estatutos (2).PDF", "Estatutos (2).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("شهادة التسجيل.pdf", "شهادة التسجيل.pdf"),
        ("a\x00b\r\nContent-Type: text-html.html", "abContent-Type_ text-html.pdf"),
        ("statutes.pdf.exe", "statutes.pdf"),
        ("", "paper.pdf"),
        (".....", "paper.pdf"),
        ('"><script>alert(1)</script>.pdf', "script_.pdf"),
        ("x" * 500 + ".pdf", "x" * 95 + ".pdf"),
        ("\u200b\u2066 \u00a0", "paper.pdf"),
    ],
)
def test_names_are_made_safe_and_stay_readable(text, safe):
    assert safe_name(text, PDF) == safe
