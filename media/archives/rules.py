"""What leaves as a row of spans: bytes at hand, and parts of the vault; and an archive planned as such a row without reading a byte of it. Pure.

A ZIP needs each member's size and CRC-32. Both are known from when a file came in, and a stamped copy's sum goes on from its prefix's:
crc32(prefix + tail) = crc32(tail, crc32(prefix)). Members are stored, not packed: what is in a kit is packed already.
"""

import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.core import zips


class Span(NamedTuple):
    """``size`` bytes that begin at ``start`` of what leaves: ``data``, or where it is None the first of what lies under ``key``."""

    start: int
    size: int
    data: bytes | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: ``size`` bytes that lie under ``key``, whose sum is ``crc32``, and then ``tail``. No key = the tail alone."""

    name: str
    key: str
    size: int
    crc32: int
    tail: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """``begins``: where the bytes of each member begin, in the order given."""

    size: int
    spans: tuple[Span, ...]
    begins: tuple[int, ...]


def copy(key: str, size: int, tail: bytes) -> tuple[Span, ...]:
    """Return the spans of one file: the vault's bytes, then the tail."""
    return tuple(span for span in (Span(0, size, key=key), Span(size, len(tail), tail)) if span.size)


def plan(members: Sequence[Member]) -> Plan:
    """Return the archive of ``members``, in their order: its length, and where its bytes come from."""
    spans: list[Span] = []
    begins: list[int] = []
    directory: list[bytes] = []
    at = 0
    for member in members:
        tail, size = member.tail, member.size
        whole = size + len(tail)
        entry = zips.Entry(member.name, zlib.crc32(tail, member.crc32), whole, whole, zips.STORED)
        directory.append(zips.directory_entry(entry, at))
        head = zips.local_header(entry)
        spans.append(Span(at, len(head), head))
        at += len(head)
        begins.append(at)
        if size:
            spans.append(Span(at, size, None, member.key))
        if tail:
            spans.append(Span(at + size, len(tail), tail))
        at += whole
    records = b"".join(directory)
    end = records + zips.ending(count=len(members), size=len(records), offset=at)
    spans.append(Span(at, len(end), end))
    return Plan(at + len(end), tuple(spans), tuple(begins))


def cut(spans: Sequence[Span], first: int, last: int) -> Iterator[tuple[Span, int, int]]:
    """Yield the spans that hold the bytes ``first`` to ``last`` (inclusive), each with the first and last of its own bytes to send."""
    for span in spans[max(0, bisect_right(spans, first, key=lambda span: span.start) - 1) :]:
        if span.start > last:
            return
        yield span, max(first - span.start, 0), min(last - span.start, span.size - 1)


def overlap(begin: int, size: int, first: int, last: int) -> tuple[int, int] | None:
    """Return which bytes of a member that begins at ``begin`` lie in ``first`` to ``last``: its own first and last; None = none."""
    low, high = max(first, begin), min(last, begin + size - 1)
    return (low - begin, high - begin) if low <= high else None
