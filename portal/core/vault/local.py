"""A vault in a folder of this machine."""

import hashlib
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from portal.core.faults import NotInVault, Unreachable
from portal.core.vault.base import PIECE, Stored, checked


class LocalVault:
    def __init__(self, root: Path):
        self.root = root

    def path(self, key: str) -> Path:
        """Return where ``key`` lies.

        :raises ValueError: the key is not of our making.
        """
        return self.root / checked(key)

    def put(self, key: str, source: BinaryIO) -> Stored:
        target = self.path(key)
        sha256, crc32, size = hashlib.sha256(), 0, 0
        with self._part(target) as part:
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
        return stored

    def extend(self, key: str, *, of: str, tail: bytes) -> None:
        target, source = self.path(key), self.path(of)
        if target.exists():
            return
        with self._part(target) as part:
            try:
                shutil.copyfile(source, part)  # the kernel copies: sendfile
            except FileNotFoundError:
                raise NotInVault(of) from None
            with part.open("ab") as file:
                file.write(tail)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(part, target)
            except FileExistsError:
                return

    @staticmethod
    @contextmanager
    def _part(target: Path) -> Iterator[Path]:
        """Give a name beside ``target`` to write to; nothing is left of it."""
        part = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            yield part
        finally:
            part.unlink(missing_ok=True)

    def read(self, key: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        try:
            file = self.path(key).open("rb")
        except FileNotFoundError:
            raise NotInVault(key) from None
        except OSError as error:
            raise Unreachable(key, str(error)) from None
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

    def keys(self, beginning: str) -> Iterator[str]:
        for path in (self.root / beginning).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def check(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{secrets.token_hex(6)}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise Unreachable(str(self.root), str(error)) from None

    @staticmethod
    def _sha256(path: Path) -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
