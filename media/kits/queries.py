"""What is released, and what of it a licensee is shown."""

from collections.abc import Iterable

from django.db.models import QuerySet

from media.kits.models import KitFile, KitRelease


def release(kit: str, number: str) -> KitRelease | None:
    """Return a release that has left the draft; None if there is none."""
    rows = KitRelease.objects.select_related("kit__offering", "edition").exclude(state=KitRelease.State.DRAFT)
    return rows.filter(kit__slug=kit, number=number).first()


def files(of: KitRelease) -> QuerySet[KitFile]:
    """Return the files of a release in the order people read them."""
    rows = KitFile.objects.select_related("item__release__kit__offering", "item__right").filter(item__release=of)
    return rows.order_by("item__position", "item__slug", "language", "name")


def latest(offering_ids: Iterable[int]) -> list[KitRelease]:
    """Return the latest released version of each kit and edition of these offerings, newest first."""
    rows = KitRelease.objects.select_related("kit__offering", "edition").filter(
        state=KitRelease.State.RELEASED, kit__offering__in=list(offering_ids)
    )
    found: dict[tuple, KitRelease] = {}
    for row in rows.order_by("-major", "-minor"):
        found.setdefault((row.kit_id, row.edition_id), row)
    return sorted(found.values(), key=lambda row: (row.released_at, row.pk), reverse=True)
