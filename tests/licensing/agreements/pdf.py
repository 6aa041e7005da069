"""What our own checks read from a PDF: its text, page by page, and what it declares of PDF/A and PDF/UA (no validator is at hand)."""

import re
import unicodedata
from io import BytesIO

import pikepdf


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page in the order it is drawn, as the fonts' own tables say, with single spaces between its parts."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [_joined(_page(page)) for page in document.pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def fonts(document: pikepdf.Pdf) -> dict[str, pikepdf.Dictionary]:
    """Return every face that a page uses, by name, with its descriptor."""
    found = {}
    for page in document.pages:
        for face in page.Resources.get("/Font", {}).values():
            found[str(face.BaseFont)] = face.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in face else face.FontDescriptor
    return found


def faults(pdf: bytes) -> list[str]:
    """Return what PDF/A-2a and PDF/UA-1 ask for and the file lacks, as far as structure shows it."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        metadata = root.Metadata.read_bytes().decode()
        checks = {
            "header 1.7": pdf.startswith(b"%PDF-1.7"),
            "language": str(root.get("/Lang", "")) != "",
            "marked": bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            "structure": "/K" in root.get("/StructTreeRoot", {}),
            "title shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            "title": "<dc:title>" in metadata and str(document.docinfo.get("/Title", "")) != "",
            "part": "<pdfaid:part>2</pdfaid:part>" in metadata,
            "conformance": "<pdfaid:conformance>A</pdfaid:conformance>" in metadata,
            "ua": "<pdfuaid:part>1</pdfuaid:part>" in metadata,
            "output intent": any(str(one.S) == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in root.get("/OutputIntents", [])),
            "metadata plain": "/Filter" not in root.Metadata,
            "not encrypted": not document.is_encrypted,
            "identifier": "/ID" in document.trailer,
            "tab order": all(str(page.get("/Tabs", "/S")) == "/S" for page in document.pages),
            "pages in structure": all("/StructParents" in page for page in document.pages),
        }
        checks |= {
            f"embedded {name}": any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            for name, descriptor in fonts(document).items()
        }
        checks |= {
            f"unicode {face.BaseFont}": "/ToUnicode" in face for page in document.pages for face in page.Resources.get("/Font", {}).values()
        }
        return [name for name, met in checks.items() if not met]


def tags(pdf: bytes) -> list[str]:
    """Return the structure's types in reading order."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_types(document.Root.StructTreeRoot.K))


def _types(node):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _types(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S).removeprefix("/")
        yield from _types(node.get("/K", pikepdf.Array()))


def _page(page: pikepdf.Page) -> str:
    tables = {
        str(name): _to_unicode(face.ToUnicode.read_bytes().decode("latin-1")) for name, face in page.Resources.get("/Font", {}).items()
    }
    drawn: list[str] = []
    table: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) in ("BDC", "BMC"):
            drawn.append("\n")
        elif str(operator) in ("Tj", "TJ"):
            for part in operands[0] if str(operator) == "TJ" else operands[:1]:
                if isinstance(part, pikepdf.String):
                    code = bytes(part)
                    drawn += [table.get(code[at : at + 2], "") for at in range(0, len(code), 2)]
    return "".join(drawn)


def _to_unicode(cmap: str) -> dict[bytes, str]:
    """Return glyph → characters of a ToUnicode table."""
    table = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[bytes.fromhex(code)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for low, high, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            first = int(value, 16)
            for step in range(int(high, 16) - int(low, 16) + 1):
                table[(int(low, 16) + step).to_bytes(2, "big")] = chr(first + step)
    return table


def _joined(drawn: str) -> str:
    return " ".join(unicodedata.normalize("NFC", drawn).split())
