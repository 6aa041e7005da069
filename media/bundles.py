"""A whole release as one archive: what the asker may have now, and a text that says what is missing and why.

A bundle is granted once: its downloads, one for each file, and its text stay in the ledger, so that a resumed archive meets the same
bytes. It goes on only while every right it was granted under still holds. The archive is planned without reading a byte of the vault.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Prefetch

from licensing.entitlements.rules import Verdict
from media import delivery, sending
from media.archives import listing
from media.archives.rules import Member, Plan, overlap, plan
from media.delivery import CANDIDATES, PREVIEW, RESUME, STRANGER, Asker, NoSuchFile, Refused
from media.kits import queries
from media.kits.models import KitFile, KitItem, KitRelease
from media.ledger.models import Bundle, Download, DownloadPart
from portal.core.ranges import ByteRange

LISTING = "CONTENTS.txt"


@dataclass(frozen=True, slots=True)
class Granted:
    """A bundle that may leave. ``files``: of each download the first byte in the archive and the length.

    ``is_other``: a range was asked of an earlier bundle that cannot go on; what is sent is whole.
    """

    name: str
    etag: str
    plan: Plan
    files: tuple[tuple[int, int, int], ...]
    is_other: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A release as the asker finds it: its items with their files and the verdict on each."""

    release: KitRelease
    items: Sequence[KitItem]
    verdicts: Sequence[Verdict]

    @property
    def open(self) -> dict[int, tuple[KitFile, Verdict]]:
        """Return the files that may be had now, by id, in the order people read them."""
        pairs = zip(self.items, self.verdicts, strict=True)
        return {file.pk: (file, verdict) for item, verdict in pairs if verdict.granted for file in item.files.all()}


def hand_over(
    kit: str, number: str, *, by: Asker, at: datetime, language: str, method: str = "GET", ranged: bool = False, if_range: str | None = None
) -> Granted:
    """Return the bundle that may leave, after asking and writing it down; ``language`` is that of its text.

    ``ranged``: the request continues a bundle, the one with the ETag ``if_range`` if it says so. ``method`` HEAD announces one.
    :raises NoSuchFile: nothing of that name is released, or the organisation never had to do with its offering.
    :raises Refused: nothing of it is open at that instant; the refusal is in the ledger.
    """
    release = queries.release(kit, number)
    if release is None:
        raise NoSuchFile
    items = queries.items(release, slots=True)
    shelf = Shelf(release, items, delivery.verdicts_on(release, items, by=by, at=at))
    if not shelf.open:
        _refuse(shelf, by=by, at=at, method=method)
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).values_list("pk").get(pk=by.user_id)
        fresh = method == "GET" and not ranged
        earlier = _earlier(release, by=by, at=at, fresh=fresh)
        usable = [bundle for bundle in earlier if _holds(bundle, shelf, whole=fresh or method == "HEAD")]
        bundles = usable or [_write(shelf, by=by, at=at, method=method, language=language)]
    return _chosen(bundles, shelf, etag=if_range, is_other=bool(earlier) and not usable)


def _refuse(shelf: Shelf, *, by: Asker, at: datetime, method: str) -> None:
    verdict = shelf.verdicts[0] if shelf.verdicts else STRANGER
    _row(shelf.release, by=by, at=at, method=method, verdict=verdict.code)
    if verdict is STRANGER:
        raise NoSuchFile
    raise Refused(verdict, shelf.release, _name(shelf.release))


def _row(release: KitRelease, *, by: Asker, at: datetime, method: str, verdict: str, text: str = "") -> Bundle:
    return Bundle.objects.create(
        release=release,
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        verdict=verdict,
        method=method,
        ip_prefix=by.ip_prefix,
        listing=text,
        at=at,
    )


def _name(release: KitRelease) -> str:
    return f"{release.kit.slug}-{release.number}.zip"


def _earlier(release: KitRelease, *, by: Asker, at: datetime, fresh: bool) -> list[Bundle]:
    """Return the bundles this request may belong to, latest first; as for a file, a whole GET belongs to one that is only announced or begins now."""
    downloads = Download.objects.select_related("licence").order_by("pk")
    rows = Bundle.objects.filter(user=by.user_id, release=release, organisation=by.organisation_id, verdict="granted", at__lte=at)
    rows = rows.order_by("-pk").prefetch_related(Prefetch("downloads", queryset=downloads))
    if not fresh:
        return list(rows.filter(at__gt=at - RESUME)[:CANDIDATES])
    latest = rows.filter(at__gt=at - PREVIEW).first()
    is_taken = latest is not None and DownloadPart.objects.filter(download__bundle=latest).exists()
    return [latest] if latest is not None and not is_taken else []


def _holds(bundle: Bundle, shelf: Shelf, *, whole: bool) -> bool:
    """Say whether every file of the bundle is still open under the same licence; ``whole``: and no other file is open by now."""
    now = {pk: verdict.fact("licence_id") for pk, (_, verdict) in shelf.open.items()}
    then = {download.file_id: download.licence_id for download in bundle.downloads.all()}
    return now == then if whole else then.items() <= now.items()


def _write(shelf: Shelf, *, by: Asker, at: datetime, method: str, language: str) -> Bundle:
    text = listing.text(shelf.release, list(zip(shelf.items, shelf.verdicts, strict=True)), by=by, at=at, language=language)
    bundle = _row(shelf.release, by=by, at=at, method=method, verdict="granted", text=text)
    rows = [delivery.row(file, by=by, at=at, method=method, verdict=verdict, bundle=bundle) for file, verdict in shelf.open.values()]
    Download.objects.bulk_create(rows)
    return Bundle.objects.prefetch_related(Prefetch("downloads", queryset=Download.objects.select_related("licence").order_by("pk"))).get(
        pk=bundle.pk
    )


def _chosen(bundles: Sequence[Bundle], shelf: Shelf, *, etag: str | None, is_other: bool) -> Granted:
    """Return the bundle with ``etag``, else the latest one."""
    latest = None
    for bundle in bundles:
        granted = _planned(bundle, shelf, is_other=is_other)
        if etag is None or granted.etag == etag:
            return granted
        latest = latest or granted
    assert latest is not None
    return latest


def _planned(bundle: Bundle, shelf: Shelf, *, is_other: bool) -> Granted:
    folder = f"{shelf.release.kit.slug}-{shelf.release.number}"
    text = bundle.listing.encode()
    downloads, members = list(bundle.downloads.all()), [Member(f"{folder}/{LISTING}", "", 0, 0, text)]
    digest = hashlib.sha256(text)
    for download in downloads:
        file = shelf.open[download.file_id][0]
        tail = delivery.tail_of(file, download, licence=download.licence.number if download.licence else "")
        members.append(Member(f"{folder}/{file.language}/{file.name}", file.vault_key, file.size, file.crc32, tail))
        digest.update(sending.etag(file.sha256, tail).encode())
    planned = plan(members)
    sizes = [member.size + len(member.tail) for member in members]
    files = zip((download.pk for download in downloads), planned.begins[1:], sizes[1:], strict=True)
    return Granted(_name(shelf.release), f'"{digest.hexdigest()[:40]}"', planned, tuple(files), is_other)


def stream(bundle: Granted, part: ByteRange | None, *, clock: Callable[[], datetime]) -> Iterator[bytes]:
    """Yield the bytes of the range (None = all) and write down, when it ends for whatever reason, what really left of each file."""
    first, last = delivery.bounds(bundle.plan.size, part)

    def ended(sent: int) -> None:
        at, rows = clock(), []
        for download_id, begin, size in bundle.files:
            if (asked := overlap(begin, size, first, last)) is None:
                continue
            left = overlap(begin, size, first, first + sent - 1) if sent else None
            count = left[1] - left[0] + 1 if left else 0
            if not count and first + sent <= begin:
                break  # this file and those after it were not reached
            whole = count == asked[1] - asked[0] + 1
            outcome = DownloadPart.Outcome.COMPLETE if whole else DownloadPart.Outcome.BROKEN
            rows.append(DownloadPart(download_id=download_id, first=asked[0], last=asked[1], sent=count, outcome=outcome, at=at))
        DownloadPart.objects.bulk_create(rows)

    return sending.stream(bundle.plan.spans, first, last, ended=ended, clock=clock)
