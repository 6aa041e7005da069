"""Records of a ZIP archive, as bytes (APPNOTE.TXT 4.3): for archives that are written piece by piece, their length known beforehand. Pure.

ZIP64 fields stand only where a number does not fit. Every entry says 1 January 1980: an archive must not tell one time from another.
"""

import struct
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
DAY = 0x0021  # 1980-01-01 in MS-DOS form
UTF8 = 0x0800  # the name is UTF-8
FULL, FULL_COUNT = 0xFFFF_FFFF, 0xFFFF  # "see ZIP64"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive says of one member; sizes in bytes, ``packed`` as it stands in the archive."""

    name: str
    crc32: int
    packed: int
    size: int
    method: int = DEFLATED


def local_header(entry: Entry) -> bytes:
    """Return what stands before the member's bytes."""
    name, flags = _name(entry.name)
    is_large = entry.packed >= FULL or entry.size >= FULL
    extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.packed) if is_large else b""
    packed, size = (FULL, FULL) if is_large else (entry.packed, entry.size)
    fields = (b"PK\3\4", 45 if is_large else 20, flags, entry.method, 0, DAY, entry.crc32, packed, size, len(name), len(extra))
    return struct.pack("<4s5H3L2H", *fields) + name + extra


def directory_entry(entry: Entry, offset: int) -> bytes:
    """Return the member's record in the central directory; its local header stands at ``offset``."""
    name, flags = _name(entry.name)
    numbers = (entry.size, entry.packed, offset)
    large = [number for number in numbers if number >= FULL]
    extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    size, packed, at = (min(number, FULL) for number in numbers)
    version = 45 if large else 20
    fields = (b"PK\1\2", version, version, flags, entry.method, 0, DAY, entry.crc32, packed, size, len(name), len(extra), 0, 0, 0, 0, at)
    return struct.pack("<4s6H3L5H2L", *fields) + name + extra


def ending(*, count: int, size: int, offset: int) -> bytes:
    """Return what stands after a central directory of ``count`` records and ``size`` bytes that begins at ``offset``."""
    large = b""
    if count >= FULL_COUNT or size >= FULL or offset >= FULL:
        large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
        large += struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
    short = min(count, FULL_COUNT)
    return large + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, short, short, min(size, FULL), min(offset, FULL), 0)


def _name(text: str) -> tuple[bytes, int]:
    """Return the name's bytes and the flag they need."""
    name = text.encode("utf-8")
    return name, 0 if text.isascii() else UTF8
