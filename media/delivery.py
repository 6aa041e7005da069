"""THE GATE: the only way a controlled file leaves the house.

Facts of a request go in; a hand-over comes out, or a refusal, and either is in the ledger before anything else happens. Nothing about a
file (size, hash, ETag, not even a 304) is known outside before the verdict. What leaves is the vault's bytes, then the stamp's tail.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from licensing import explain
from licensing.entitlements.rules import Verdict
from media.kits.models import KitFile, KitRelease
from media.ledger.models import Download, DownloadPart
from media.stamping import pdf
from media.stamping.rules import CannotStamp, Mark
from portal.core.ranges import ByteRange
from portal.core.text import new_code
from portal.core.vault.base import PIECE
from portal.core.vault.places import vault

RESUME = timedelta(days=7)          # a range belongs to the granted download of the last days, so that the bytes are the same
PREVIEW = timedelta(minutes=10)     # a HEAD or a checksum is followed by the download it announced


class NoSuchFile(Exception):
    """Unknown, unpublished, and of no concern to this organisation look the same."""


class Refused(Exception):
    """The asker may not have the file now; the refusal is in the ledger. ``verdict`` says why."""

    def __init__(self, verdict: Verdict, file: KitFile):
        super().__init__(verdict.code)
        self.verdict, self.file = verdict, file


@dataclass(frozen=True, slots=True)
class Wanted:
    kit: str
    release: str
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a signed-in person and, if any, the organisation acted for, with the roles held in it now."""

    user_id: int
    person: str
    organisation_id: int | None
    licensee: str
    roles: frozenset[str]
    ip_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """What may leave: the vault's bytes and the tail that names the licensee. ``size`` is of both together."""

    download_id: int
    name: str
    content_type: str
    size: int
    etag: str
    sha256: str
    key: str
    prefix_size: int
    tail: bytes

    @property
    def repr_digest(self) -> str:
        """The value of the Repr-Digest header (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(bytes.fromhex(self.sha256)).decode()}:"


def hand_over(wanted: Wanted, *, by: Asker, at: datetime, method: str = "GET", ranged: bool = False) -> Handover:
    """Return what may leave, after asking and writing it down.

    ``ranged``: the request continues a download. ``method`` HEAD announces one.
    :raises NoSuchFile: nothing of that name is released, or the organisation never had to do with its offering.
    :raises Refused: no right at that instant; the refusal is in the ledger.
    """
    file = find(wanted)
    download = _authorise(file, by=by, at=at, method=method, ranged=ranged)
    return _prepare(file, download)


def hand_over_again(download: Download, *, by: Asker, at: datetime) -> Handover:
    """Return the hand-over of a download that was granted before, if its right still holds: for links given to download tools.

    :raises Refused: the right has ended since; that is in the ledger too.
    """
    file = KitFile.objects.select_related("item__release__kit__offering", "item__right").get(pk=download.file_id)
    verdict = _verdict(file, by=by, at=at)
    if not verdict.granted:
        _write(file, by=by, at=at, method="GET", verdict=verdict)
        raise Refused(verdict, file)
    return _prepare(file, download)


def find(wanted: Wanted) -> KitFile:
    """Return the released (or withdrawn) file.

    :raises NoSuchFile: there is none, or it is still a draft.
    """
    file = (
        KitFile.objects.select_related("item__release__kit__offering", "item__right")
        .filter(
            item__release__kit__slug=wanted.kit,
            item__release__number=wanted.release,
            language=wanted.language,
            name=wanted.name,
        )
        .exclude(item__release__state=KitRelease.State.DRAFT)
        .first()
    )
    if file is None:
        raise NoSuchFile
    return file


def verdict_on(file: KitFile, *, by: Asker, at: datetime) -> Verdict:
    """Return whether the asker may have the file, and why not; writes nothing (for lists)."""
    return _verdict(file, by=by, at=at)


def _verdict(file: KitFile, *, by: Asker, at: datetime) -> Verdict:
    item, release = file.item, file.item.release
    if by.organisation_id is None or not explain.known_to(by.organisation_id, release.kit.offering_id):
        return Verdict("stranger")
    if release.state == KitRelease.State.WITHDRAWN:
        return Verdict("withdrawn", (("reason", release.withdrawn_reason), ("at", release.withdrawn_at)))
    return explain.file_verdict(
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        roles=by.roles,
        right=item.right,
        audience=item.audience,
        edition_id=release.edition_id,
        embargo_until=item.embargo_until,
        at=at,
    )


def _authorise(file: KitFile, *, by: Asker, at: datetime, method: str, ranged: bool) -> Download:
    """Return the ledger row of this download: the one it continues, or a new one. The person's row is the queue for parallel ranges."""
    verdict = _verdict(file, by=by, at=at)
    if not verdict.granted:
        _write(file, by=by, at=at, method=method, verdict=verdict)
        if verdict.code == "stranger":
            raise NoSuchFile
        raise Refused(verdict, file)
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.user_id)
        earlier = _earlier(file, by=by, at=at, licence=verdict.fact("licence_id"), method=method, ranged=ranged)
        return earlier or _write(file, by=by, at=at, method=method, verdict=verdict)


def _earlier(file: KitFile, *, by: Asker, at: datetime, licence: object, method: str, ranged: bool) -> Download | None:
    rows = Download.objects.filter(user=by.user_id, file=file, organisation=by.organisation_id, licence=licence, verdict="granted")
    if ranged:
        return rows.filter(at__gt=at - RESUME).order_by("-pk").first()
    latest = rows.filter(at__gt=at - PREVIEW).order_by("-pk").first()
    if latest is None or (method != "HEAD" and latest.parts.exists()):
        return None
    return latest


def _write(file: KitFile, *, by: Asker, at: datetime, method: str, verdict: Verdict) -> Download:
    return Download.objects.create(
        file=file,
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        licence_id=verdict.fact("licence_id"),
        reference=f"D-{new_code().replace('-', '')[:12]}",
        person=by.person[:150],
        licensee=by.licensee[:200],
        verdict=verdict.code,
        method=method,
        ip_prefix=by.ip_prefix,
        at=at,
    )


def _prepare(file: KitFile, download: Download) -> Handover:
    tail = _tail(file, download)
    digest = _prefix_digest(file.vault_key, file.sha256).copy()
    digest.update(tail)
    sha256 = digest.hexdigest()
    return Handover(
        download_id=download.pk,
        name=file.name,
        content_type=file.content_type,
        size=file.size + len(tail),
        etag=f'"{sha256[:40]}"',
        sha256=sha256,
        key=file.vault_key,
        prefix_size=file.size,
        tail=tail,
    )


def _tail(file: KitFile, download: Download) -> bytes:
    if file.stamp_slots is None:
        return b""
    mark = Mark(
        licensee=download.licensee,
        licence=download.licence.number if download.licence else "",
        person=download.person,
        on=download.at.date(),
        download=download.reference,
        demo=settings.DEMO,
    )
    slots = pdf.Slots.from_json(file.stamp_slots)
    try:
        return pdf.tail(slots, mark)
    except CannotStamp:
        # A name in letters the font lacks is stamped by the licence and the download, which the ledger resolves to the person.
        return pdf.tail(slots, Mark(licensee=mark.licence, licence=mark.licence, person="", on=mark.on, download=mark.download, demo=mark.demo))


@lru_cache(maxsize=256)
def _prefix_digest(key: str, sha256: str) -> "hashlib._Hash":
    """Return SHA-256's state after the vault's bytes, read once per process: a stamped copy's hash then costs its tail."""
    digest = hashlib.sha256()
    for piece in vault().read(key):
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise OSError(f"the vault's bytes under {key} are not those that were stored")
    return digest


def stream(handover: Handover, part: ByteRange | None, *, clock) -> Iterator[bytes]:
    """Yield the bytes of the range (None = all) and write down, when it ends for whatever reason, what really left."""
    first, last = (part.first, part.last) if part else (0, handover.size - 1)
    sent = 0
    try:
        for piece in _pieces(handover, first, last):
            yield piece
            sent += len(piece)
    finally:
        complete = sent == last - first + 1
        DownloadPart.objects.create(
            download_id=handover.download_id,
            first=first,
            last=last,
            sent=sent,
            outcome=DownloadPart.Outcome.COMPLETE if complete else DownloadPart.Outcome.BROKEN,
            at=clock(),
        )


def _pieces(handover: Handover, first: int, last: int) -> Iterator[bytes]:
    if first < handover.prefix_size:
        yield from vault().read(handover.key, first=first, last=min(last, handover.prefix_size - 1))
    if last >= handover.prefix_size:
        begin = max(first - handover.prefix_size, 0)
        rest = handover.tail[begin : last - handover.prefix_size + 1]
        for at in range(0, len(rest), PIECE):
            yield rest[at : at + PIECE]
