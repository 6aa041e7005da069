"""THE GATE: the only way a controlled file leaves the house.

Facts of a request go in; a hand-over comes out, or a refusal, and either is in the ledger before anything else happens. Nothing about a
file (size, hash, ETag, not even a 304) is known outside before the verdict. What leaves is the vault's bytes, then the stamp's tail.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from licensing import explain
from licensing.entitlements.rules import Verdict
from media import sending
from media.kits.models import KitFile, KitItem, KitRelease
from media.ledger.models import Bundle, Download, DownloadPart
from media.sending import Handover
from media.stamping.formats import FORMATS
from media.stamping.rules import Mark, stamp_language
from portal.core.ranges import ByteRange
from portal.core.text import new_code

RESUME = timedelta(days=7)  # a range belongs to the granted download of the last days, so that the bytes are the same
PREVIEW = timedelta(minutes=10)  # a HEAD or a checksum is followed by the download it announced
CANDIDATES = 5  # copies of the last days whose ETag an If-Range may mean
STRANGER = Verdict("stranger")


class NoSuchFile(Exception):
    """Unknown, unpublished, and of no concern to this organisation look the same."""


class Refused(Exception):
    """The asker may not have the file (or the bundle) of that ``name`` now; the refusal is in the ledger. ``verdict`` says why."""

    def __init__(self, verdict: Verdict, release: KitRelease, name: str):
        super().__init__(verdict.code)
        self.verdict, self.release, self.name = verdict, release, name


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


def hand_over(
    wanted: Wanted, *, by: Asker, at: datetime, method: str = "GET", ranged: bool = False, if_range: str | None = None
) -> Handover:
    """Return what may leave, after asking and writing it down.

    ``ranged``: the request continues a download, the one whose copy has the ETag ``if_range`` if it says so. ``method`` HEAD announces one.
    :raises NoSuchFile: nothing of that name is released, or the organisation never had to do with its offering.
    :raises Refused: no right at that instant; the refusal is in the ledger.
    """
    file = find(wanted)
    verdict = verdicts_on(file.item.release, [file.item], by=by, at=at)[0]
    if not verdict.granted:
        _refuse(file, by=by, at=at, method=method, verdict=verdict)
    licence = verdict.fact("licence_id")
    with transaction.atomic():
        # The person's row is the queue: parallel ranges of one person become one download.
        get_user_model().objects.select_for_update(no_key=True).values_list("pk").get(pk=by.user_id)
        downloads = _earlier(file, by=by, at=at, licence=licence, fresh=method == "GET" and not ranged)
        downloads = downloads or [_write(file, by=by, at=at, method=method, verdict=verdict)]
    return _chosen(file, downloads, licence=str(verdict.fact("licence")), etag=if_range)


def hand_over_again(download: Download, *, by: Asker, at: datetime, method: str = "GET") -> Handover:
    """Return the hand-over of a download that was granted before, if its right still holds: for links given to download tools.

    :raises Refused: the right has ended since; that is in the ledger too.
    """
    file = _files().get(pk=download.file_id)
    verdict = verdicts_on(file.item.release, [file.item], by=by, at=at)[0]
    if not verdict.granted:
        _refuse(file, by=by, at=at, method=method, verdict=verdict)
    return _prepare(file, download, licence=download.licence.number if download.licence else "")


def begin(handover: Handover, part: ByteRange | None, *, at: datetime) -> None:
    """Write down that a download by link has begun, once: from then on its ranges go on after the link's five minutes."""
    rows = DownloadPart.objects.filter(download=handover.download_id)
    if not rows.exists():
        first, last = bounds(handover.size, part)
        rows.create(download_id=handover.download_id, first=first, last=last, sent=0, outcome=DownloadPart.Outcome.BEGUN, at=at)


def _files() -> QuerySet[KitFile]:
    return KitFile.objects.select_related("item__release__kit")


def find(wanted: Wanted) -> KitFile:
    """Return the released (or withdrawn) file.

    :raises NoSuchFile: there is none, or it is still a draft.
    """
    rows = _files().filter(item__release__kit__slug=wanted.kit, item__release__number=wanted.release)
    file = rows.filter(language=wanted.language, name=wanted.name).exclude(item__release__state=KitRelease.State.DRAFT).first()
    if file is None:
        raise NoSuchFile
    return file


def verdicts_on(release: KitRelease, items: Sequence[KitItem], *, by: Asker, at: datetime) -> list[Verdict]:
    """Return for each item whether the asker may have its files, and why not; writes nothing. ``release`` brings its ``kit``.

    "stranger": the organisation never had to do with the offering, and is told nothing.
    """
    if by.organisation_id is None:
        return [STRANGER] * len(items)
    things = [explain.Thing(item.right_id, item.audience, item.embargo_until, item.artwork == KitItem.Artwork.PRODUCTION) for item in items]
    said = explain.file_verdicts(things, organisation_id=by.organisation_id, roles=by.roles, edition_id=release.edition_id, at=at)
    has_a_licence = any(verdict.fact("licence_id") for verdict in said)
    if not has_a_licence and not explain.known_to(by.organisation_id, release.kit.offering_id):
        return [STRANGER] * len(items)
    if release.state == KitRelease.State.WITHDRAWN:
        return [Verdict("withdrawn", (*verdict.facts, ("reason", release.withdrawn_reason))) for verdict in said]
    return said


def _refuse(file: KitFile, *, by: Asker, at: datetime, method: str, verdict: Verdict) -> NoReturn:
    _write(file, by=by, at=at, method=method, verdict=verdict)
    if verdict is STRANGER:
        raise NoSuchFile
    raise Refused(verdict, file.item.release, file.name)


def _earlier(file: KitFile, *, by: Asker, at: datetime, licence: int | None, fresh: bool) -> list[Download]:
    """Return the downloads this request may belong to, latest first; none = it is a new one.

    A range, a HEAD and a checksum speak of the copy last taken or announced. A whole GET is a new download, unless the last one was only
    announced or is being sent just now (a second press of the button).
    """
    rows = Download.objects.filter(
        user=by.user_id, file=file, organisation=by.organisation_id, licence=licence, verdict="granted", bundle=None, at__lte=at
    ).order_by("-pk")
    if not fresh:
        return list(rows.filter(at__gt=at - RESUME)[:CANDIDATES])
    latest = rows.filter(at__gt=at - PREVIEW).annotate(is_taken=Exists(DownloadPart.objects.filter(download=OuterRef("pk")))).first()
    return [latest] if latest is not None and not latest.is_taken else []


def _write(file: KitFile, *, by: Asker, at: datetime, method: str, verdict: Verdict) -> Download:
    made = row(file, by=by, at=at, method=method, verdict=verdict)
    made.save()
    return made


def row(file: KitFile, *, by: Asker, at: datetime, method: str, verdict: Verdict, bundle: Bundle | None = None) -> Download:
    """Return the ledger's row, not yet written."""
    return Download(
        file=file,
        bundle=bundle,
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        licence_id=verdict.fact("licence_id"),
        reference=f"D-{new_code().replace('-', '')[:12]}",
        person=by.person[:150],
        licensee=by.licensee[:200],
        stamp_language=stamp_language(file.language),
        verdict=verdict.code,
        method=method,
        ip_prefix=by.ip_prefix,
        at=at,
    )


def _chosen(file: KitFile, downloads: Sequence[Download], *, licence: str, etag: str | None) -> Handover:
    """Return the copy with ``etag``, else the latest one."""
    handover = latest = _prepare(file, downloads[0], licence=licence)
    for download in downloads[1:]:
        if etag is None or handover.etag == etag:
            break
        handover = _prepare(file, download, licence=licence)
    return handover if etag is None or handover.etag == etag else latest


def _prepare(file: KitFile, download: Download, *, licence: str) -> Handover:
    tail = tail_of(file, download, licence=licence)
    return Handover(
        download_id=download.pk,
        name=file.name,
        content_type=file.content_type,
        size=file.size + len(tail),
        etag=sending.etag(file.sha256, tail),
        key=file.vault_key,
        prefix_size=file.size,
        prefix_sha256=file.sha256,
        tail=tail,
    )


def tail_of(file: KitFile, download: Download, *, licence: str) -> bytes:
    """Return what names the licensee. A name in letters the stamp lacks is told by the numbers, which the ledger resolves to it."""
    if file.stamp_slots is None:
        return b""
    form = FORMATS[file.content_type]
    slots = form.Slots.from_json(file.stamp_slots)
    mark = Mark(
        licensee=download.licensee if form.covers(slots, download.licensee) else licence,
        licence=licence,
        person=download.person if form.covers(slots, download.person) else f"No. {download.user_id}",
        on=download.at.date(),
        download=download.reference,
        demo=settings.DEMO,
        language=download.stamp_language,
    )
    return form.tail(slots, mark)


def stream(handover: Handover, part: ByteRange | None, *, clock: Callable[[], datetime]) -> Iterator[bytes]:
    """Yield the bytes of the range (None = all) and write down, when it ends for whatever reason, what really left."""
    first, last = bounds(handover.size, part)

    def ended(sent: int) -> None:
        outcome = DownloadPart.Outcome.COMPLETE if sent == last - first + 1 else DownloadPart.Outcome.BROKEN
        DownloadPart.objects.create(download_id=handover.download_id, first=first, last=last, sent=sent, outcome=outcome, at=clock())

    return sending.stream(handover.spans, first, last, ended=ended, clock=clock)


def pass_on(handover: Handover, part: ByteRange | None, *, to: Callable[..., str], at: datetime) -> str:
    """Return the address ``to`` gives, where others send what may leave, and write down that it was handed over.

    :raises VaultFault: it is not there.
    """
    first, last = bounds(handover.size, part)
    address = to(handover, at=at)
    outcome = DownloadPart.Outcome.HANDED_OVER
    DownloadPart.objects.create(download_id=handover.download_id, first=first, last=last, sent=0, outcome=outcome, at=at)
    return address


def bounds(size: int, part: ByteRange | None) -> tuple[int, int]:
    """Return the first and the last byte of a range (None = all)."""
    return (part.first, part.last) if part else (0, size - 1)
