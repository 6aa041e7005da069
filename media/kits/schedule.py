"""What agreements list of a kit: the files of the release that is current on an instant, with their hashes."""

from datetime import datetime

from django.db.models import Q

from licensing.offerings.kit_lists import KitLine
from media.kits.models import KitFile, KitRelease
from media.kits.rules import KINDS


def kit_list(offering_id: int, edition_id: int | None, language: str, at: datetime) -> list[KitLine]:
    """Return the files of the highest release out at ``at``; the hash is of the master, as the manifest says it."""
    out = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
    rows = KitRelease.objects.filter(out, kit__offering=offering_id, edition=edition_id, released_at__lte=at)
    current = rows.order_by("-major", "-minor").first()
    if current is None:
        return []
    files = KitFile.objects.filter(item__release=current).select_related("item").defer("stamp_slots")
    column = f"name_{language.replace('-', '_')}"
    return [
        KitLine(_named(getattr(row.item, column, "") or str(row.item), row), row.language, row.item.audience, row.sha256)
        for row in files.order_by("item__position", "item__slug", "language", "name")
    ]


def _named(item: str, file: KitFile) -> str:
    """Return an item's name with the format of one of its files: a deck comes in two."""
    return f"{item} ({KINDS[file.content_type].suffix.upper()})"
