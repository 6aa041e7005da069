"""Corrections as readers see them: what was said, what is said instead, when that was corrected and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from content.availability.models import AvailabilityStatement, Publication
from content.availability.words import Said, clock_of, recorded, start
from content.programmes.models import Programme
from i18n import formats
from i18n.places.queries import Named


@dataclass(frozen=True, slots=True)
class Words:
    """One statement in words."""

    programme: Programme
    area: Named
    status: str
    since: Said
    until: str


@dataclass(frozen=True, slots=True)
class Correction:
    at: Said
    reason: str
    before: list[Words]
    after: list[Words]


def about(area_ids: Collection[int], areas: dict[int, Named], *, language: str, known_at: datetime | None = None) -> list[Correction]:
    """Return the corrections of what was stated about some places and regions, the newest first. Two statements; one where there is none."""
    rows = Publication.objects.filter(correction=True).order_by("-recorded_at")
    corrections = list(rows if known_at is None else rows.filter(recorded_at__lte=known_at))
    if not corrections:
        return []
    ids, instants = [one.pk for one in corrections], [one.recorded_at for one in corrections]
    touched = AvailabilityStatement.objects.filter(Q(publication__in=ids) | Q(superseded_at__in=instants), area__in=area_ids)
    statements = list(touched.select_related("programme").order_by("programme__position", "valid_from", "pk"))
    found = []
    for one in corrections:
        gone = [_words(row, areas, language) for row in statements if row.superseded_at == one.recorded_at]
        new = [_words(row, areas, language) for row in statements if row.publication_id == one.pk]
        if gone or new:
            both = [words for words in gone if words in new]  # said again word for word: it was only cut and joined
            found.append(
                Correction(
                    recorded(one.recorded_at, language), one.reason, [w for w in gone if w not in both], [w for w in new if w not in both]
                )
            )
    return found


def _words(row: AvailabilityStatement, areas: dict[int, Named], language: str) -> Words:
    area = areas[row.area_id]
    until = formats.until_day(row.valid_to, clock_of(row.valid_to, area.zone), language) if row.valid_to else ""
    return Words(row.programme, area, row.status, start(row.valid_from, area.zone, language, dated=row.dated), until)
