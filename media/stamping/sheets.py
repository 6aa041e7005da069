"""The slides, layouts and masters of a deck, and which of them are to carry the stamp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.stamping import drawing, slides, xml
from media.stamping.package import DECK
from media.stamping.rules import CannotStamp

if TYPE_CHECKING:
    from media.stamping.package import Package
    from media.stamping.rules import Box

SLIDES_LIMIT = 2_000
SHEET_LIMIT = 8 << 20  # bytes of a slide, layout or master
KINDS = {
    name: f"application/vnd.openxmlformats-officedocument.presentationml.{name}+xml" for name in ("slide", "slidelayout", "slidemaster")
}
LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SIZES = range(914_400, 51_206_401)  # EMU a slide may be wide or high (ECMA-376 part 1, 20.1.10.54)
ID_LIMIT = 2**31 - 2


class Sheets:
    """The sheets of ``deck``: ``slides`` is their number, ``wide`` and ``high`` their size in EMU, ``stamped`` the parts to carry the stamp.

    :raises CannotStamp: ``not_a_deck``, ``other_deck``, ``no_pages``, ``too_many_pages``, ``damaged``
    """

    def __init__(self, deck: Package):
        self.deck = deck
        kind = deck.kind(deck.main)
        if kind != DECK:
            raise CannotStamp("other_deck" if "presentationml" in kind else "not_a_deck", found=kind)
        self.wide, self.high = self._size()
        found = {role: self._of(role) for role in KINDS}
        self.slides = self._listed()
        if not self.slides:
            raise CannotStamp("no_pages")
        if self.slides > SLIDES_LIMIT:
            raise CannotStamp("too_many_pages", pages=self.slides, limit=SLIDES_LIMIT)
        for lower, upper in (("slide", "slidelayout"), ("slidelayout", "slidemaster")):
            for name in found[lower]:
                if len(self._above(name, upper)) != 1:
                    raise CannotStamp("damaged", found=f"{name} is based on nothing")
        self.roots: dict[str, str] = {}
        self.read = {name: self._sheet(name, place=drawing.place(self.wide, self.high)) for names in found.values() for name in names}
        self.stamped = [
            *found["slidemaster"],
            *(name for name in found["slidelayout"] if self._hides(name)),
            *(name for name in found["slide"] if self._hides(name) or self._lent(name)),
        ]
        self.free_id = max(sheet.highest for sheet in self.read.values()) + 1
        if self.free_id > ID_LIMIT:
            raise CannotStamp("damaged", found="no shape id is free")

    def tree_of(self, name: str) -> tuple[str, ...]:
        """Return the path to the shapes of a sheet."""
        return (self.roots[name], slides.P + "cSld", slides.P + "spTree")

    def _of(self, role: str) -> list[str]:
        """Return the parts that play a role by their type or because something leads to them as such; the two must agree."""
        by_kind, by_link = self.deck.of_kind(KINDS[role]), self.deck.linked(role)
        strange = set(by_link) - set(by_kind)
        if strange:
            raise CannotStamp("damaged", found=f"{min(strange)} is of another type than what leads to it")
        return by_kind

    def _above(self, name: str, role: str) -> list[str]:
        """Return the parts of a role that ``name`` is based on."""
        return [part for part in self.deck.linked(role, source=name) if self.deck.kind(part) == KINDS[role]]

    def _listed(self) -> int:
        """Return how many slides the deck shows. :raises CannotStamp: ``damaged``: one of them is not there"""
        rows = self.deck.tree(self.deck.main).findall(f"{slides.P}sldIdLst/{slides.P}sldId")
        there = set(self.deck.linked("slide", source=self.deck.main))
        led = {link.id for link in self.deck.links if link.source == self.deck.main and link.target in there}
        if any(row.get(LINK_ID) not in led for row in rows):
            raise CannotStamp("damaged", found="a slide that is not there")
        return len(rows)

    def _sheet(self, name: str, *, place: Box) -> slides.Sheet:
        content = self.deck.archive.read(name, limit=SHEET_LIMIT)
        root = xml.tree(content, name=name)
        self.roots[name] = root.tag
        return slides.read(root, place=place, name=name)

    def _hides(self, name: str) -> bool:
        return not self.read[name].shows_master or self.read[name].covers

    def _lent(self, name: str) -> bool:
        """Whether a slide may take a cover over from its layout or its master."""
        (layout,) = self._above(name, "slidelayout")
        (master,) = self._above(layout, "slidemaster")
        return self.read[layout].lends_cover or self.read[master].lends_cover

    def _size(self) -> tuple[int, int]:
        root = self.deck.tree(self.deck.main)
        if root.tag != slides.P + "presentation":
            raise CannotStamp("other_deck", found=self.deck.main)
        said = root.find(slides.P + "sldSz")
        numbers = tuple(said.get(key, "") for key in ("cx", "cy")) if said is not None else ("", "")
        if not all(number.isdecimal() and int(number) in SIZES for number in numbers):
            raise CannotStamp("damaged", found="slides of no size")
        return int(numbers[0]), int(numbers[1])
