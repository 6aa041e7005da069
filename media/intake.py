"""How a file enters a kit: its type, size and sums are found here, what can be stamped is prepared once, and the vault keeps it."""

import hashlib
import tempfile
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from media.kits.models import KitFile, KitItem, KitRelease
from media.kits.rules import LIMIT, SVG, NotAccepted, check_svg, file_name, kind_of
from media.stamping import pdf
from media.stamping.rules import CannotStamp
from portal.core.vault.base import PIECE
from portal.core.vault.places import vault


def take_in(item_id: int, source: BinaryIO, *, name: str, language: str, by_id: int | None, now: datetime) -> KitFile:
    """Put an uploaded file into a draft release, in the place of one of the same language and name.

    The work on bytes comes first, outside any transaction; only then is the row written.
    :raises NotAccepted: empty, too_large, unknown_type, active_content, released, or why it cannot be stamped.
    """
    item = KitItem.objects.select_related("release").get(pk=item_id)
    if item.release.state != KitRelease.State.DRAFT:
        raise NotAccepted("released")
    size, sha256 = _measure(source)
    source.seek(0)
    kind = kind_of(source.read(1024))
    if kind is SVG:
        source.seek(0)
        check_svg(source.read())
    slots = None
    with tempfile.TemporaryFile() as prepared:
        kept: BinaryIO = source
        if item.stamped and kind.stampable:
            source.seek(0)
            try:
                slots = pdf.prepare(source, prepared).to_json()
            except CannotStamp as refused:
                raise NotAccepted(refused.code, **refused.facts) from None
            kept = prepared  # type: ignore[assignment]
        kept.seek(0)
        digest = hashlib.file_digest(kept, "sha256").hexdigest()  # type: ignore[arg-type]
        kept.seek(0)
        stored = vault().put(f"kits/{digest[:2]}/{digest}.{kind.suffix}", kept)
    facts = {
        "content_type": kind.content_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "crc32": stored.crc32,
        "vault_key": stored.key,
        "stamp_slots": slots,
        "uploaded_name": name[:250],
        "uploaded_sha256": sha256,
        "uploaded_by_id": by_id,
        "uploaded_at": now,
    }
    return _write(item.pk, language, file_name(name, kind.suffix), facts)


@transaction.atomic
def _write(item_id: int, language: str, name: str, facts: dict) -> KitFile:
    item = KitItem.objects.select_for_update(of=("self",)).select_related("release").get(pk=item_id)
    if KitRelease.objects.select_for_update().get(pk=item.release_id).state != KitRelease.State.DRAFT:
        raise NotAccepted("released")
    file, _ = KitFile.objects.update_or_create(item=item, language=language, name=name, defaults=facts)
    return file


def _measure(source: BinaryIO) -> tuple[int, str]:
    """Return size and SHA-256 of what was uploaded.

    :raises NotAccepted: empty or too_large.
    """
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > LIMIT:
            raise NotAccepted("too_large", limit=LIMIT)
        digest.update(piece)
    if not size:
        raise NotAccepted("empty")
    return size, digest.hexdigest()
