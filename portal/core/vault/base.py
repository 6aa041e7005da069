"""The vault: bytes under a key, for gated files and private documents. One protocol for every place they may lie."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

PIECE = 256 * 1024
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: size in bytes, SHA-256 in hex, CRC-32."""

    key: str
    size: int
    sha256: str
    crc32: int


def checked(key: str) -> str:
    """Return ``key``.

    :raises ValueError: it is not of our making.
    """
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"not a vault key: {key!r}")
    return key


class Vault(Protocol):
    """Every call may raise ``Unreachable`` (portal.core.faults), and ``ValueError`` for a key that is not of our making."""

    def put(self, key: str, source: BinaryIO) -> Stored:
        """Write all of ``source``, from where it stands, under ``key``, once: an existing key is never overwritten.

        :raises FileExistsError: other bytes lie under the key already (the same bytes are accepted).
        """

    def extend(self, key: str, *, of: str, tail: bytes) -> None:
        """Write the bytes of ``of`` and then ``tail`` under ``key``, once; what lies there already is left as it is.

        :raises NotInVault: nothing lies under ``of``.
        """

    def read(self, key: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Yield the bytes ``first`` to ``last`` (inclusive; None = to the end) in pieces.

        :raises NotInVault: before the first piece.
        """

    def size(self, key: str) -> int:
        """:raises NotInVault: nothing lies there."""

    def keys(self, beginning: str) -> Iterator[str]:
        """Yield the keys below ``beginning``, which ends with a slash, in any order."""

    def delete(self, key: str) -> None:
        """Remove the bytes if they are there."""

    def check(self) -> None:
        """:raises Unreachable: the vault cannot be used."""
