"""What of an Office package forbids a stamp, or would reach out of the file: told by its content types and relationships."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from media.stamping import xml
from media.stamping.archive import PIECE, Archive
from media.stamping.rules import CannotStamp

if TYPE_CHECKING:
    from xml.etree import ElementTree

TYPES = "[Content_Types].xml"
ROOT = "_rels/.rels"
TYPES_SPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
LINKS_SPACE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
DECK = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHARTS = {"application/vnd.openxmlformats-officedocument.drawingml.chart+xml", "application/vnd.ms-office.chartex+xml"}
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PASSWORD = "EncryptedPackage".encode("utf-16-le")
XML_LIMIT = 32 << 20  # bytes of one part that is read whole
SAFE_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
# Words of content types and of relationship types, small; the first that is met says why.
FORBIDDEN_TYPES = {
    "macroenabled": "macros", "vbaproject": "macros", "vbadata": "macros", "activex": "macros", "digital-signature": "signed",
    "oleobject": "embedded", "webextension": "external",
}  # fmt: skip
FORBIDDEN_LINKS = {
    "vbaproject": "macros", "activexcontrolbinary": "macros", "control": "macros", "extensibility": "macros", "origin": "signed",
    "oleobject": "embedded", "afchunk": "embedded", "attachedtemplate": "external", "webextension": "external",
    "webextensiontaskpanes": "external", "slideupdateinfo": "external", "slideupdateurl": "external",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: from the part ``source`` ("" is the package) to the part or address ``target``; ``kind`` is the end of its type."""

    id: str
    source: str
    kind: str
    target: str
    is_external: bool


class Package:
    """An Office package in ``source`` that brings nothing which acts, reaches out or hides.

    :raises CannotStamp: what ``Archive`` refuses; ``not_a_deck``: no package; ``macros``, ``external``, ``embedded``, ``signed``, ``entities``
    """

    def __init__(self, source: BinaryIO, *, is_inner: bool = False):
        self.is_inner = is_inner
        _begin(source)
        self.archive = Archive(source)
        if TYPES not in self.archive.parts or ROOT not in self.archive.parts:
            raise CannotStamp("not_a_deck")
        self.types = self._read_types()
        self.links = [link for name in self.archive.parts if name.endswith(".rels") for link in self._read_links(name)]
        self._refuse_types()
        for link in self.links:
            self._refuse(link)
        self._read_everything()

    def kind(self, name: str) -> str:
        """Return the content type of a part, small."""
        return self.types[name]

    def of_kind(self, kind: str) -> list[str]:
        """Return the parts of a content type, sorted."""
        return sorted(name for name, known in self.types.items() if known == kind)

    def linked(self, kind: str, *, source: str | None = None) -> list[str]:
        """Return the parts that relationships of this kind lead to, sorted; only those of the part ``source`` where it is given."""
        found = {link.target for link in self.links if link.kind == kind and not link.is_external and source in (None, link.source)}
        return sorted(found & set(self.archive.parts))

    def tree(self, name: str) -> ElementTree.Element:
        return xml.tree(self.archive.read(name, limit=XML_LIMIT), name=name)

    @cached_property
    def main(self) -> str:
        """The part the package is about. :raises CannotStamp: ``not_a_deck``"""
        found = self.linked("officedocument", source="")
        if len(found) != 1:
            raise CannotStamp("not_a_deck")
        return found[0]

    def _read_types(self) -> dict[str, str]:
        by_ending, by_name = {}, {}
        for row in self.tree(TYPES):
            kind = row.get("ContentType", "").lower()
            if row.tag == TYPES_SPACE + "Default":
                by_ending[row.get("Extension", "").lower()] = kind
            elif row.tag == TYPES_SPACE + "Override":
                by_name[row.get("PartName", "").removeprefix("/").lower()] = kind
        named = [name for name in self.archive.parts if name != TYPES]
        types = {name: by_name.get(name.lower()) or by_ending.get(name.rpartition(".")[2].lower(), "") for name in named}
        for name, kind in types.items():
            if not kind:
                raise CannotStamp("damaged", found=f"{name} is of no type")
        return types

    def _read_links(self, name: str) -> list[Link]:
        folder, _, file = name.rpartition("/")
        base = folder.removesuffix("_rels").removesuffix("/")
        source = posixpath.join(base, file.removesuffix(".rels")) if name != ROOT else ""
        links = []
        rows = self.tree(name)
        if rows.tag != LINKS_SPACE + "Relationships":
            raise CannotStamp("damaged", found=name)
        for row in rows:
            is_external = row.get("TargetMode", "Internal").lower() == "external"
            target = row.get("Target", "")
            if not is_external:
                target = self._inside(base, target)
            links.append(Link(row.get("Id", ""), source, row.get("Type", "").rpartition("/")[2].lower(), target, is_external))
        return links

    def _inside(self, base: str, target: str) -> str:
        """Return the part that ``target`` means. :raises CannotStamp: ``unsafe_names``: it leads out of the package"""
        path = unquote(target.partition("#")[0])
        joined = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(base, path))
        if joined.startswith("../") or joined == ".." or "\\" in joined or "://" in target:
            raise CannotStamp("unsafe_names", found=target[:80])
        return joined

    def _refuse_types(self) -> None:
        for name, kind in self.types.items():
            for word, code in FORBIDDEN_TYPES.items():
                if word in kind.replace(" ", ""):
                    raise CannotStamp(code, found=name)
            if name.rpartition("/")[2].lower() == "vbaproject.bin":
                raise CannotStamp("macros", found=name)
            # An archive that holds a copy of itself has no bottom.
            if kind != BOOK and name.lower().startswith("ppt/embeddings/") or (kind == BOOK and self.is_inner):
                raise CannotStamp("embedded", found=name)

    def _refuse(self, link: Link) -> None:
        if link.is_external and not (link.kind == "hyperlink" and link.target.lower().startswith(SAFE_LINKS)):
            raise CannotStamp("external", found=link.target[:80])
        if link.kind in FORBIDDEN_LINKS:
            raise CannotStamp(FORBIDDEN_LINKS[link.kind], found=link.target[:80])
        # A chart keeps its numbers in a workbook; any other package within the package is a file of its own.
        is_book = self.types.get(link.source) in CHARTS and self.types.get(link.target) == BOOK
        if link.kind == "package" and not is_book:
            raise CannotStamp("embedded", found=link.target[:80])

    def _read_everything(self) -> None:
        """Unpack every part once: sums are right, XML brings no entities, a chart's workbook is as harmless as the deck."""
        for name, part in self.archive.parts.items():
            if name.lower().endswith((".xml", ".rels")) or self.types.get(name, "").endswith("xml"):
                xml.check(self.archive.pieces(part), name=name)
            elif self.types.get(name) == BOOK:
                _refuse_book(self.archive, name)
            else:
                for _piece in self.archive.pieces(part):
                    pass


def _begin(source: BinaryIO) -> None:
    """Tell an Office file that is no archive by what it is. :raises CannotStamp: ``encrypted``, ``old_office``, ``not_a_deck``"""
    source.seek(0)
    head = source.read(len(COMPOUND))
    if head == COMPOUND:
        # Office hides an encrypted package in the container that its former formats used.
        is_encrypted = any(PASSWORD in piece for piece in iter(lambda: source.read(PIECE), b""))
        raise CannotStamp("encrypted" if is_encrypted else "old_office")
    if not head.startswith(b"PK\3\4"):
        raise CannotStamp("not_a_deck")


def _refuse_book(archive: Archive, name: str) -> None:
    """Look into a chart's workbook; what is wrong in it is wrong with the deck."""
    try:
        Package(BytesIO(archive.read(name, limit=XML_LIMIT)), is_inner=True)
    except CannotStamp as refused:
        raise CannotStamp("embedded" if refused.code == "not_a_deck" else refused.code, found=name) from refused
