"""Small papers for the demonstration: one page, a few lines, drawn with a font every reader has."""

from collections.abc import Iterable
from io import BytesIO


def paper(title: str, lines: Iterable[str]) -> BytesIO:
    """Return a PDF of one page; what Windows-1252 cannot write is left out."""
    rows = [("/B 16", 780, title), *(("/R 11", 740 - 18 * number, line) for number, line in enumerate(lines)), ("/R 9", 60, "DEMO")]
    drawn = b"".join(b"BT %s Tf 60 %d Td (%s) Tj ET\n" % (font.encode(), at, _escaped(text)) for font, at, text in rows)
    faces = b" ".join(
        b"/%s <</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % face
        for face in ((b"B", b"Helvetica-Bold"), (b"R", b"Helvetica"))
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<<%s>>>>>>" % faces,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (5, table, 5, len(out))
    return BytesIO(bytes(out))


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "ignore")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
