"""A ZIP archive from somebody else's hand: nothing is unpacked before its directory is believed, nothing is believed that is not read."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from media.stamping.rules import CannotStamp
from portal.core.zips import DEFLATED, STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 18
ENDING_WITHIN = 22 + 0xFFFF  # bytes from the file's end: the longest comment
PARTS_LIMIT = 20_000
DIRECTORY_LIMIT = 8 << 20  # bytes; the records of 20,000 parts with long names
UNPACKED_LIMIT = 1 << 30  # bytes of all parts together
# A part that grows by more is no part of an honest deck: deflate's own limit is 1032, slides of even text stay below 60.
GROWTH_LIMIT, GROWTH_FREE = 200, 1 << 20
NAME_LIMIT = 255  # bytes
DEVICES = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
ENCRYPTED = 0x1 | 0x40 | 0x2000
LOCAL = struct.Struct("<4s5H3L2H")


@dataclass(frozen=True, slots=True)
class Part:
    """One member: its bytes as packed stand at ``begin`` in the source, ``packed`` long; ``size`` and ``crc32`` are those once unpacked."""

    name: str
    begin: int
    packed: int
    size: int
    crc32: int
    method: int


class Archive:
    """The members of ``source``, in the order they stand in it. Names are checked; bytes are when they are read.

    :raises CannotStamp: ``damaged``, ``encrypted``, ``bomb``, ``too_many_parts``, ``unsafe_names``, ``duplicate_parts``
    """

    def __init__(self, source: BinaryIO):
        self.source = source
        _refuse_directory(source)
        try:
            with zipfile.ZipFile(source) as archive:
                rows = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, struct.error, EOFError) as error:
            raise CannotStamp("damaged", found=str(error)[:200]) from error
        _refuse_numbers(rows)
        parts = [self._part(row) for row in sorted(rows, key=lambda row: row.header_offset)]
        for part, following in zip(parts, parts[1:], strict=False):
            if part.begin + part.packed > following.begin:
                raise CannotStamp("bomb", found=f"{part.name} and {following.name} share their bytes")
        # An entry that only names a folder is no part of a package.
        parts = [part for part in parts if not (part.name.endswith("/") and part.size == 0)]
        _refuse_names([part.name for part in parts])
        self.parts = {part.name: part for part in parts}

    def pieces(self, part: Part) -> Iterator[bytes]:
        """Yield what ``part`` unpacks to.

        :raises CannotStamp: ``damaged``: other than the directory says
        """
        size = crc = 0
        for piece in self._unpacked(part):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            if size > part.size:
                break
            yield piece
        if (size, crc) != (part.size, part.crc32):
            raise CannotStamp("damaged", found=f"{part.name} is not what the directory says")

    def _unpacked(self, part: Part) -> Iterator[bytes]:
        if part.method == STORED:
            yield from self.packed(part)
            return
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self.packed(part):
                while packed:
                    yield unpack.decompress(packed, PIECE)
                    packed = unpack.unconsumed_tail
            yield unpack.flush()
        except zlib.error as error:
            raise CannotStamp("damaged", found=f"{part.name}: {error}") from error
        if not unpack.eof or unpack.unused_data:
            raise CannotStamp("damaged", found=f"{part.name} ends elsewhere than the directory says")

    def read(self, name: str, *, limit: int) -> bytes:
        """Return what the part unpacks to.

        :raises CannotStamp: ``too_large``: more than ``limit`` bytes; ``damaged``
        """
        part = self.parts[name]
        if part.size > limit:
            raise CannotStamp("too_large", found=name)
        return b"".join(self.pieces(part))

    def packed(self, part: Part) -> Iterator[bytes]:
        """Yield the part's bytes as they stand in the source."""
        left = part.packed
        self.source.seek(part.begin)
        while left:
            piece = self.source.read(min(left, PIECE))
            if not piece:
                raise CannotStamp("damaged", found=f"{part.name} is cut short")
            left -= len(piece)
            yield piece

    def _part(self, row: zipfile.ZipInfo) -> Part:
        """Return the member whose own header says what the directory says of it."""
        self.source.seek(row.header_offset)
        try:
            sign, _version, _flags, method, _time, _day, _crc, _packed, _size, name, extra = LOCAL.unpack(self.source.read(LOCAL.size))
        except struct.error as error:
            raise CannotStamp("damaged", found=f"{row.filename} has no header") from error
        raw = self.source.read(name)
        known_as = row.orig_filename.encode("utf-8" if row.flag_bits & 0x800 else "cp437")
        if sign != b"PK\3\4" or method != row.compress_type or raw != known_as:
            raise CannotStamp("damaged", found=f"{row.filename} has two headers that differ")
        if row.flag_bits & ENCRYPTED:
            raise CannotStamp("encrypted")
        if method not in (STORED, DEFLATED):
            raise CannotStamp("damaged", found=f"{row.filename} is packed in an unusual way")
        # Letters beyond ASCII mean the same everywhere only where the entry says that they are UTF-8.
        if stat.S_ISLNK(row.external_attr >> 16) or not (raw.isascii() or row.flag_bits & 0x800):
            raise CannotStamp("unsafe_names", found=row.filename)
        # zipfile cuts a name at NUL and turns backslashes on some systems; the one in the file is what other programs read.
        return Part(
            name=row.orig_filename,
            begin=row.header_offset + LOCAL.size + name + extra,
            packed=row.compress_size,
            size=row.file_size,
            crc32=row.CRC,
            method=method,
        )


def _refuse_directory(source: BinaryIO) -> None:
    """Look at the archive's last record before anything is allocated for what it announces."""
    length = source.seek(0, 2)
    source.seek(max(0, length - ENDING_WITHIN))
    rest = source.read()
    place = rest.rfind(b"PK\5\6")
    if place < 0 or len(rest) - place < 22:
        raise CannotStamp("damaged", found="no directory")
    disk, first, here, count, size, offset, comment = struct.unpack("<4H2LH", rest[place + 4 : place + 22])
    if count > PARTS_LIMIT or size > DIRECTORY_LIMIT:
        raise CannotStamp("too_many_parts", limit=PARTS_LIMIT)
    at = length - len(rest) + place
    if disk or first or here != count or place + 22 + comment != len(rest) or offset + size != at:
        raise CannotStamp("damaged", found="bytes that belong to no part")


def _refuse_numbers(rows: list[zipfile.ZipInfo]) -> None:
    if len(rows) > PARTS_LIMIT:
        raise CannotStamp("too_many_parts", limit=PARTS_LIMIT)
    if sum(row.file_size for row in rows) > UNPACKED_LIMIT:
        raise CannotStamp("bomb", found="what all parts unpack to")
    for row in rows:
        if row.file_size > GROWTH_FREE and row.file_size > GROWTH_LIMIT * row.compress_size:
            raise CannotStamp("bomb", found=row.filename)


def _refuse_names(names: list[str]) -> None:
    """Names must mean one thing on every system, and no two the same (ECMA-376 part 2, 6.2.2: letters' case does not tell them apart)."""
    for name in names:
        segments = name.split("/")
        stems = {segment.partition(".")[0].strip().casefold() for segment in segments}
        strange = any(unicodedata.category(sign)[0] in "CZ" and sign != " " for sign in name) or any(sign in '\\:*?"<>|' for sign in name)
        dots = any(not segment or segment.endswith((".", " ")) for segment in segments)
        if strange or dots or stems & DEVICES or len(name.encode("utf-8")) > NAME_LIMIT:
            raise CannotStamp("unsafe_names", found=name[:80])
    seen: set[str] = set()
    for name in names:
        known_as = unicodedata.normalize("NFC", name).casefold()
        if known_as in seen:
            raise CannotStamp("duplicate_parts", found=name[:80])
        seen.add(known_as)
