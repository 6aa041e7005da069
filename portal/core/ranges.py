"""Byte ranges of HTTP (RFC 9110 section 14). Pure."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """``first`` to ``last``, both inclusive, of a body of ``size`` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def whole(self) -> bool:
        return self.length == self.size

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


class Unsatisfiable(Exception):
    """The range lies outside the body: 416."""


def wanted(header: str | None, size: int, *, if_range: str | None = None, etag: str = "") -> ByteRange | None:
    """Return the range to send; None = the whole body (no range, several ranges, a malformed one, or ``if_range`` names another version).

    ``etag`` is the strong, quoted one of the body.
    :raises Unsatisfiable: a well-formed single range that the body does not have.
    """
    if not header or size < 0 or (if_range is not None and if_range.strip() != etag):
        return None
    found = _ONE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        count = int(found[2])
        if count == 0 or size == 0:
            raise Unsatisfiable
        return ByteRange(max(0, size - count), size - 1, size)
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return ByteRange(first, last, size)
