"""What the log says."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value

from licensing.organisations.models import Organisation
from media.ledger.models import Bundle, Download, DownloadPart


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
    """What staff look for; None = all. ``verdict`` "refused" stands for every one but granted.

    ``programme`` and ``place`` are codes, of the kit's program and of the organisation's country. ``text`` is a part of the person's name or
    address, a number of a licence, a reference, or any name of the organisation.
    """

    kit_id: int | None = None
    organisation_id: int | None = None
    verdict: str | None = None
    programme: str = ""
    place: str = ""
    text: str = ""
    since: datetime | None = None


class Lines:
    """The log, latest first, as a sequence a paginator cuts: downloads, and askings for a whole release that were refused.

    A granted archive is its downloads; a refused one has none, so its own row stands here. Ask ``is_bundle`` which it is.
    """

    def __init__(self, search: Search):
        self._search = search
        self._keys = _keys(found(search), bundle=False).union(_keys(refused_bundles(search), bundle=True), all=True)

    def __len__(self) -> int:
        return self._keys.count()

    def __getitem__(self, part: slice) -> list[Download | Bundle]:
        keys = list(self._keys.order_by("-at", "-key", "is_bundle")[part])
        downloads = found(self._search).in_bulk([row["key"] for row in keys if not row["is_bundle"]])
        bundles = refused_bundles(self._search).in_bulk([row["key"] for row in keys if row["is_bundle"]])
        return [bundles[row["key"]] if row["is_bundle"] else downloads[row["key"]] for row in keys]


def _keys(rows: QuerySet, *, bundle: bool) -> QuerySet:
    return rows.order_by().values("at", key=F("pk"), is_bundle=Value(bundle, BooleanField()))


def found(search: Search) -> QuerySet[Download]:
    """Return the downloads, latest first, with the bytes that left (``sent``), or that others sent them for us (``is_handed_over``)."""
    parts = DownloadPart.objects.filter(download=OuterRef("pk")).order_by().values("download").annotate(sent=Sum("sent")).values("sent")
    passed = Exists(DownloadPart.objects.filter(download=OuterRef("pk"), outcome=DownloadPart.Outcome.HANDED_OVER))
    rows = (
        _shown().annotate(sent=Subquery(parts), is_handed_over=passed).select_related("file__item__release__kit", "organisation", "licence")
    )
    text = search.text
    said = Q(person__icontains=text) | Q(reference__iexact=text) | Q(licence__number__iexact=text)
    return _filtered(rows, search, kit="file__item__release__kit", said=said)


def refused_bundles(search: Search) -> QuerySet[Bundle]:
    """Return the askings for a whole release of which nothing was open, latest first."""
    rows = Bundle.objects.exclude(verdict="granted").select_related("release__kit", "organisation", "user").order_by("-at", "-pk")
    return _filtered(rows, search, kit="release__kit", said=Q(user__name__icontains=search.text))


def _filtered(rows: QuerySet, search: Search, *, kit: str, said: Q) -> QuerySet:
    if search.kit_id is not None:
        rows = rows.filter(**{kit: search.kit_id})
    if search.organisation_id is not None:
        rows = rows.filter(organisation=search.organisation_id)
    if search.verdict == "refused":
        rows = rows.exclude(verdict="granted")
    elif search.verdict is not None:
        rows = rows.filter(verdict=search.verdict)
    if search.text:
        named = Q(user__email__icontains=search.text) | Q(organisation__in=Organisation.objects.found_by(search.text))
        rows = rows.filter(said | named)
    if search.programme:
        rows = rows.filter(**{f"{kit}__offering__programme__code": search.programme})
    if search.place:
        rows = rows.filter(organisation__place__code=search.place)
    return rows if search.since is None else rows.filter(at__gte=search.since)


def verdicts() -> list[str]:
    """Return the verdicts that occur."""
    occurring = Download.objects.order_by().values_list("verdict")
    return sorted(verdict for (verdict,) in occurring.union(Bundle.objects.order_by().values_list("verdict")))


def organisations() -> list[tuple[int, str]]:
    """Return id and name of the organisations that occur."""
    names = ("organisation__register_name", "organisation")
    rows = Download.objects.order_by().exclude(organisation=None).values_list(*names)
    both = rows.union(Bundle.objects.order_by().exclude(organisation=None).values_list(*names))
    return [(key, name) for name, key in sorted(both)]


def _shown() -> QuerySet[Download]:
    return Download.objects.select_related("file__item", "user").defer("file__stamp_slots").order_by("-at", "-pk")
