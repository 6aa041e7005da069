"""What is released, and what of it a licensee is shown."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet

from media.kits.models import KitFile, KitItem, KitRelease
from portal.core.models import FileFault

RECENT = timedelta(days=30)


def release(kit: str, number: str) -> KitRelease | None:
    """Return a release that has left the draft; None if there is none."""
    rows = KitRelease.objects.select_related("kit__offering", "edition").exclude(state=KitRelease.State.DRAFT)
    return rows.filter(kit__slug=kit, number=number).first()


def items(of: KitRelease, *, slots: bool = False) -> list[KitItem]:
    """Return the items of a release with their files (``is_stamped`` each), in the order people read them: two statements.

    ``slots``: with what a stamp needs of them, which is long.
    """
    stamped = ExpressionWrapper(Q(stamp_slots__isnull=False), output_field=BooleanField())
    files = (
        (KitFile.objects.all() if slots else KitFile.objects.defer("stamp_slots")).annotate(is_stamped=stamped).order_by("language", "name")
    )
    rows = KitItem.objects.filter(release=of).select_related("right").prefetch_related(Prefetch("files", queryset=files))
    return list(rows.order_by("position", "slug"))


def latest(offering_ids: Iterable[int]) -> list[KitRelease]:
    """Return the latest released version of each kit and edition of these offerings, newest first."""
    rows = KitRelease.objects.select_related("kit__offering", "edition").filter(
        state=KitRelease.State.RELEASED, kit__offering__in=list(offering_ids)
    )
    found: dict[tuple[int, int | None], KitRelease] = {}
    for row in rows.order_by("-major", "-minor"):
        found.setdefault((row.kit_id, row.edition_id), row)
    return sorted(found.values(), key=lambda row: (row.released_at, row.pk), reverse=True)


def newer(than: KitRelease) -> KitRelease | None:
    """Return the latest released version of the same kit and edition, if it is a later one."""
    rows = KitRelease.objects.select_related("kit").filter(kit=than.kit_id, edition=than.edition_id, state=KitRelease.State.RELEASED)
    later = rows.filter(Q(major__gt=than.major) | Q(major=than.major, minor__gt=than.minor))
    return later.order_by("-major", "-minor").first()


def all_releases() -> QuerySet[KitRelease]:
    """Return every release, by kit, newest number first: for staff."""
    return KitRelease.objects.select_related("kit__offering", "edition").order_by("kit__slug", "-major", "-minor")


def faults(*, at: datetime) -> list[tuple[FileFault, list[KitFile]]]:
    """Return what the vault could not give in the last thirty days, with the kit files it is about; other documents have none."""
    rows = list(FileFault.objects.filter(last_at__gt=at - RECENT))
    files = KitFile.objects.filter(vault_key__in=[row.key for row in rows if row.key]).select_related("item__release__kit")
    named: dict[str, list[KitFile]] = {}
    for file in files.defer("stamp_slots"):
        named.setdefault(file.vault_key, []).append(file)
    return [(row, named.get(row.key, [])) for row in rows]
