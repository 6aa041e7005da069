"""Pieces of artwork for the demonstration's stories: drawn by code, in colours for print, with our own neutral mark."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.demo.kit_files import STAMP, font
from portal.demo.kit_logo import HALF_A, HALF_B


@lru_cache(maxsize=4)
def flyer(name: str) -> bytes:
    """Return a piece as PDF; a name that is not known is a ``KeyError``."""
    import typst

    with TemporaryDirectory() as folder:
        (Path(folder) / "figo.ttf").write_bytes(font("figo"))
        faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
        made = typst.Compiler(_PAGES[name].replace("MARK", _mark()).encode(), font_paths=faces).compile(format="pdf", timestamp=STAMP)
    assert isinstance(made, bytes)
    return made


def _mark() -> str:
    paths = f'<path fill="#0b5a4a" d="{HALF_A}"/><path fill="#16211e" d="{HALF_B}"/>'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{paths}</svg>'
    return drawn.replace('"', '\\"')


_HEAD = """
#let mark = image(bytes("MARK"), format: "svg", width: 1.6cm)
#let own = box(fill: cmyk(80%, 50%, 0%, 30%), inset: 8pt, text(fill: cmyk(0%, 0%, 0%, 0%), weight: "bold")[ECO])
#set text(font: "FiraGO", lang: "es", fill: cmyk(0%, 0%, 0%, 90%))
"""
_LINE = "Taller celebrado bajo licencia. Organizado por Fundación ECO, única responsable. (DEMO)"
_PAGES = {
    "cartel-a2": f"""{_HEAD}
#set page(width: 420mm, height: 594mm, margin: 40mm, fill: cmyk(4%, 0%, 6%, 0%))
#scale(300%, origin: top + left, reflow: true, own)
#v(60mm)
#text(72pt, font: "Libertinus Serif")[Taller de calidad en oncología]
#v(10mm)
#text(34pt)[Madrid, Hospital de la Muestra (DEMO)]
#v(1fr)
#scale(260%, origin: top + left, reflow: true, mark)
#v(8mm)
#text(20pt)[{_LINE}]
""",
    "folleto-a5": f"""{_HEAD}
#set page(width: 148mm, height: 210mm, margin: 14mm)
#grid(columns: (1fr, auto), scale(170%, origin: top + left, reflow: true, mark), own)
#v(22mm)
#text(26pt, font: "Libertinus Serif")[Simposio de calidad asistencial en oncología]
#v(4mm)
#text(12pt)[Madrid (DEMO)]
#v(1fr)
#text(8pt)[Con la colaboración de]
#grid(columns: 3, column-gutter: 6mm, ..range(3).map(_ => rect(width: 28mm, height: 12mm, fill: cmyk(0%, 0%, 0%, 25%))))
#v(6mm)
#text(7pt)[{_LINE}]
#pagebreak()
#text(14pt, font: "Libertinus Serif")[Programa]
#v(4mm)
#lorem(90)
""",
}
