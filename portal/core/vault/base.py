"""The vault: bytes under a key, for gated files and private documents. One protocol for every place they may lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: size in bytes, SHA-256 in hex, CRC-32."""

    key: str
    size: int
    sha256: str
    crc32: int


class NotInVault(Exception):
    """Nothing lies under the key, or it cannot be reached."""


class Vault(Protocol):
    def put(self, key: str, source: BinaryIO) -> Stored:
        """Write all of ``source`` under ``key``, once: an existing key is never overwritten.

        :raises FileExistsError: other bytes lie under the key already (the same bytes are accepted).
        """

    def read(self, key: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Yield the bytes ``first`` to ``last`` (inclusive; None = to the end) in pieces.

        :raises NotInVault: before the first piece.
        """

    def size(self, key: str) -> int:
        """:raises NotInVault: nothing lies there."""

    def delete(self, key: str) -> None:
        """Remove the bytes if they are there."""

    def check(self) -> None:
        """:raises NotInVault: the vault cannot be written to."""
