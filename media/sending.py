"""How bytes leave once the gate has opened: from our hands, from nginx's, or out of the bucket (setting ``HANDOVER``, docs/adr/012).

Nobody but us can put two things together. For nginx and the bucket a stamped copy is therefore made in the vault, under the day and its
ETag; it is made again when it is asked for on a later day, byte for byte, and swept away after one.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import cast

from django.utils.http import content_disposition_header

from media.archives.rules import Span, copy, cut
from portal.core.faults import Damaged, VaultFault
from portal.core.models import FileFault
from portal.core.vault.base import PIECE
from portal.core.vault.places import vault
from portal.core.vault.s3 import S3Vault

COPIES = "copies/"
KEPT = timedelta(days=1)  # of a stamped copy, after its day
INTERNAL = "/_vault/"  # nginx's name of the vault: deploy/nginx/portal.conf


@dataclass(frozen=True, slots=True)
class Handover:
    """What may leave: the vault's bytes and the tail that names the licensee. ``size`` is of both together."""

    download_id: int
    name: str
    content_type: str
    size: int
    etag: str
    key: str
    prefix_size: int
    prefix_sha256: str
    tail: bytes

    @property
    def spans(self) -> tuple[Span, ...]:
        return copy(self.key, self.prefix_size, self.tail)

    @property
    def sha256(self) -> str:
        """Of the whole copy. The vault's bytes are read for it once per process.

        :raises VaultFault: they cannot be, or are not those that were stored.
        """
        digest = _prefix_digest(self.key, self.prefix_sha256).copy()
        digest.update(self.tail)
        return digest.hexdigest()

    @property
    def repr_digest(self) -> str:
        """The value of the Repr-Digest header (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(bytes.fromhex(self.sha256)).decode()}:"


def etag(sha256: str, tail: bytes) -> str:
    """Return the ETag of a copy from what is known without reading it."""
    digest = hashlib.sha256(bytes.fromhex(sha256) + tail).hexdigest() if tail else sha256
    return f'"{digest[:40]}"'


@lru_cache(maxsize=256)
def _prefix_digest(key: str, sha256: str) -> "hashlib._Hash":
    """Return SHA-256's state after the vault's bytes, read once per process: a stamped copy's hash then costs its tail."""
    digest = hashlib.sha256()
    for piece in vault().read(key):
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise Damaged(key, "not the bytes that were stored")
    return digest


def stream(spans: Sequence[Span], first: int, last: int, *, ended: Callable[[int], None], clock: Callable[[], datetime]) -> Iterator[bytes]:
    """Yield the bytes ``first`` to ``last`` and say, when it ends for whatever reason, how many really left.

    A piece counts once the next one is asked for: of a broken answer the last piece may have left in part, and is not counted.
    """
    sent = 0
    try:
        for piece in _pieces(spans, first, last):
            yield piece
            sent += len(piece)
    except VaultFault as fault:
        FileFault.note(fault, now=clock())
        raise
    finally:
        ended(sent)


def _pieces(spans: Sequence[Span], first: int, last: int) -> Iterator[bytes]:
    for span, begin, end in cut(spans, first, last):
        if span.data is None:
            yield from _read(span.key, begin, end)
        else:
            for at in range(begin, end + 1, PIECE):
                yield span.data[at : min(at + PIECE, end + 1)]


def _read(key: str, first: int, last: int) -> Iterator[bytes]:
    """:raises Damaged: the vault has fewer bytes than it was given."""
    left = last - first + 1
    for piece in vault().read(key, first=first, last=last):
        left -= len(piece)
        yield piece
    if left:
        raise Damaged(key, f"{left} bytes short")


def internal_address(handover: Handover, *, at: datetime) -> str:
    """Return nginx's own address of the copy, which it opens to nobody.

    :raises VaultFault: the copy is not there and cannot be made.
    """
    return INTERNAL + _whole(handover, at=at)


def signed_address(handover: Handover, *, at: datetime) -> str:
    """Return an address of the copy in the bucket that is open for a minute.

    :raises VaultFault: the copy is not there and cannot be made.
    """
    overrides = (
        ("response-cache-control", "private, no-store"),
        ("response-content-disposition", content_disposition_header(True, handover.name) or "attachment"),
        ("response-content-type", handover.content_type),
    )
    return cast(S3Vault, vault()).address(_whole(handover, at=at), at=at, overrides=overrides)


def _whole(handover: Handover, *, at: datetime) -> str:
    """Return the key under which every byte of the copy lies, in this order."""
    key = handover.key
    if handover.tail:
        key = f"{COPIES}{at:%Y-%m-%d}/{handover.etag.strip(chr(34))}"
        vault().extend(key, of=handover.key, tail=handover.tail)
    if vault().size(key) != handover.size:
        if key != handover.key:
            vault().delete(key)  # it is made again once the master is well
        raise Damaged(handover.key, "not as long as it should be")
    return key


def sweep(*, now: datetime) -> int:
    """Remove the stamped copies of days gone by; return how many. What still runs from one goes on."""
    gone = [key for key in vault().keys(COPIES) if _day(key) < (now - KEPT).date()]
    for key in gone:
        vault().delete(key)
    return len(gone)


def _day(key: str) -> date:
    return date.fromisoformat(key.removeprefix(COPIES).partition("/")[0])
