"""Put one shared form at the foot of every page of a PDF, over all else, upright as the page is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from media.stamping.rules import Box, CannotStamp, foot_of_page

if TYPE_CHECKING:
    import pikepdf

UNPACKED_LIMIT = 64 << 20  # bytes of drawing instructions on one page
NESTING_LIMIT = 4_000_000  # letters that may open or close a graphics state on one page
LZW_LIMIT = 256 << 10  # packed bytes: LZW alone knows no limit while unpacking
TREE_DEPTH = 64
BALANCED = "q Q BT ET BMC BDC EMC"
# The line belongs to no paragraph: a reader of tagged PDFs passes over it (ISO 32000, 14.8.2.2).
DRAWING = "\n{closing}Q\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq {matrix} cm {name} Do Q\nEMC\n"


def draw_on_every_page(pdf: pikepdf.Pdf, form: Any) -> None:
    """Let every page of ``pdf`` draw ``form`` last.

    :raises CannotStamp: ``too_large``, ``damaged``
    """
    streams: dict[str, Any] = {}

    def shared(text: str) -> Any:
        if text not in streams:
            streams[text] = pdf.make_stream(text.encode("ascii"))
        return streams[text]

    for page in pdf.pages:
        opening, closing = balance(page)
        matrix = " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in matrix_of(page))
        name = _name_in_resources(page, form)
        page.contents_add(shared(opening), prepend=True)
        page.contents_add(shared(DRAWING.format(closing=closing, matrix=matrix, name=name)))


def balance(page: Any) -> tuple[str, str]:
    """Return what must be said before and after the page's own instructions, so that none of its states reaches the stamp."""
    from pikepdf import parse_content_stream

    _refuse_bombs(page)
    depth = lowest = marked = 0
    in_text = False
    for instruction in parse_content_stream(page, BALANCED):
        operator = str(instruction.operator)
        if operator in ("q", "Q"):
            depth += 1 if operator == "q" else -1
            lowest = min(lowest, depth)
        elif operator in ("BT", "ET"):
            in_text = operator == "BT"
        else:
            marked = max(0, marked + (-1 if operator == "EMC" else 1))
    closing = ("ET\n" if in_text else "") + "EMC\n" * marked + "Q\n" * (depth - lowest)
    return "q\n" * (1 - lowest), closing


def matrix_of(page: Any) -> tuple[float, ...]:
    """Return the matrix of ``rules.foot_of_page`` for the part of ``page`` that is seen.

    :raises CannotStamp: ``damaged``, when the page has no size
    """
    media = _box(inherited(page.obj, "/MediaBox"))
    if media is None:
        raise CannotStamp("damaged", found="a page without a size")
    crop = _box(inherited(page.obj, "/CropBox")) or media
    seen = Box(max(media.left, crop.left), max(media.bottom, crop.bottom), min(media.right, crop.right), min(media.top, crop.top))
    if seen.width <= 0 or seen.height <= 0:
        seen = media
    turned = int(inherited(page.obj, "/Rotate") or 0) % 360
    unit = float(page.obj.get("/UserUnit", 1))
    return foot_of_page(seen, turned=turned, unit=unit if unit > 0 else 1.0)


def inherited(node: Any, key: str) -> Any:
    """Return what the page or the nearest of its parents says under ``key``, or None."""
    for _ in range(TREE_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    raise CannotStamp("damaged", found="a page tree that is too deep")


def _name_in_resources(page: Any, form: Any) -> str:
    """Make ``form`` known to the page and return the name it draws it by."""
    from pikepdf import Dictionary

    resources = inherited(page.obj, "/Resources")
    if resources is None:
        resources = page.obj.Resources = Dictionary()
    if "/XObject" not in resources:
        resources.XObject = Dictionary()
    known, name, number = resources.XObject, "/Stamp", 1
    while name in known and known[name].objgen != form.objgen:
        name, number = f"/Stamp{number}", number + 1
    known[name] = form
    return name


def _refuse_bombs(page: Any) -> None:
    """:raises CannotStamp: ``too_large``, before the page's instructions are unpacked as a whole."""
    from pikepdf import Array

    contents = page.obj.get("/Contents")
    unpacked = states = 0
    for stream in contents if isinstance(contents, Array) else [contents] if contents is not None else []:
        if "LZW" in str(stream.get("/Filter", "")) and len(stream.read_raw_bytes()) > LZW_LIMIT:
            raise CannotStamp("too_large")
        data = stream.read_bytes()
        unpacked += len(data)
        states += data.count(b"q") + data.count(b"Q")
        if unpacked > UNPACKED_LIMIT or states > NESTING_LIMIT:
            raise CannotStamp("too_large")


def _box(corners: Any) -> Box | None:
    """Return the rectangle between two opposite ``corners``, or None when it has no area."""
    if corners is None or len(corners) != 4:
        return None
    x, y, to_x, to_y = (float(value) for value in corners)
    box = Box(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
    return box if box.width > 0 and box.height > 0 else None
