"""A vault in a folder of this machine."""

import hashlib
import os
import re
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.core.vault.base import PIECE, NotInVault, Stored

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")


class LocalVault:
    def __init__(self, root: Path):
        self.root = root

    def path(self, key: str) -> Path:
        """Return where ``key`` lies.

        :raises ValueError: the key is not of our making.
        """
        if not _KEY.fullmatch(key) or ".." in key:
            raise ValueError(f"not a vault key: {key!r}")
        return self.root / key

    def put(self, key: str, source: BinaryIO) -> Stored:
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
        sha256, crc32, size = hashlib.sha256(), 0, 0
        try:
            with part.open("xb") as file:
                while piece := source.read(PIECE):
                    sha256.update(piece)
                    crc32 = zlib.crc32(piece, crc32)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            stored = Stored(key, size, sha256.hexdigest(), crc32)
            try:
                os.link(part, target)  # atomic, and refuses to overwrite
            except FileExistsError:
                if self._sha256(target) != stored.sha256:
                    raise
        finally:
            part.unlink(missing_ok=True)
        return stored

    def read(self, key: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        try:
            file = self.path(key).open("rb")
        except FileNotFoundError:
            raise NotInVault(key) from None
        return self._pieces(file, first, last)

    @staticmethod
    def _pieces(file: BinaryIO, first: int, last: int | None) -> Iterator[bytes]:
        with file:
            file.seek(first)
            left = None if last is None else last - first + 1
            while left is None or left > 0:
                piece = file.read(PIECE if left is None else min(PIECE, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    def size(self, key: str) -> int:
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            raise NotInVault(key) from None

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def check(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{secrets.token_hex(6)}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise NotInVault(str(error)) from None

    @staticmethod
    def _sha256(path: Path) -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
