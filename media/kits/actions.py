"""Making, releasing and withdrawing what licensees may download."""

from datetime import datetime

from django.db import transaction

from media.kits.models import Kit, KitFile, KitRelease
from media.kits.rules import release_number


class NotReady(Exception):
    """The release cannot be moved; ``code``: wrong_state, missing (``rights`` without an English file, ``items`` without any)."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


@transaction.atomic
def draft_release(kit: Kit, number: str, *, edition=None, notes: dict[str, str] | None = None) -> KitRelease:
    """Open a draft release; ``notes`` by language suffix.

    :raises ValueError: the number is not of the form 2.1.
    """
    major, minor = release_number(number)
    words = {f"notes_{language}": text for language, text in (notes or {}).items()}
    return KitRelease.objects.create(kit=kit, number=f"{major}.{minor}", major=major, minor=minor, edition=edition, **words)


def missing_rights(release: KitRelease) -> list[str]:
    """Return the codes of the offering's rights that no item with an English file serves."""
    served = KitFile.objects.filter(item__release=release, language="en").values("item__right")
    return list(release.kit.offering.rights.exclude(pk__in=served).values_list("code", flat=True))


def items_without_files(release: KitRelease) -> list[str]:
    return list(release.items.filter(files=None).values_list("slug", flat=True))


@transaction.atomic
def release(release_id: int, *, by_id: int | None, now: datetime) -> KitRelease:
    """Release a draft for good: from now on nothing in it changes.

    :raises NotReady: ``wrong_state``; ``missing``: a right of the offering has no English item, or an item has no file.
    """
    row = KitRelease.objects.select_for_update(of=("self",)).select_related("kit__offering").get(pk=release_id)
    if row.state != KitRelease.State.DRAFT:
        raise NotReady("wrong_state", state=row.state)
    rights, items = missing_rights(row), items_without_files(row)
    if rights or items:
        raise NotReady("missing", rights=rights, items=items)
    row.state, row.released_at, row.released_by_id = KitRelease.State.RELEASED, now, by_id
    row.save(update_fields=["state", "released_at", "released_by"])
    return row


@transaction.atomic
def withdraw(release_id: int, *, reason: str, now: datetime) -> KitRelease:
    """Take a release back: nobody downloads it any more; what was downloaded stays in the log.

    :raises NotReady: ``wrong_state`` or ``no_reason``.
    """
    row = KitRelease.objects.select_for_update().get(pk=release_id)
    if row.state != KitRelease.State.RELEASED:
        raise NotReady("wrong_state", state=row.state)
    if not reason.strip():
        raise NotReady("no_reason")
    row.state, row.withdrawn_at, row.withdrawn_reason = KitRelease.State.WITHDRAWN, now, reason.strip()[:250]
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    return row


@transaction.atomic
def remove_file(file_id: int) -> None:
    """Take a file out of a draft; its bytes stay in the vault, where another row may need them.

    :raises NotReady: ``wrong_state``: released files are never removed.
    """
    file = KitFile.objects.select_related("item__release").get(pk=file_id)
    row = KitRelease.objects.select_for_update().get(pk=file.item.release_id)
    if row.state != KitRelease.State.DRAFT:
        raise NotReady("wrong_state", state=row.state)
    file.delete()
