"""The instants at which a list changes, of all programmes: what feed, calendar and sitemap tell, and one window for all of them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from content.availability import queries, rules
from content.availability.models import STATUS_WORDS
from content.availability.page import some
from content.programmes.models import Programme
from i18n.places.models import Area, RegionMembership
from i18n.places.queries import Named, named
from portal.core.periods import Period


@dataclass(frozen=True, slots=True)
class Moment:
    """What changes for one programme at one instant. ``places`` are codes; ``zone`` is the clock on which the instant is a day's start.

    ``decided_at``: when we first said so; what was said afterwards is told by its publication alone.
    """

    programme: Programme
    at: datetime
    words: str
    places: tuple[str, ...]
    zone: str
    decided_at: datetime


def moments(language: str) -> list[Moment]:
    """Return every instant at which some place's status changes by what we know now, in order."""
    areas = named(language)
    programmes = {one.pk: one for one in Programme.objects.all()}
    found: list[Moment] = []
    spans = queries.spans()
    stated = queries.statements(source.statement for sources in spans.values() for source in sources)
    for pk, sources in spans.items():
        before: dict[int, rules.Answer] = {}
        for at, after in rules.moments(sources):
            found.append(_moment(programmes[pk], at, before, after, areas, stated, language))
            before = after
    return sorted(found, key=lambda one: (one.at, one.programme.position, one.programme.code))


def _moment(
    programme: Programme,
    at: datetime,
    before: dict[int, rules.Answer],
    after: dict[int, rules.Answer],
    areas: dict[int, Named],
    stated: dict[int, queries.Stated],
    language: str,
) -> Moment:
    turned = {place for place in before.keys() | after.keys() if _status(before, place) != _status(after, place)}
    parts = []
    for status in rules.Status:
        through = {after[place].sources[0].area for place in turned if _status(after, place) == status}
        if through:
            facts = {"places": some(through, areas, language), "program": programme.short_name, "status": str(STATUS_WORDS[status.value])}
            parts.append(gettext("%(places)s: %(program)s, %(status)s") % facts)
    gone = {place: before[place].sources[0] for place in turned if place not in after}
    for region in sorted({source.area for source in gone.values() if source.left_region}):
        who = {place for place, source in gone.items() if source.left_region and source.area == region}
        facts = {"places": some(who, areas, language), "program": programme.short_name, "region": areas[region].name}
        parts.append(gettext("%(places)s: %(program)s no longer, left %(region)s") % facts)
    rest = {place for place, source in gone.items() if not source.left_region}
    if rest:
        parts.append(
            gettext("%(places)s: %(program)s, no longer stated") % {"places": some(rest, areas, language), "program": programme.short_name}
        )
    decided = [(after.get(place) or before[place]).sources[0] for place in sorted(turned)]
    codes = tuple(sorted(areas[place].code for place in turned))
    return Moment(
        programme=programme,
        at=at,
        words="; ".join(parts),
        places=codes,
        zone=areas[decided[0].area].zone,
        decided_at=min(stated[source.statement].first_recorded_at for source in decided),
    )


def _status(answers: dict[int, rules.Answer], place: int) -> str | None:
    return answers[place].status if place in answers else None


def window(*, now: datetime) -> Period:
    """Return the part of the UTC day of ``now`` in which no answer about any programme changes by itself."""
    edges = [edge for sources in queries.spans().values() for edge in rules.edges(sources)]
    edges += [
        edge
        for pair in RegionMembership.objects.filter(superseded_at=None, area__kind="region").values_list("valid_from", "valid_to")
        for edge in pair
        if edge is not None
    ]
    return queries.steady(edges, now=now)


@dataclass(frozen=True, slots=True)
class LastChanges:
    """When something stated about each place and of each programme last changed, by their ids."""

    places: dict[int, datetime]
    programmes: dict[int, datetime]

    @property
    def newest(self) -> datetime | None:
        return max(self.programmes.values(), default=None)


def last_changes(*, by: datetime) -> LastChanges:
    """Return the last changes up to ``by``: a publication, or an instant that came. A territory changes with its state."""
    found = LastChanges({}, {})
    territories: dict[int, list[int]] = {}
    for pk, parent in Area.objects.values_list("pk", "parent"):
        if parent is not None:
            territories.setdefault(parent, []).append(pk)

    def changed(programme: int, place: int, at: datetime | None) -> None:
        if at is None or at > by:
            return
        found.programmes[programme] = max(at, found.programmes.get(programme, at))
        for one in (place, *territories.get(place, ())):
            found.places[one] = max(at, found.places.get(one, at))

    recorded = queries.last_recorded()
    members: dict[int, set[int]] = {}
    for area, place in RegionMembership.objects.values_list("area", "place"):
        members.setdefault(area, set()).add(place)
    for (programme, area), at in recorded.items():
        for place in members.get(area, ()):
            changed(programme, place, at)
    for programme, sources in queries.spans().items():
        for source in sources:
            changed(programme, source.place, source.since)
            changed(programme, source.place, source.until)
    return found
