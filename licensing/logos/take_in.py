"""How a file of a piece comes in: looked at, drawn and put into the vault, before any transaction and before any row names it."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from licensing.logos import previews
from licensing.logos.findings import Finding, found_in
from licensing.logos.kinds import PNG, NotAccepted, picture
from licensing.logos.rules import Medium
from portal.core import private_files

__all__ = ["ARTWORK", "NotAccepted", "Taken", "take_in"]

# Who knows the artwork of every pack ever released: given the SHA-256 of an upload, its release's name and whether it is the latest one.
ARTWORK: list[Callable[[str], tuple[str, bool] | None]] = []


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is in the vault: what a ``Proof`` will say of it."""

    name: str
    content_type: str
    size: int
    sha256: str
    key: str
    pages: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def take_in(content: bytes, *, name: str, medium: Medium) -> Taken:
    """Look at a file, draw its pages and keep both.

    :raises NotAccepted: any code of ``kinds.REFUSALS``; nothing is kept then.
    """
    drawn = previews.draw(content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = next((said for ask in ARTWORK if (said := ask(sha256))), None)
    findings = found_in(drawn, medium, artwork=known)
    pages = []
    for page in drawn.pages:
        kept = private_files.keep(page.png, kind="artwork", suffix="png")
        shape = picture(page.png, PNG)
        pages.append(
            {"key": kept.key, "sha256": kept.sha256, "pixels": [shape.width, shape.height], "width": page.width, "height": page.height}
        )
    stored = private_files.keep(content, kind="artwork", suffix=drawn.kind.suffix)
    return Taken(
        name=safe_name(name, drawn.kind.suffix),
        content_type=drawn.kind.content_type,
        size=stored.size,
        sha256=sha256,
        key=stored.key,
        pages=pages,
        findings=findings,
    )


_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def safe_name(text: str, suffix: str) -> str:
    """Return a name every disk takes, with the suffix of what is in the file: ``Cartel A2 (final).PDF`` becomes ``Cartel-A2-final.pdf``."""
    last = text.replace("\\", "/").rpartition("/")[2]
    bare = last.rpartition(".")[0] or last
    plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    return f"{_UNSAFE.sub('-', plain).strip('-._')[:80] or 'piece'}.{suffix}"
