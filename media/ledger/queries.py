"""What the log says."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum

from media.ledger.models import Download, DownloadPart


def last_taken(*, user_id: int, organisation_id: int, release_id: int) -> dict[int, datetime]:
    """Return when the person last took each file of the release for the organisation, by file id; what was only announced is not taken."""
    rows = Download.objects.filter(user=user_id, organisation=organisation_id, file__item__release=release_id, verdict="granted")
    taken = rows.filter(Exists(DownloadPart.objects.filter(download=OuterRef("pk"))))
    return dict(taken.order_by().values("file").annotate(at=Max("at")).values_list("file", "at"))


def recent(*, organisation_id: int, release_id: int, user_id: int | None = None, limit: int = 10) -> list[Download]:
    """Return the organisation's latest downloads and refusals of the release, without what was only announced; ``user_id``: of one person.

    An archive is one line: its first file, with the number of them all (``in_archive``; None = a file by itself).
    """
    own = Exists(DownloadPart.objects.filter(download=OuterRef("pk")))
    archives = Exists(DownloadPart.objects.filter(download__bundle=OuterRef("bundle")))
    same = Download.objects.filter(bundle=OuterRef("bundle")).order_by("pk")
    counted = same.order_by().values("bundle").annotate(count=Count("pk")).values("count")
    rows = _shown().annotate(in_archive=Subquery(counted))
    rows = rows.filter(Q(bundle=None) | Q(pk=Subquery(same.values("pk")[:1])), Q(method="GET") | ~Q(verdict="granted") | own | archives)
    rows = rows.filter(organisation=organisation_id, file__item__release=release_id)
    return list((rows if user_id is None else rows.filter(user=user_id))[:limit])


@dataclass(frozen=True, slots=True)
class Search:
    """What staff look for; None = all. ``verdict`` "refused" stands for every one but granted."""

    kit_id: int | None = None
    organisation_id: int | None = None
    verdict: str | None = None


def found(search: Search) -> QuerySet[Download]:
    """Return the log, latest first, with the bytes that left (``sent``), or that others sent them for us (``is_handed_over``)."""
    parts = DownloadPart.objects.filter(download=OuterRef("pk")).order_by().values("download").annotate(sent=Sum("sent")).values("sent")
    passed = Exists(DownloadPart.objects.filter(download=OuterRef("pk"), outcome=DownloadPart.Outcome.HANDED_OVER))
    rows = (
        _shown().annotate(sent=Subquery(parts), is_handed_over=passed).select_related("file__item__release__kit", "organisation", "licence")
    )
    if search.kit_id is not None:
        rows = rows.filter(file__item__release__kit=search.kit_id)
    if search.organisation_id is not None:
        rows = rows.filter(organisation=search.organisation_id)
    if search.verdict == "refused":
        rows = rows.exclude(verdict="granted")
    elif search.verdict is not None:
        rows = rows.filter(verdict=search.verdict)
    return rows


def verdicts() -> list[str]:
    """Return the verdicts that occur."""
    return list(Download.objects.order_by("verdict").values_list("verdict", flat=True).distinct())


def organisations() -> list[tuple[int, str]]:
    """Return id and name of the organisations that occur."""
    rows = Download.objects.exclude(organisation=None).order_by("organisation__register_name")
    return list(rows.values_list("organisation", "organisation__register_name").distinct())


def _shown() -> QuerySet[Download]:
    return Download.objects.select_related("file__item", "user").defer("file__stamp_slots").order_by("-at", "-pk")
