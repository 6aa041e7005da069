"""Build the files of the demo kits: decks as PowerPoint and as tagged PDF, papers as tagged PDF, and the logo pack, from the texts in ``demo/kits/``.

The same texts give the same bytes: no clock, no system fonts. Our own words; every page says DEMO.
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from portal.demo import kit_deck, kit_logo
from portal.demo.kit_text import sheets

SOURCE = Path(__file__).resolve().parents[2] / "demo" / "kits"
FONTS = ("figo", "figbo", "figit", "figbi")  # FiraGO in pymupdf-fonts; the serif comes with typst
STAMP = 1767225600  # 2026-01-01T00:00:00Z, written into every file instead of the clock


@dataclass(frozen=True)
class BuiltFile:
    """One file of one item; ``item`` is unique in its kit, ``name`` in its kit, release and language."""

    kit: str
    release: str
    item: str
    right: str
    audience: str
    language: str
    name: str
    path: Path
    title: str
    artwork: str = ""


def build(folder: Path, *, only: set[str] | None = None) -> list[BuiltFile]:
    """Write all kit files below ``folder`` and return them; files already there are kept as they are.

    ``only``: codes of items to build (all when None). Layout ``<folder>/<kit>/<release>/<language>/<name>``.
    To build anew after a change of the texts, give an empty folder: ``edition`` names one.
    """
    book = tomllib.loads((SOURCE / "kits.toml").read_text("utf-8"))
    press = _Press(folder / "fonts")
    built = []
    for kit in book["kit"]:
        for item in kit["items"]:
            if only is None or item["code"] in only:
                built += _documents(folder, kit, item, book["words"], press)
        if only is None or book["logo"]["working"]["code"] in only:
            built += _working(folder, kit, book["logo"], press)
        for variant in book["logo"]["variant"]:
            if only is None or variant["code"] in only:
                built += _logos(folder, kit, variant, book["logo"], press)
    return built


def edition() -> str:
    """Return a short name of the texts and the code that makes files of them as they are now."""
    digest = hashlib.sha256()
    for path in sorted([*SOURCE.rglob("*.t*"), *Path(__file__).parent.glob("kit_*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


class _Press:
    """The door to typst; fonts are laid out once, on the first file that is really made."""

    def __init__(self, fonts: Path):
        self.folder = fonts
        self._fonts = None

    def fonts(self):
        """Return typst's fonts: its own and FiraGO, never those of the machine."""
        if self._fonts is None:
            import typst

            self.folder.mkdir(parents=True, exist_ok=True)
            for code in FONTS:
                (self.folder / f"{code}.ttf").write_bytes(font(code))
            self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(self.folder)])
        return self._fonts

    def pdf(self, data: dict) -> bytes:
        """Return ``data`` set by layout.typ, tagged for PDF/UA-1."""
        import typst

        compiler = typst.Compiler(
            str(SOURCE / "layout.typ"), root=str(SOURCE), font_paths=self.fonts(), sys_inputs={"data": json.dumps(data)}
        )
        return _one(compiler.compile(format="pdf", timestamp=STAMP, pdf_standards=["ua-1"]))

    def drawing(self, svg_text: str, *, title: str) -> bytes:
        """Return the SVG as a PDF of its own size: for print. Its words are outlines, so the document's title says DEMO."""
        import typst

        named = json.dumps(f"{title} (DEMO)", ensure_ascii=False)
        source = f'#set document(title: {named})\n#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes({json.dumps(svg_text)}), format: "svg")\n'
        return _one(typst.Compiler(source.encode(), font_paths=self.fonts()).compile(format="pdf", timestamp=STAMP))

    def png(self, svg_text: str, *, width: int) -> bytes:
        """Return the SVG as a PNG ``width`` pixels wide, transparent where it has no ground."""
        import typst

        source = (
            "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
            f'#image(bytes({json.dumps(svg_text)}), format: "svg", width: {width}pt)\n'
        )
        compiler = typst.Compiler(source.encode(), font_paths=self.fonts())
        return _one(compiler.compile(format="png", ppi=72))


def _one(made) -> bytes:
    """Return the bytes of a single output; typst gives a list where there are several pages."""
    assert isinstance(made, bytes)
    return made


def font(code: str) -> bytes:
    """Return one face of FiraGO as TrueType or OpenType bytes."""
    import pymupdf_fonts

    return pymupdf_fonts.fontbuffers[code]()


def localised(value, language: str):
    """Return ``value`` with every ``{en, es}`` table replaced by the words of ``language`` (English where it lacks)."""
    if isinstance(value, dict):
        if "en" in value and set(value) <= {"en", "es"}:
            return value.get(language, value["en"])
        return {key: localised(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [localised(inner, language) for inner in value]
    return value


def _documents(folder: Path, kit: dict, item: dict, words: dict, press: _Press) -> list[BuiltFile]:
    text = tomllib.loads((SOURCE / kit["code"] / f"{item['file']}.toml").read_text("utf-8"))
    built = []
    for language in item["languages"]:
        name = f"{kit['code']}-{item['code']}-{language}.pdf"
        path = folder / kit["code"] / kit["release"] / language / name
        title = localised(text["title"], language)
        if not path.exists():
            _write(path, press.pdf(_document(text, kit, language, words[language])))
        built.append(_built(kit, item, language, name, path, title))
        if text["kind"] == "deck":
            slides = path.with_suffix(".pptx")
            if not slides.exists():
                _write(slides, kit_deck.deck(_document(text, kit, language, words[language])))
            built.append(_built(kit, item, language, slides.name, slides, title))
    return built


def _document(text: dict, kit: dict, language: str, words: dict) -> dict:
    """Return what layout.typ reads; the keys are its contract."""
    return {
        "kind": text["kind"],
        "title": localised(text["title"], language),
        "subtitle": localised(text["subtitle"], language),
        "mark": text.get("mark", ""),
        "cover": text.get("cover", False),
        "flow": text.get("flow", False),
        "lang": language,
        "kit": kit["heading"],
        "release": kit["release"],
        "words": words,
        "figures": localised(text.get("figure", {}), language),
        "sheets": [sheet.as_dict() for sheet in sheets(text["text"][language])],
    }


def _working(folder: Path, kit: dict, logo: dict, press: _Press) -> list[BuiltFile]:
    """Return the pack for drafts: every variant in screen resolution, with the word PROOF across it."""
    working = logo["working"]
    item = {"code": working["code"], "right": logo["right"], "audience": logo["audience"]}
    built = []
    for language in kit["logo"]:
        for variant in logo["variant"]:
            name = f"{kit['code']}-{variant['code']}-PROOF-{language}.png"
            path = folder / kit["code"] / kit["release"] / language / name
            if not path.exists():
                drawn = kit_logo.svg(logo["words"][language], _look(variant), language=language, font_bytes=font("figo"), proof=True)
                _write(path, press.png(drawn, width=working["png_width"]))
            built.append(_built(kit, item, language, name, path, localised(working["title"], language), artwork="working"))
    return built


def _look(variant: dict) -> kit_logo.Variant:
    return kit_logo.Variant(**{key: variant[key] for key in ("code", "first", "second", "words", "ground")})


def _logos(folder: Path, kit: dict, variant: dict, logo: dict, press: _Press) -> list[BuiltFile]:
    item = {"code": variant["code"], "right": logo["right"], "audience": logo["audience"]}
    look = _look(variant)
    built = []
    for language in kit["logo"]:
        stem = f"{kit['code']}-{variant['code']}-{language}"
        place = folder / kit["code"] / kit["release"] / language
        title = localised(variant["title"], language)
        drawing = place / f"{stem}.svg"
        if not drawing.exists():
            _write(drawing, kit_logo.svg(logo["words"][language], look, language=language, font_bytes=font("figo")).encode())
        picture = place / f"{stem}.png"
        if not picture.exists():
            _write(picture, press.png(drawing.read_text("utf-8"), width=logo["png_width"]))
        page = place / f"{stem}.pdf"
        if not page.exists():
            _write(page, press.drawing(drawing.read_text("utf-8"), title=title))
        files = (drawing, picture, page)
        built += [_built(kit, item, language, path.name, path, title, artwork="production") for path in files]
    return built


def _built(kit: dict, item: dict, language: str, name: str, path: Path, title: str, artwork: str = "") -> BuiltFile:
    return BuiltFile(kit["code"], kit["release"], item["code"], item["right"], item["audience"], language, name, path, title, artwork)


def _write(path: Path, content: bytes) -> None:
    """Write at once: a build that is cut off leaves no half file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(content)
    part.replace(path)
