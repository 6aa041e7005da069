"""What the log says."""

from datetime import datetime

from django.db.models import Max

from media.kits.models import KitRelease
from media.ledger.models import Download


def last_taken(*, user_id: int, organisation_id: int | None, release: KitRelease) -> dict[int, datetime]:
    """Return when the person last took each file of the release for the organisation, by file id."""
    rows = Download.objects.filter(user=user_id, organisation=organisation_id, file__item__release=release, verdict="granted", parts__isnull=False)
    return dict(rows.values("file").annotate(at=Max("at")).values_list("file", "at"))


def recent(*, organisation_id: int, release: KitRelease, limit: int = 10) -> list[Download]:
    """Return the organisation's latest askings for files of the release, granted or refused."""
    rows = Download.objects.select_related("file__item", "user").filter(organisation=organisation_id, file__item__release=release)
    return list(rows.order_by("-at", "-pk")[:limit])
