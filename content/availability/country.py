"""One place: every programme there at an instant, why, since when, what it costs, how to get it, and its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from content.availability import corrections, queries, rules
from content.availability.corrections import Correction
from content.availability.holders import Near
from content.availability.listing import Bases, Basis
from content.availability.offers import Offer
from content.availability.words import Said, end, order, precise_end, start, starts
from content.programmes.models import Programme
from content.programmes.queries import Participation, participation_at
from i18n import formats
from i18n.interface import own
from i18n.places.models import RegionMembership
from i18n.places.queries import Named, named
from portal.core.periods import Period

Spans = dict[int, list[rules.Source]]


@dataclass(frozen=True, slots=True)
class Past:
    """Why something that was stated is not any more: the reason's code and the instant, in words too."""

    reason: str
    at: datetime
    said: Said
    region: Named | None


@dataclass(frozen=True, slots=True)
class Here:
    """One programme in one place. ``status`` may be ``not_stated``; the first basis decides. ``coming``: from when it is offered, if decided."""

    programme: Programme
    status: str
    bases: tuple[Basis, ...]
    since: Said | None
    until: Said | None
    past: Past | None
    coming: Said | None
    offers: list[Offer] = field(default_factory=list)
    participation: Participation | None = None
    near: Near | None = None

    @property
    def offered(self) -> bool:
        return self.status in rules.OFFERED


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. ``status`` None: from then on nothing was stated; ``region`` is what it left, if it left one, at ``exact``.

    ``again``: what said the same later, oldest first.
    """

    at: datetime
    said: Said
    programme: Programme
    status: str | None
    basis: Basis
    recorded: str
    future: bool
    region: Named | None = None
    exact: Said | None = None
    again: tuple["Event", ...] = ()

    @property
    def order(self) -> tuple[int, bool, datetime]:
        return order(self.at, self.basis.area.zone, dated=self.basis.dated or self.status is None)


@dataclass(frozen=True, slots=True)
class Country:
    """What the page and the API say of a place; ``history`` is newest first. ``steady``: until when today's answer is right."""

    place: Named
    parent: Named | None
    as_of: datetime
    known_at: datetime | None
    steady: Period
    programmes: list[Here]
    history: dict[str, list[Event]]
    regions: list[Named]
    corrections: list[Correction]

    @property
    def summary(self) -> list[tuple[str, list[Programme]]]:
        """The programmes by status, the strongest first, without those nothing is stated about."""
        groups = [(status.value, [here.programme for here in self.programmes if here.status == status]) for status in rules.Status]
        return [(status, some) for status, some in groups if some]

    @property
    def coming(self) -> list[tuple[Programme, Said]]:
        """The programmes that are not offered yet and will be, with the instant."""
        return [(here.programme, here.coming) for here in self.programmes if here.coming]

    @property
    def events(self) -> list[Event]:
        """The changes of all programmes together, newest first; a guessed day stands after the exact ones of its year."""
        return sorted((event for some in self.history.values() for event in _changes(some)), key=lambda event: event.order, reverse=True)


def _changes(events: list[Event]) -> list[Event]:
    """Return the lines at which the status changed, newest first: what says the same again belongs to the line of the change."""
    changes: list[Event] = []
    for event in reversed(events):
        last = changes[-1] if changes else None
        if last and event.status is not None and (event.status, event.future) == (last.status, last.future):
            changes[-1] = replace(last, again=(*last.again, event))
        else:
            changes.append(event)
    return changes[::-1]


def country(
    place_id: int,
    *,
    language: str,
    now: datetime,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    offers: Mapping[int, list[Offer]] | None = None,
    near: Mapping[int, Near] | None = None,
) -> Country:
    """Return everything about a place at ``as_of`` (None = now: since the last change of today), as we knew it at ``known_at`` (None = now).

    ``offers``: what can be licensed there, ``near``: who holds the nearest licence, by programme.
    """
    areas = named(language)
    place = areas[place_id]
    around = [place_id, place.parent_id] if place.parent_id else [place_id]
    spans = queries.spans(places=around, known_at=known_at)
    statements = queries.statements(source.statement for some in spans.values() for source in some)
    memberships = list(RegionMembership.objects.filter(~Q(area=place_id), place=place_id).known_at(known_at).order_by("area__code"))
    changes = [edge for some in spans.values() for edge in rules.edges(some)]
    changes += [edge for row in memberships for edge in (row.valid_from, row.valid_to) if edge]
    steady = queries.steady(changes, now=now)
    as_of = as_of or steady.valid_from
    bases = Bases(areas, statements, language)
    view = _View(place, areas, bases, language, as_of)
    programmes = list(Programme.objects.all())
    rules_here = participation_at(programmes, around, language)
    return Country(
        place=place,
        parent=areas[place.parent_id] if place.parent_id else None,
        as_of=as_of,
        known_at=known_at,
        steady=steady,
        programmes=[
            replace(
                view.here(one, spans.get(one.pk, []), (offers or {}).get(one.pk, [])),
                participation=rules_here[one.pk],
                near=(near or {}).get(one.pk),
            )
            for one in programmes
        ],
        history={one.code: view.history(one, [s for s in spans.get(one.pk, []) if s.place == place_id]) for one in programmes},
        regions=[areas[row.area_id] for row in memberships if as_of in Period(row.valid_from, row.valid_to)],
        corrections=corrections.about({place_id, *(row.area_id for row in memberships)}, areas, language=language, known_at=known_at),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """One place seen at one instant in one language."""

    place: Named
    areas: dict[int, Named]
    bases: Bases
    language: str
    as_of: datetime

    def here(self, programme: Programme, sources: list[rules.Source], offers: list[Offer]) -> Here:
        own = [source for source in sources if source.place == self.place.id]
        found = rules.at(sources, self.as_of)
        answer = found.get(self.place.id)
        parent = answer is None and self.place.parent_id is not None
        if parent:
            answer = found.get(self.place.parent_id)  # type: ignore[arg-type]
        if answer is None:
            return Here(programme, rules.NOT_STATED, (), None, None, self.past(own), self.coming(own), offers)
        bases = self.bases.of(answer, parent=parent)
        run = rules.unbroken([source for source in sources if source.place == answer.place], self.as_of)
        since = starts(self.bases.one(run) if run else bases[0], self.language)
        return Here(programme, answer.status, bases, since, self.until(bases[0]), None, self.coming(own), offers)

    def until(self, basis: Basis) -> Said | None:
        if basis.until is None:
            return None
        say = precise_end if basis.left_region else end
        return say(basis.until, basis.area.zone, self.language)

    def past(self, sources: list[rules.Source]) -> Past | None:
        ended = rules.ended(sources, by=self.as_of)
        if ended is None:
            return None
        area = self.areas[ended.last.area]
        left = ended.reason == "left_region"
        say = precise_end if left else end
        return Past(ended.reason, ended.at, say(ended.at, area.zone, self.language), area if left else None)

    def coming(self, sources: list[rules.Source]) -> Said | None:
        """Say from when the programme is offered, where that is decided and not so now."""
        now = rules.at(sources, self.as_of).get(self.place.id)
        if now and now.status in rules.OFFERED:
            return None
        later = [source for source in sources if source.since > self.as_of and source.status in rules.OFFERED]
        if not later:
            return None
        first = min(later, key=lambda source: source.since)
        return start(first.since, self.areas[first.area].zone, self.language)

    def history(self, programme: Programme, sources: list[rules.Source]) -> list[Event]:
        """Return what was stated here, newest first; a statement that goes on while another begins is told once."""
        segments = rules.timeline(sources)
        events: list[Event] = []
        for before, one in pairwise([None, *segments]):
            last = before.answer.sources[0] if before and before.answer else None
            if one is None or (one.answer is None and last is None):
                continue
            if one.answer is None:
                events.append(self.gone(programme, one.period.valid_from, last))  # type: ignore[arg-type]
            elif last is None or last.statement != one.answer.sources[0].statement:
                events.append(self.begun(programme, one.period.valid_from, one.answer.sources[0]))
        return events[::-1]

    def begun(self, programme: Programme, at: datetime, source: rules.Source) -> Event:
        basis = self.bases.one(source)
        said = starts(basis, self.language) if at == source.since else start(at, basis.area.zone, self.language)
        return Event(at, said, programme, source.status, basis, self.recorded(basis), at > self.as_of)

    def gone(self, programme: Programme, at: datetime, last: rules.Source) -> Event:
        basis = self.bases.one(last)
        if last.left_region and last.until == at:
            said = end(at, basis.area.zone, self.language)
            exact = precise_end(at, basis.area.zone, self.language)
            return Event(at, said, programme, None, basis, "", at > self.as_of, basis.area, exact)
        said = start(at, basis.area.zone, self.language)
        return Event(at, said, programme, None, basis, "", at > self.as_of)

    def recorded(self, basis: Basis) -> str:
        return own(formats.day(basis.recorded_at.date(), self.language), self.language)
