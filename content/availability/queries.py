"""What the world may read. Every surface stands on :func:`answers` or, for all of time, on :func:`spans`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery

from content.availability.models import AvailabilityStatement, Publication
from content.availability.rules import OFFERED, Answer, Assertion, Source, Status, edges, resolve
from i18n.formats import LOCALES
from i18n.places.models import Area, RegionMembership
from portal.core.models import ContentVersion
from portal.core.periods import Period, earliest

NOTES = {language: f"note_{language.replace('-', '_')}" for language in LOCALES}
SOURCE = (
    "covered_id",
    "area_id",
    "area__code",
    "status",
    "id",
    "valid_from",
    "valid_to",
    "members_at",
    "area__members__valid_from",
    "area__members__valid_to",
    "dated",
)


def plain(rows: Any) -> Any:
    """Return a query set that reads columns as they are: the words of a translated one cost twice the reading."""
    return rows.rewrite(False)


def answers(programme_id: int, *, as_of: datetime, known_at: datetime | None = None) -> dict[int, Answer]:
    """Return the answer of every place where the programme is stated at ``as_of``, as we knew it at ``known_at`` (None = now)."""
    rows = plain(AvailabilityStatement.objects.all()).of(programme_id).covering(as_of=as_of, known_at=known_at)
    return resolve(Source(*row) for row in rows.values_list(*SOURCE))


def offered(programme_id: int, *, at: datetime, known_at: datetime | None = None) -> dict[int, Answer]:
    """Return the answers, as we knew them at ``known_at`` (None = now), of every place where the programme is offered at ``at``; a part that
    has none of its own has that of the place it belongs to, as on its page."""
    found = answers(programme_id, as_of=at, known_at=known_at)
    there = {place: answer for place, answer in found.items() if answer.status in OFFERED}
    parts = Area.objects.filter(kind=Area.Kind.PLACE, parent__in=there).exclude(pk__in=found).values_list("pk", "parent")
    return there | {part: there[parent] for part, parent in parts if parent is not None}


def spans(
    *, programme_id: int | None = None, places: Collection[int] | None = None, known_at: datetime | None = None
) -> dict[int, list[Source]]:
    """Return, by programme, every source of all time: of one programme or of all, for some places or for all."""
    held = RegionMembership.objects.known_at(known_at)
    held = held if places is None else held.filter(place__in=places)
    members: dict[int, list[tuple]] = {}
    for area, *member in held.order_by("place_id", "valid_from").values_list("area_id", "place_id", "area__code", "valid_from", "valid_to"):
        members.setdefault(area, []).append(tuple(member))
    rows = plain(AvailabilityStatement.objects.all()).known_at(known_at)
    rows = rows if programme_id is None else rows.of(programme_id)
    rows = rows if places is None else rows.filter(area__in=members)
    facts = ("programme_id", "area_id", "status", "pk", "valid_from", "valid_to", "members_at", "dated")
    found: dict[int, list[Source]] = {}
    # Joined here, for a statement about a region has fifty members: so each statement is read once.
    for programme, area, status, pk, valid_from, valid_to, members_at, dated in rows.order_by(
        "programme_id", "valid_from", "pk"
    ).values_list(*facts):
        for place, code, member_from, member_to in members.get(area, ()):
            source = Source(place, area, code, status, pk, valid_from, valid_to, members_at, member_from, member_to, dated)
            if source.covers:
                found.setdefault(programme, []).append(source)
    return found


def current_statements(programme_id: int, areas: Collection[int] | None = None):
    """Return the statements we hold for true now, of some areas or (None) of all."""
    rows = AvailabilityStatement.objects.of(programme_id).known_at(None)
    return rows if areas is None else rows.filter(area__in=areas)


def assertion_of(row: AvailabilityStatement) -> Assertion:
    """Return what the row asserts, without its clocks and its author."""
    notes = tuple((language, text) for language, field in NOTES.items() if (text := getattr(row, field)))
    period = Period(row.valid_from, row.valid_to)
    return Assertion(row.area_id, Status(row.status), period, row.members_at, notes, row.source, row.dated)


def assertions(programme_id: int) -> frozenset[Assertion]:
    """Return what is asserted for the programme as we know it now."""
    return frozenset(map(assertion_of, current_statements(programme_id)))


@dataclass(frozen=True, slots=True)
class Stated:
    """What is printed of a statement. ``first_recorded_at``: when we first said the same; ``reason`` is its publication's."""

    pk: int
    source: str
    dated: bool
    first_recorded_at: datetime
    imported: bool
    reason: str
    notes: dict[str, str]


def statements(ids: Iterable[int]) -> dict[int, Stated]:
    """Return statements by id. A row that was only cut by a later one is a new row; what it says was known before."""
    same = {field: OuterRef(field) for field in ("programme", "area", "status", "valid_from", "source")}
    first = AvailabilityStatement.objects.filter(**same).order_by("recorded_at").values("recorded_at")[:1]
    rows = plain(AvailabilityStatement.objects.all()).filter(pk__in=set(ids)).annotate(first_recorded_at=Subquery(first))
    facts = ("pk", "source", "dated", "first_recorded_at", "publication__imported_at", "publication__reason")
    return {
        pk: Stated(pk, source, dated, recorded, imported is not None, reason, dict(zip(NOTES, notes, strict=True)))
        for pk, source, dated, recorded, imported, reason, *notes in rows.values_list(*facts, *NOTES.values())
    }


def notes(programme_id: int, *, language: str, known_at: datetime | None = None) -> dict[int, dict[str, str]]:
    """Return the public notes, in a language and in English, of the programme's statements that have any."""
    own, english = NOTES.get(language, NOTES["en"]), NOTES["en"]
    rows = plain(AvailabilityStatement.objects.all()).of(programme_id).known_at(known_at)
    rows = rows.filter(Q(**{f"{own}__gt": ""}) | Q(**{f"{english}__gt": ""})).values_list("pk", own, english)
    return {pk: {"en": in_english, language: text} for pk, text, in_english in rows}


def pinned(programme_id: int, version: int) -> datetime | None:
    """Return the instant at which we knew what version ``version`` says of the programme, for good; before anything was said, 1900.

    None: that cannot be told any more, because history was imported beneath that version.
    """
    touching = Publication.objects.filter(Q(statements__programme=programme_id) | Q(statements=None))
    known_at = touching.filter(number__lte=version).aggregate(at=Max("recorded_at"))["at"] or datetime(1900, 1, 1, tzinfo=UTC)
    return None if touching.filter(number__gt=version, recorded_at__lte=known_at).exists() else known_at


def stand() -> tuple[int, datetime | None]:
    """Return the content version and the instant of the last publication; (0, None) before there was any. One statement."""
    return next(iter(ContentVersion.objects.filter(pk=1).values_list("number", "changed_at")), (0, None))


def known_now(*, now: datetime) -> datetime | None:
    """Return the instant as of which all is known that is known now; None: nothing was ever published.

    Whoever writes down what an answer rests on takes this and reads as of it. The clock would not do: a publication counts from an instant
    before it can be read.
    """
    published = ContentVersion.objects.filter(pk=1).values_list("changed_at", flat=True).first()
    loaded = RegionMembership.objects.filter(recorded_at__lte=now).aggregate(at=Max("recorded_at"))["at"]
    return published and max(published, loaded or published)


def last_recorded() -> dict[tuple[int, int], datetime]:
    """Return, by programme and area, when something stated about it was last written or superseded."""
    rows = AvailabilityStatement.objects.order_by().values_list("programme", "area").annotate(Max("recorded_at"), Max("superseded_at"))
    return {(programme, area): max(filter(None, instants)) for programme, area, *instants in rows}


def _clocks(programme_id: int):
    rows = AvailabilityStatement.objects.filter(programme=programme_id, superseded_at=None)
    memberships = RegionMembership.objects.filter(superseded_at=None)
    return [(rows, "valid_from"), (rows, "valid_to"), (memberships, "valid_from"), (memberships, "valid_to")]


def next_change(programme_id: int, *, after: datetime) -> datetime | None:
    """Return the next instant at which an answer may change by itself; None = never, until someone publishes."""
    return earliest(
        *(
            rows.filter(**{f"{field}__gt": after}).order_by(field).values_list(field, flat=True).first()
            for rows, field in _clocks(programme_id)
        )
    )


def last_change(programme_id: int, *, by: datetime) -> datetime | None:
    """Return the newest instant, not after ``by``, at which an answer may have changed by itself."""
    found = (
        rows.filter(**{f"{field}__lte": by}).order_by(f"-{field}").values_list(field, flat=True).first()
        for rows, field in _clocks(programme_id)
    )
    return max((instant for instant in found if instant is not None), default=None)


def window(programme_id: int, *, now: datetime, known_at: datetime | None = None) -> Period:
    """Return the part of the UTC day of ``now`` in which no answer changes: what we say "as of" its start is right until its end."""
    if known_at is None:
        changes = [last_change(programme_id, by=now), next_change(programme_id, after=now)]
    else:
        changes = [*edges(spans(programme_id=programme_id, known_at=known_at).get(programme_id, []))]
    return steady((change for change in changes if change is not None), now=now)


def a_year_before(at: datetime) -> datetime:
    """Return the start of the UTC day a year earlier; of 29 February, of the 28th."""
    on = at.astimezone(UTC).date()
    leap = (on.month, on.day) == (2, 29)
    return datetime(on.year - 1, on.month, 28 if leap else on.day, tzinfo=UTC)


def steady(changes: Iterable[datetime], *, now: datetime) -> Period:
    """Return the part of the UTC day of ``now`` without a change in it, ``now`` included."""
    found = list(changes)
    day = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    since = max((change for change in found if change <= now), default=day)
    return Period(max(day, since), earliest(day + timedelta(days=1), *(change for change in found if change > now)))


def sources(*sets: Collection[Assertion]) -> list[list[Source]]:
    """Return for each set of assertions the sources it would give, with the memberships we hold for true now. One statement."""
    areas = {one.area for some in sets for one in some}
    members: dict[int, list[RegionMembership]] = {}
    for row in RegionMembership.objects.filter(area__in=areas).known_at(None).select_related("area"):
        members.setdefault(row.area_id, []).append(row)
    return [[one for said in some for row in members.get(said.area, ()) if (one := _source(said, row)).covers] for some in sets]


def _source(said: Assertion, row: RegionMembership) -> Source:
    return Source(
        row.place_id, said.area, row.area.code, said.status.value, 0, said.period.valid_from, said.period.valid_to, said.members_at,
        row.valid_from, row.valid_to,
    )  # fmt: skip


def published(publication: Publication, programme_id: int) -> tuple[frozenset[Assertion], frozenset[Assertion]]:
    """Return what a publication ended or cut, and what it put in its place. Two statements."""
    rows = AvailabilityStatement.objects.of(programme_id)
    gone, new = rows.filter(superseded_at=publication.recorded_at), rows.filter(publication=publication)
    return frozenset(map(assertion_of, gone)), frozenset(map(assertion_of, new))
