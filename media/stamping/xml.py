"""XML from somebody else's hand: read without entities, and where in its bytes something can be put in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

from media.stamping.rules import CannotStamp

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
DEPTH_LIMIT = 200  # elements within elements; slides have some ten


def check(pieces: Iterable[bytes], *, name: str, path: tuple[str, ...] = ()) -> int | None:
    """Read a part to its end and return the place in bytes where a child can be added to the element at ``path`` from the root.

    Tags are written ``{namespace}name``. The place is before the element's ``extLst``, which must be its last child. None: there is no such
    element, or it is empty.
    :raises CannotStamp: ``entities``: the part brings a document type, from which entities come; ``damaged``: not well-formed
    """
    parser = expat.ParserCreate(namespace_separator="}")
    finder = _Finder(parser, path)
    parser.StartDoctypeDeclHandler = finder.doctype
    parser.StartElementHandler, parser.EndElementHandler = finder.start, finder.end
    parser.XmlDeclHandler = finder.declaration
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == NO_MEMORY:
            raise MemoryError from error
        raise CannotStamp("damaged", found=f"{name}: {error}") from error
    except LookupError as error:  # an encoding nobody knows
        raise CannotStamp("damaged", found=f"{name}: {error}") from error
    except CannotStamp as refused:
        refused.facts.setdefault("found", name)
        raise
    return finder.place


def seam(content: bytes, *, name: str, path: tuple[str, ...]) -> int:
    """Return the place that ``check`` finds in a part whose bytes are UTF-8.

    :raises CannotStamp: ``entities``, ``damaged``
    """
    place = check([content], name=name, path=path)
    if place is None or b"\0" in content[:4]:
        raise CannotStamp("damaged", found=name)
    return place


def tree(content: bytes, *, name: str) -> ElementTree.Element:
    """Return the root of a part. :raises CannotStamp: ``entities``, ``damaged``"""
    check([content], name=name)
    return ElementTree.fromstring(content)  # noqa: S314 - no document type can be in it, see ``check``


class _Finder:
    """What expat tells while it reads."""

    def __init__(self, parser: expat.XMLParserType, path: tuple[str, ...]):
        self.parser, self.path = parser, [tag.removeprefix("{") for tag in path]
        self.open: list[str] = []
        self.begun = -1
        self.extra: int | None = None
        self.place: int | None = None

    def doctype(self, *_: object) -> None:
        raise CannotStamp("entities")

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if self.path and (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
            raise CannotStamp("damaged")

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.open.append(tag)
        if len(self.open) > DEPTH_LIMIT:
            raise CannotStamp("damaged")
        if self.open == self.path:
            self.begun, self.extra = self.parser.CurrentByteIndex, None
        elif self.extra is None and self.open[:-1] == self.path and tag.endswith("}extLst"):
            self.extra = self.parser.CurrentByteIndex

    def end(self, _tag: str) -> None:
        if self.path and self.open == self.path and self.place is None and self.parser.CurrentByteIndex != self.begun:
            self.place = self.parser.CurrentByteIndex if self.extra is None else self.extra
        self.open.pop()
