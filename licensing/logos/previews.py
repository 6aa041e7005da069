"""The one door to the process that draws uploaded files: bytes go in, pictures and facts come out, or a refusal. Never inside a transaction."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licensing.logos import drawing
from licensing.logos.kinds import JPEG, PNG, Kind, NotAccepted, Picture, kind_of, picture

SECONDS = 30  # of waiting for all pages of a file


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a picture; ``width`` and ``height`` in millimetres where the file says them."""

    png: bytes
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a file holds. ``colours`` is empty where it cannot be told; ``fonts`` are those a printer would have to guess."""

    kind: Kind
    pages: tuple[Page, ...]
    picture: Picture | None = None
    colours: frozenset[str] = frozenset()
    fonts: tuple[str, ...] = ()


def draw(content: bytes) -> Drawn:
    """Return the file's pages, drawn anew: nothing of the original's bytes is in them.

    :raises NotAccepted: any code of ``kinds.REFUSALS``.
    """
    kind = kind_of(content)
    head = picture(content, kind) if kind in (PNG, JPEG) else None
    with tempfile.TemporaryDirectory(prefix="portal-piece-") as name:
        folder = Path(name)
        (folder / f"piece.{kind.suffix}").write_bytes(content)
        facts = _run(folder)
        if "refused" in facts:
            raise NotAccepted(facts.pop("refused"), **facts)
        sizes = facts["pages"]
        pages = tuple(
            Page((folder / f"{number}.png").read_bytes(), size.get("width"), size.get("height")) for number, size in enumerate(sizes, 1)
        )
    colours = frozenset({head.colours}) if head else frozenset(facts.get("colours", ()))
    return Drawn(kind, pages, head, colours, tuple(facts.get("fonts", ())))


def _run(folder: Path) -> dict[str, Any]:
    """Run the drawing process; one that dies, or takes too long, has refused the file."""
    command = [sys.executable, "-I", drawing.__file__, str(folder)]
    try:
        subprocess.run(command, cwd=folder, env={"PATH": ""}, timeout=SECONDS, capture_output=True, check=True)
        found: dict[str, Any] = json.loads((folder / "facts.json").read_text())
    except (subprocess.SubprocessError, OSError, ValueError):
        return {"refused": "unreadable", "found": "no answer"}
    return found
