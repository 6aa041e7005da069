"""How a file enters a kit: its type, size and sums are found here, what can be stamped is prepared once, and the vault keeps it."""

import hashlib
import tempfile
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from media.kits.models import KitFile, KitItem, KitRelease
from media.kits.rules import LIMIT, PDF, SVG, Kind, NotAccepted, check_language, check_svg, file_name, kind_of
from media.stamping import workshop
from media.stamping.rules import CannotStamp
from portal.core.vault.base import PIECE, Stored
from portal.core.vault.places import vault

# A stamp would break a signature; without one it may stay.
WELCOME_UNSTAMPED = {(PDF, "signed")}


def take_in(item_id: int, source: BinaryIO, *, name: str, language: str, by_id: int | None, now: datetime) -> KitFile:
    """Put an uploaded file into a draft release, in the place of one of the same language and name.

    The work on bytes comes first, outside any transaction; only then is the row written.
    :raises NotAccepted: any code of ``kits.rules.REFUSALS``, or why it cannot be stamped.
    """
    item = KitItem.objects.select_related("release").get(pk=item_id)
    if item.release.state != KitRelease.State.DRAFT:
        raise NotAccepted("released")
    check_language(language)
    kind, size, sha256 = _inspect(source)
    if item.stamped and not kind.stampable:
        raise NotAccepted("not_stampable", content_type=kind.content_type)
    known_as = file_name(name, kind.suffix)
    stored, slots = _keep(source, kind, stamped=item.stamped)
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
    return _write(item.pk, language, known_as, facts)


@transaction.atomic
def _write(item_id: int, language: str, name: str, facts: dict[str, Any]) -> KitFile:
    """Write the row while the release is held: it is still a draft, and a name stands for one file of a release and language."""
    item = KitItem.objects.select_related("release").get(pk=item_id)
    if KitRelease.objects.select_for_update().get(pk=item.release_id).state != KitRelease.State.DRAFT:
        raise NotAccepted("released")
    taken = KitFile.objects.filter(item__release=item.release_id, language=language, name=name).exclude(item=item)
    if taken.exists():
        raise NotAccepted("name_taken", name=name)
    file, _ = KitFile.objects.update_or_create(item=item, language=language, name=name, defaults=facts)
    return file


def _inspect(source: BinaryIO) -> tuple[Kind, int, str]:
    """Return kind, size and SHA-256 of what was uploaded.

    :raises NotAccepted: ``empty``, ``too_large``, ``unknown_type`` or ``active_content``.
    """
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > LIMIT:
            raise NotAccepted("too_large", limit=LIMIT)
        digest.update(piece)
    source.seek(0)
    kind = kind_of(source.read(1024))
    if kind is SVG:
        source.seek(0)
        check_svg(source.read())
    return kind, size, digest.hexdigest()


def _keep(source: BinaryIO, kind: Kind, *, stamped: bool) -> tuple[Stored, dict[str, Any] | None]:
    """Put the bytes that will leave into the vault: prepared for stamps where the item wants them, else as they came.

    A file that carries no stamp is looked into all the same: what acts or reaches out is not handed on.

    :raises NotAccepted: a code of ``stamping.rules.REFUSALS``.
    """
    if not kind.stampable:
        return _put(source, kind), None
    with tempfile.TemporaryFile() as prepared:
        try:
            slots = workshop.prepare(kind.content_type, source, prepared)
        except CannotStamp as refused:
            if not stamped and (kind, refused.code) in WELCOME_UNSTAMPED:
                return _put(source, kind), None
            raise NotAccepted(refused.code, **refused.facts) from None
        return (_put(prepared, kind), slots) if stamped else (_put(source, kind), None)


def _put(source: Any, kind: Kind) -> Stored:
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    source.seek(0)
    return vault().put(f"kits/{digest[:2]}/{digest}.{kind.suffix}", source)
