"""Draws the pages of one uploaded file as pictures, in a process of its own that may use little memory and little time.

``python -I drawing.py FOLDER``: reads ``FOLDER/piece.<suffix>``, writes ``FOLDER/1.png`` … and ``FOLDER/facts.json``. It never sees Django,
the database or the vault. The readers are qpdf (structure) and typst (pages, in Rust); typst is given the folder and nothing else.
Facts: ``refused`` (a code of ``kinds.REFUSALS``, with ``found``), or ``pages`` [{width, height} in millimetres], ``colours`` of a document
(rgb, cmyk, grey, spot), ``fonts`` that are not embedded, and ``drawn``: how many pages were.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes of address space
SECONDS = 20  # of processor time
WRITES = 64 << 20  # bytes in any file
LONG_SIDE = 1400  # pixels of a drawn page
PAGES = 24
MM = 25.4 / 72  # millimetres in a point
SPOT = {"/Separation", "/DeviceN"}
COLOURS = {"/DeviceRGB": "rgb", "/CalRGB": "rgb", "/DeviceCMYK": "cmyk", "/DeviceGray": "grey", "/CalGray": "grey"}
# Keys and actions by which a document does something, or brings another file along.
ACTIVE = frozenset(
    "/JS /JavaScript /Launch /EmbeddedFile /EmbeddedFiles /RichMedia /XFA /SubmitForm /ImportData /GoToR /Movie /Sound".split()
)


class Refused(Exception):
    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.facts = {"refused": code, **facts}


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITES, WRITES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = next(folder.glob("piece.*"))
    try:
        facts = _document(source) if source.suffix == ".pdf" else {"pages": [{}]}
        facts["drawn"] = _draw(source, facts["pages"])
    except Refused as refused:
        facts = refused.facts
    except Exception as error:  # a damaged file may break its reader in any way
        facts = {"refused": "unreadable", "found": type(error).__name__}
    (folder / "facts.json").write_text(json.dumps(facts))


def _document(source: Path) -> dict[str, Any]:
    import pikepdf

    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    with pdf:
        if pdf.is_encrypted:
            raise Refused("encrypted")
        count = len(pdf.pages)
        if not count:
            raise Refused("unreadable", found="no pages")
        if count > PAGES:
            raise Refused("too_many_pages", pages=count, limit=PAGES)
        seen = _objects(pdf)
        boxes = [[float(part) for part in page.trimbox] for page in pdf.pages]
        pages = [{"width": round(abs(box[2] - box[0]) * MM, 1), "height": round(abs(box[3] - box[1]) * MM, 1)} for box in boxes]
        return {"pages": pages, **seen}


def _objects(pdf: Any) -> dict[str, list[str]]:
    """Look at every object once: what could act is refused; colours and fonts are noted."""
    from pikepdf import Dictionary, Stream

    names: set[str] = set()
    fonts: set[str] = set()
    for thing in pdf.objects:
        bare = thing.stream_dict if isinstance(thing, Stream) else thing
        names |= set(_names(bare))
        if isinstance(bare, Dictionary) and bare.get("/Type") == "/Font" and bare.get("/Subtype") not in ("/Type0", "/Type3"):
            described = bare.get("/FontDescriptor")
            if described is None or not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
                fonts.add(str(bare.get("/BaseFont", "?")).lstrip("/")[:60])
    acting = names & ACTIVE
    if acting:
        raise Refused("active_content", found=min(acting).lstrip("/"))
    colours = {COLOURS[name] for name in names & COLOURS.keys()} | ({"spot"} if names & SPOT else set())
    for page in pdf.pages:
        colours |= _painted(page)
    return {"colours": sorted(colours), "fonts": sorted(fonts)[:8]}


def _names(thing: Any) -> Iterator[str]:
    """Yield every key and name in an object, not in those it refers to."""
    from pikepdf import Array, Dictionary, Name

    parts = list(thing.items()) if isinstance(thing, Dictionary) else [("", part) for part in thing] if isinstance(thing, Array) else []
    for key, part in parts:
        yield key
        if isinstance(part, Name):
            yield str(part)
        elif isinstance(part, (Array, Dictionary)) and not part.is_indirect:
            yield from _names(part)


OPERATORS = {"rg": "rgb", "RG": "rgb", "k": "cmyk", "K": "cmyk", "g": "grey", "G": "grey"}


def _painted(page: Any) -> set[str]:
    """Return the colours the page's own drawing sets directly; a page too long to be read says nothing."""
    import pikepdf

    try:
        steps = pikepdf.parse_content_stream(page, " ".join(OPERATORS))
    except pikepdf.PdfError:
        return set()
    return {OPERATORS[str(step.operator)] for step in steps}


def _draw(source: Path, pages: list[dict[str, Any]]) -> int:
    import pymupdf_fonts
    import typst

    folder = source.parent
    (folder / "face.ttf").write_bytes(pymupdf_fonts.fontbuffers["figo"]())
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
    for number in range(1, len(pages) + 1):
        page = f", page: {number}" if source.suffix == ".pdf" else ""
        text = (
            "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
            f'#let drawn(..size) = image("{source.name}"{page}, ..size)\n'
            "#context { let own = measure(drawn()); if own.width > own.height "
            f"{{ drawn(width: {LONG_SIDE}pt) }} else {{ drawn(height: {LONG_SIDE}pt) }} }}\n"
        )
        made = typst.Compiler(text.encode(), root=str(folder), font_paths=faces).compile(format="png", ppi=72)
        assert isinstance(made, bytes)  # of one page
        (folder / f"{number}.png").write_bytes(made)
    return len(pages)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
