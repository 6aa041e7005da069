"""The faces of our documents: one door to the packaged fonts and to the question which characters they can show.

FiraGO (Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Thai, Georgian; OFL-1.1) and Fira Mono come from ``pymupdf-fonts``;
Libertinus Serif is inside typst. Every face falls back to FiraGO alone, so what FiraGO covers can be shown and nothing else is let through.
"""

import atexit
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

FACES = {"figo": "FiraGO-Regular.ttf", "figbo": "FiraGO-Bold.ttf", "fimo": "FiraMono-Regular.ttf"}
# Invisible signs that reorder what is read: no honest name or clause needs them, and a signed text must read in one way only.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class MissingGlyphs(Exception):
    """The text has characters that our fonts cannot show (then ask for the Latin form). ``facts["characters"]`` lists them."""

    code = "missing_glyphs"

    def __init__(self, characters: Iterable[str]):
        found = sorted(characters)
        named = [f"{sign} (U+{ord(sign):04X} {unicodedata.name(sign, 'unnamed')})" for sign in found]
        super().__init__(self.code, named)
        self.facts = {"characters": found, "named": named}


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Return the code points that FiraGO draws in both weights we use."""
    from io import BytesIO

    import pymupdf_fonts
    from fontTools.ttLib import TTFont

    maps = [TTFont(BytesIO(pymupdf_fonts.myfont(key)), lazy=True).getBestCmap() for key in ("figo", "figbo")]
    return frozenset(maps[0]) & frozenset(maps[1])


def missing(text: str) -> set[str]:
    """Return the characters of ``text`` that cannot be shown; a line break is no character."""
    known = covered()
    return {sign for sign in text if sign != "\n" and (ord(sign) not in known or sign in _REORDERING or unicodedata.category(sign) == "Cc")}


def folder(cache: Path | None = None) -> Path:
    """Return a folder with our faces, written once: below ``cache``, or in one of this process's own that goes when it ends."""
    return _written(cache / "fonts") if cache else _of_this_process()


@lru_cache(maxsize=1)
def _of_this_process() -> Path:
    own = Path(tempfile.mkdtemp(prefix="portal-fonts-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return _written(own)


@lru_cache(maxsize=4)
def _written(target: Path) -> Path:
    """Write the faces that are missing or cut short; each arrives whole (a rename), whoever else writes at the same time."""
    import pymupdf_fonts

    target.mkdir(parents=True, exist_ok=True)
    for key, name in FACES.items():
        face = pymupdf_fonts.myfont(key)
        place = target / name
        if place.is_file() and place.read_bytes() == face:
            continue
        handle, unfinished = tempfile.mkstemp(dir=target, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(face)
        os.replace(unfinished, place)
    return target
