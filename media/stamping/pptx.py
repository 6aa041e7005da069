"""PowerPoint copies that name their licensee: an immutable prefix, prepared once at release, and a small tail made for each download.

The prefix holds the members that are the same in every copy. The tail holds those that carry the stamp (masters, layouts and slides that
would hide a master's, the document's properties) and the archive's directory. Its cost does not grow with the slides' contents: what stands
before and behind the stamp in a member is packed beforehand, the stamp itself goes in unpacked, so that no packer's version changes a copy.
"""

from __future__ import annotations

import base64
import shutil
import struct
import tempfile
import zlib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, BinaryIO

from media.stamping import drawing, package, xml
from media.stamping.drawing import PREFIX
from media.stamping.package import OFFICE, Package
from media.stamping.rules import STUMBLES, CannotStamp, Mark
from media.stamping.sheets import SHEET_LIMIT, Sheets
from portal.core.zips import DEFLATED, Entry, directory_entry, ending, local_header

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Slots", "covers", "prepare", "tail"]

PROPERTIES = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES_PART = "docProps/custom.xml"
NO_PROPERTIES = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties {drawing.PROPERTY_SPACES}></Properties>'.encode()
PROPERTIES_SPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
STORED_BLOCK = struct.Struct("<B2H")  # of deflate (RFC 1951, 3.2.4), at a byte's edge
STORED_LIMIT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Member:
    """A member with a gap: what stands before it and behind it, packed; size in bytes and sum of the former, the latter as it is too."""

    name: str
    before: bytes
    before_size: int
    before_crc32: int
    after: bytes
    after_text: str

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Member:
        return cls(**value | {name: base64.b64decode(value[name]) for name in ("before", "after")})

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {name: base64.b64encode(getattr(self, name)).decode("ascii") for name in ("before", "after")}


@dataclass(frozen=True)
class Slots:
    """What a tail must know of its prefix.

    ``size`` is the prefix's length, ``pages`` the number of slides, ``wide`` and ``high`` their size in EMU, ``id`` a shape id free in all
    of them, ``first`` a property id free in the document, ``count`` the prefix's members, ``directory`` their records.
    """

    size: int
    pages: int
    wide: int
    high: int
    id: int
    first: int
    count: int
    directory: bytes
    stamped: tuple[Member, ...]
    properties: Member

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, to be kept beside the prefix."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {
            "directory": base64.b64encode(zlib.compress(self.directory, 9)).decode("ascii"),
            "stamped": [member.to_json() for member in self.stamped],
            "properties": self.properties.to_json(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Slots:
        """Return the slots that ``to_json`` gave."""
        return cls(**{field.name: value[field.name] for field in fields(cls)} | {
            "directory": zlib.decompress(base64.b64decode(value["directory"])),
            "stamped": tuple(Member.from_json(member) for member in value["stamped"]),
            "properties": Member.from_json(value["properties"]),
        })  # fmt: skip


def prepare(source: BinaryIO, target: BinaryIO) -> Slots:
    """Read the deck in ``source`` (seekable) to its end, write the prefix to ``target`` and return its slots.

    Equal decks give equal prefixes. The bytes of members that carry no stamp are those of the source, packed as they were there. Nothing is
    written to ``target`` when the deck is refused.

    :raises CannotStamp: any code of ``rules.REFUSALS`` that is not of PDFs alone
    """
    try:
        return _prepare(source, target)
    except STUMBLES as error:
        raise CannotStamp("damaged", found=f"{type(error).__name__}: {error}"[:200]) from error


def _prepare(source: BinaryIO, target: BinaryIO) -> Slots:
    deck = Package(source)
    sheets = Sheets(deck)
    changed = {name: deck.archive.read(name, limit=SHEET_LIMIT) for name in sheets.stamped}
    name, properties, first = _properties(deck)
    replaced = _declared(deck, name) if name not in deck.archive.parts else {}
    with tempfile.TemporaryFile() as draft:
        records, count = _write(draft, deck, leave={*changed, name}, replaced=replaced)
        slots = Slots(
            size=draft.tell(),
            pages=sheets.slides,
            wide=sheets.wide,
            high=sheets.high,
            id=sheets.free_id,
            first=first,
            count=count,
            directory=records,
            stamped=tuple(_member(part, content, path=sheets.tree_of(part)) for part, content in changed.items()),
            properties=_member(name, properties, path=(PROPERTIES_SPACE + "Properties",)),
        )
        draft.seek(0)
        shutil.copyfileobj(draft, target, 1 << 20)
    return slots


def tail(slots: Slots, mark: Mark) -> bytes:
    """Return the bytes that make the prefix the copy of ``mark``; equal for equal input, so that a download can be resumed.

    :raises CannotStamp: ``characters``: a name holds what XML cannot, or what would act on its neighbours
    """
    if not all(drawing.can_say(text) for text in (mark.licensee, mark.licence, mark.person, mark.download)):
        raise CannotStamp("characters")
    drawn = drawing.shape(mark, id=slots.id, wide=slots.wide, high=slots.high)
    said = drawing.properties(mark, first=slots.first)
    written: list[bytes] = []
    records, offset = [slots.directory], slots.size
    for member, mark_text in [*((member, drawn) for member in slots.stamped), (slots.properties, said)]:
        entry, packed = _filled(member, mark_text)
        header = local_header(entry)
        written += (header, packed)
        records.append(directory_entry(entry, offset))
        offset += len(header) + len(packed)
    directory = b"".join(records)
    end = ending(count=slots.count + len(slots.stamped) + 1, size=len(directory), offset=offset)
    return b"".join((*written, directory, end))


def covers(_slots: Slots, text: str) -> bool:
    """Whether a copy can say ``text``: the reader's program brings the letters."""
    return drawing.can_say(text)


def _properties(deck: Package) -> tuple[str, bytes, int]:
    """Return the part of the user's properties (its name and content, made where there is none) and a free property id.

    :raises CannotStamp: ``already_stamped``
    """
    known = deck.of_kind(PROPERTIES) or deck.linked("custom-properties")
    if not known:
        if PROPERTIES_PART in deck.archive.parts:
            raise CannotStamp("damaged", found=PROPERTIES_PART)
        return PROPERTIES_PART, NO_PROPERTIES, 2  # 0 and 1 are reserved
    content = deck.archive.read(known[0], limit=SHEET_LIMIT)
    rows = xml.tree(content, name=known[0]).findall(PROPERTIES_SPACE + "property")
    if any(row.get("name", "").startswith(PREFIX) for row in rows):
        raise CannotStamp("already_stamped")
    taken = [int(row.get("pid", "0")) for row in rows if row.get("pid", "0").isdecimal()]
    if not rows:
        content = NO_PROPERTIES
    return known[0], content, max((1, *taken)) + 1


def _declared(deck: Package, name: str) -> dict[str, bytes]:
    """Return the package's own parts once they know of a new part for properties."""
    kind = f'<Override xmlns="{package.TYPES_SPACE[1:-1]}" PartName="/{name}" ContentType="{PROPERTIES}"/>'
    link = f'<Relationship xmlns="{package.LINKS_SPACE[1:-1]}" Id="rIdLicenseStamp" Type="{OFFICE}custom-properties" Target="{name}"/>'
    return {
        package.TYPES: _spliced(deck, package.TYPES, package.TYPES_SPACE + "Types", kind),
        package.ROOT: _spliced(deck, package.ROOT, package.LINKS_SPACE + "Relationships", link),
    }


def _spliced(deck: Package, name: str, root: str, text: str) -> bytes:
    content = deck.archive.read(name, limit=SHEET_LIMIT)
    at = xml.seam(content, name=name, path=(root,))
    return content[:at] + text.encode() + content[at:]


def _write(draft: BinaryIO, deck: Package, *, leave: set[str], replaced: dict[str, bytes]) -> tuple[bytes, int]:
    """Write all members but those to ``leave``, the one that tells the types first, and return their records and number."""
    records, names = [], [package.TYPES, *(name for name in deck.archive.parts if name != package.TYPES)]
    for name in names:
        if name in leave:
            continue
        part, offset = deck.archive.parts[name], draft.tell()
        if name in replaced:
            content = replaced[name]
            packed = _deflate(content, is_last=True)
            entry = Entry(name, zlib.crc32(content), len(packed), len(content))
            pieces: Iterable[bytes] = [packed]
        else:
            entry = Entry(name, part.crc32, part.packed, part.size, part.method)
            pieces = deck.archive.packed(part)
        draft.write(local_header(entry))
        for piece in pieces:
            draft.write(piece)
        records.append(directory_entry(entry, offset))
    return b"".join(records), len(records)


def _member(name: str, content: bytes, *, path: tuple[str, ...]) -> Member:
    at = xml.seam(content, name=name, path=path)
    before, after = content[:at], content[at:]
    return Member(
        name=name,
        before=_deflate(before),
        before_size=len(before),
        before_crc32=zlib.crc32(before),
        after=_deflate(after, is_last=True),
        after_text=after.decode("utf-8"),
    )


def _filled(member: Member, mark_text: bytes) -> tuple[Entry, bytes]:
    """Return a member with ``mark_text`` in its gap: its entry, and its bytes as packed."""
    blocks = [mark_text[start : start + STORED_LIMIT] for start in range(0, len(mark_text), STORED_LIMIT)]
    stored = [part for block in blocks for part in (STORED_BLOCK.pack(0, len(block), len(block) ^ STORED_LIMIT), block)]
    packed = b"".join((member.before, *stored, member.after))
    after = member.after_text.encode("utf-8")
    crc = zlib.crc32(after, zlib.crc32(mark_text, member.before_crc32))
    return Entry(member.name, crc, len(packed), member.before_size + len(mark_text) + len(after), DEFLATED), packed


def _deflate(content: bytes, *, is_last: bool = False) -> bytes:
    """Return ``content`` packed; unless it is the last, so that at its end other blocks can follow at a byte's edge."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return pack.compress(content) + pack.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)
