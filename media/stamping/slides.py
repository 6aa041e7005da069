"""What would hide a master's stamp: slides and layouts that do not show their master's shapes, or lay something over the foot of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.stamping.rules import Box, CannotStamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ROOTS = (P + "sld", P + "sldLayout", P + "sldMaster")
SHAPES = {P + "sp", P + "pic", P + "graphicFrame", P + "grpSp", P + "contentPart", P + "cxnSp"}
FILLS = {A + "solidFill", A + "gradFill", A + "blipFill", A + "pattFill", A + "grpFill"}
ACTS = ("ppaction://macro", "ppaction://program", "ppaction://ole")  # what a click may start


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a slide, layout or master says that matters to a stamp.

    ``shows_master``: the shapes of what it is based on are seen. ``covers``: something of its own may lie over the stamp's place.
    ``lends_cover``: a placeholder does, which slides take over without saying so. ``highest``: the largest id of its shapes.
    """

    shows_master: bool
    covers: bool
    lends_cover: bool
    highest: int


def read(root: Element, *, place: Box, name: str) -> Sheet:
    """Read the root of a slide, layout or master; ``place`` is where the stamp stands, in EMU, ``top`` the larger y.

    :raises CannotStamp: ``other_deck``: it is written in another dialect; ``macros``: a click on it starts a program; ``damaged``
    """
    if root.tag not in ROOTS:
        raise CannotStamp("other_deck", found=name)
    for element in root.iter():
        if element.get("action", "").lower().startswith(ACTS):
            raise CannotStamp("macros", found=name)
    ids = [int(element.get("id", "0")) for element in root.iter(P + "cNvPr") if element.get("id", "0").isdecimal()]
    drawn = root.find(f"{P}cSld/{P}spTree")
    if drawn is None:
        raise CannotStamp("damaged", found=f"{name} has no shapes")
    covering = [shape for shape in _shapes(drawn) if _covers(shape, place)]
    return Sheet(
        shows_master=root.get("showMasterSp", "1") in ("1", "true"),
        covers=bool(covering),
        lends_cover=any(shape.find(f"*/{P}nvPr/{P}ph") is not None for shape in covering),
        highest=max(ids, default=0),
    )


def _shapes(parent: Element) -> Iterator[Element]:
    """Yield the shapes right below ``parent``; of those written for several programs, every version."""
    for child in parent:
        if child.tag in SHAPES:
            yield child
        elif child.tag.startswith(COMPATIBLE):
            yield from _shapes(child)


def _covers(shape: Element, place: Box) -> bool:
    """Say whether ``shape`` is one that hides what is behind it, and reaches ``place``; in doubt it is."""
    if shape.tag == P + "cxnSp" or (shape.tag in (P + "sp", P + "grpSp") and not _is_filled(shape)):
        return False
    extent = _extent(shape)
    return extent is None or (
        extent.left < place.right and place.left < extent.right and extent.bottom < place.top and place.bottom < extent.top
    )


def _is_filled(shape: Element) -> bool:
    if shape.tag == P + "grpSp":
        return any(child.tag in (P + "pic", P + "graphicFrame", P + "contentPart") or _is_filled(child) for child in _shapes(shape))
    properties = shape.find(P + "spPr")
    said = set() if properties is None else {child.tag for child in properties}
    if said & FILLS:
        return True
    styled = shape.find(f"{P}style/{A}fillRef")
    return A + "noFill" not in said and styled is not None and styled.get("idx", "0") != "0"


def _extent(shape: Element) -> Box | None:
    """Return what a shape takes up, turned or not; None where it does not say."""
    form = next(
        (found for path in (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", P + "xfrm") if (found := shape.find(path)) is not None), None
    )
    if form is None:
        return None
    start, size = form.find(A + "off"), form.find(A + "ext")
    try:
        x, y = (int(start.get(key, "")) for key in ("x", "y"))  # type: ignore[union-attr]
        wide, high = (int(size.get(key, "")) for key in ("cx", "cy"))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        return None
    if form.get("rot", "0") not in ("", "0"):
        # Whatever the angle, it stays within the circle around it.
        reach = int((wide**2 + high**2) ** 0.5 / 2) + 1
        x, y, wide, high = x + wide // 2 - reach, y + high // 2 - reach, 2 * reach, 2 * reach
    return Box(x, y, x + wide, y + high)
