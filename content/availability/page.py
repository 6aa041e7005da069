"""The availability page of one programme, composed and ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from content.availability import picture, queries, rules
from content.availability.listing import Bases, Basis, Listing, Row, listed, short
from content.availability.models import STATUS_WORDS, Publication
from content.availability.words import Said, end, precise_end, start, starts
from content.programmes.models import Programme
from i18n import formats
from i18n.interface import joined, listing, own, sentence
from i18n.places.queries import Named, in_order, name_in, named
from i18n.places.rules import sort_key
from portal.core.models import ContentVersion
from portal.core.periods import Period

NAMES_SHOWN = 3
ORDER = [*rules.Status, "scheduled"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``since``: from when on the status holds without a gap; ``exact``: the minute of a start to come."""

    place: Named
    status: str
    label: str
    since: Said
    until: Said | None
    left: Said | None
    basis: Basis
    others: int
    exact: str


@dataclass(frozen=True, slots=True)
class Step:
    """One instant at which the list changed."""

    said: Said
    query: str
    count: int
    words: str
    current: bool
    future: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template prints, without the form. ``period``: how long today's page is right; None: it is about an instant."""

    listing: Listing
    period: Period | None
    today: bool
    groups: list[tuple[str, list[Line]]]
    later: list[Line]
    legend: list[tuple[str, int]]
    not_stated: int
    world: picture.World
    steps: list[Step]
    permalink: str
    query: str
    versioned: str


def page(programme: Programme, *, language: str, now: datetime, as_of: datetime | None = None, known_at: datetime | None = None) -> Page:
    """Return the page for an instant; None = nobody asked for one: it is today, and what is decided for later stands on it too."""
    version, areas = ContentVersion.current(), named(language)
    sources = queries.spans(programme_id=programme.pk, known_at=known_at).get(programme.pk, [])
    period = None
    if today := as_of is None:
        period = queries.steady(rules.edges(sources), now=now)
        as_of = period.valid_from
    answers = rules.at(sources, as_of)
    runs = _runs(sources, answers, as_of)
    coming = _coming(sources, answers, as_of) if today else []
    printed = [source for answer in answers.values() for source in answer.sources] + coming + list(runs.values())
    bases = Bases(areas, queries.statements(source.statement for source in printed), language)
    found = listed(programme, answers, bases, as_of=as_of, known_at=known_at, version=version)
    lines = [_line(row, bases.one(runs[row.place.id]), language) for row in found.rows]
    later = _later(coming, bases)
    marks = [(one.place.code, one.place.name, one.status, one.label) for one in [*lines, *later]]
    counts = [(status, sum(one.status == status for one in [*lines, *later])) for status in ORDER]
    stated = {one.place.id for one in lines} | {one.place.id for one in later}
    return Page(
        listing=found,
        period=period,
        today=today,
        groups=_by_continent(lines, language),
        later=later,
        legend=[(str(status), count) for status, count in counts if count],
        not_stated=sum(area.kind == "place" and area.id not in stated and "-" not in area.code for area in areas.values()),
        world=picture.world(marks),
        steps=_steps(sources, bases, found, today=today),
        permalink=_permalink(programme, as_of, known_at),
        query=_query(programme, as_of, known_at),
        versioned=urlencode({"programme": programme.code, "as_of": short(as_of), "version": found.version}),
    )


def _runs(sources: Iterable[rules.Source], answers: dict[int, rules.Answer], as_of: datetime) -> dict[int, rules.Source]:
    """Return for each place with an answer the source with which its status began."""
    by_place: dict[int, list[rules.Source]] = {}
    for source in sources:
        by_place.setdefault(source.place, []).append(source)
    return {place: rules.unbroken(by_place[place], as_of) or answer.sources[0] for place, answer in answers.items()}


def _line(row: Row, begun: Basis, language: str) -> Line:
    basis = row.bases[0]
    until = end(basis.until, basis.area.zone, language) if basis.until else None
    left = precise_end(basis.until, basis.area.zone, language) if basis.until and basis.left_region else None
    label = str(STATUS_WORDS[row.status])
    return Line(row.place, row.status, label, starts(begun, language), until, left, basis, len(row.bases) - 1, "")


def _coming(sources: Iterable[rules.Source], answers: dict[int, rules.Answer], as_of: datetime) -> list[rules.Source]:
    """Return what is offered first of all from a later instant on where nothing is stated yet."""
    coming: dict[int, rules.Source] = {}
    decided = [one for one in sources if one.place not in answers and one.since > as_of and one.status in rules.OFFERED]
    for source in sorted(decided, key=lambda source: (source.since, source.weight)):
        coming.setdefault(source.place, source)
    return list(coming.values())


def _later(coming: list[rules.Source], bases: Bases) -> list[Line]:
    """Return the lines of what is decided for later, the soonest first."""
    areas, language = bases.areas, bases.language
    lines = []
    for source in sorted(coming, key=lambda source: (source.since, sort_key(areas[source.place].name, language))):
        basis = bases.one(source)
        exact = own(formats.instant(source.since, basis.area.zone, language, utc=True), language)
        since = starts(basis, language)
        label = sentence(gettext("Available from %(day)s"), day=since.text)
        lines.append(Line(areas[source.place], "scheduled", label, since, None, None, basis, 0, exact))
    return lines


def _by_continent(lines: list[Line], language: str) -> list[tuple[str, list[Line]]]:
    """Return the lines under the name of their continent (UN M49 as CLDR names it); what has none comes last."""
    names = formats.locale(language).territories
    groups: dict[str, list[Line]] = {}
    for one in lines:
        groups.setdefault(names.get(one.place.continent, ""), []).append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], sort_key(group[0], language)))


def _steps(sources: list[rules.Source], bases: Bases, found: Listing, *, today: bool) -> list[Step]:
    """Return the instants at which the list changed, in order, with how many places it then had and what was new."""
    moments = rules.moments(sources)
    steps: list[Step] = []
    before: dict[int, rules.Answer] = {}
    for (instant, answers), following in zip_longest(moments, moments[1:]):
        current = instant <= found.as_of and (following is None or found.as_of < following[0])
        steps.append(
            Step(
                said=_said(instant, answers, before, bases),
                query=_query(found.programme, instant, found.known_at),
                count=sum(answer.status in rules.OFFERED for answer in answers.values()),
                words=_words(before, answers, bases.areas, found.language),
                current=current,
                future=today and instant > found.as_of,
            )
        )
        before = answers
    return steps


def _said(instant: datetime, answers: dict[int, rules.Answer], before: dict[int, rules.Answer], bases: Bases) -> Said:
    """Say the instant of a change on the clock of what changed there; "about" where every source of it is undated."""
    begun = [answer.sources[0] for answer in answers.values() if answer.since == instant]
    if begun:
        dated = any(source.dated for source in begun)
        return start(instant, bases.areas[begun[0].area].zone, bases.language, dated=dated)
    gone = [answer.sources[0] for answer in before.values() if answer.until == instant]
    return end(instant, bases.areas[gone[0].area].zone if gone else "UTC", bases.language)


def _words(before: dict[int, rules.Answer], after: dict[int, rules.Answer], areas: dict[int, Named], language: str) -> str:
    """Return what is new and what is gone: a region counts as one name where it came as one."""
    new = {answer.sources[0].area for place, answer in after.items() if not _offered(before, place) and _offered(after, place)}
    gone = [answer for place, answer in before.items() if _offered(before, place) and not _offered(after, place)]
    parts = []
    if before and new:
        parts.append(sentence(gettext("new: %(places)s"), places=some(new, areas, language)))
    left = [answer for answer in gone if answer.sources[0].left_region]
    for region in sorted({answer.sources[0].area for answer in left}):
        who = {answer.place for answer in left if answer.sources[0].area == region}
        facts = {"places": some(who, areas, language), "region": name_in(areas[region], language)}
        parts.append(sentence(gettext("%(places)s: left %(region)s"), **facts))
    rest = {answer.place for answer in gone if answer not in left}
    if rest:
        parts.append(sentence(gettext("no longer: %(places)s"), places=some(rest, areas, language)))
    return joined("; ", parts)


def _offered(answers: dict[int, rules.Answer], place: int) -> bool:
    return place in answers and answers[place].status in rules.OFFERED


def some(ids: Iterable[int], areas: dict[int, Named], language: str) -> str:
    """Return the first names of several places or regions as a list, and how many more there are."""
    names = [name_in(area, language) for area in in_order([areas[one] for one in ids], language)]
    if len(names) <= NAMES_SHOWN + 1:
        return listing(names, language)
    more = len(names) - NAMES_SHOWN
    return listing([*names[:NAMES_SHOWN], ngettext("%(count)s more", "%(count)s more", more) % {"count": more}], language)


def _query(programme: Programme, as_of: datetime, known_at: datetime | None) -> str:
    """Return the query string that asks for exactly this; a UTC midnight is written as its day."""
    asked = {"programme": programme.code, "as_of": short(as_of)}
    if known_at:
        asked["known_at"] = short(known_at)
    return urlencode(asked)


def _permalink(programme: Programme, as_of: datetime, known_at: datetime | None) -> str:
    """Return the query string that gives this answer for ever: what we knew by the last publication."""
    last = Publication.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    return f"?{_query(programme, as_of, known_at or last)}"


def title(programme: Programme) -> str:
    return gettext("Where %(programme)s is available") % {"programme": programme.short_name}


def lede(found: Page, language: str) -> str:
    """Return the answer in a sentence."""
    count, on = found.listing.available_count, own(formats.day(found.listing.as_of.astimezone(UTC).date(), language), language)
    if not count:
        return sentence(gettext("Nothing is stated for %(day)s."), day=on)
    words = ngettext("%(count)s country or territory on %(day)s.", "%(count)s countries and territories on %(day)s.", count)
    parts = [sentence(words, count=formats.number(count, language), day=on)]
    if found.later:
        more = len(found.later)
        parts.append(ngettext("%(count)s more is decided for later.", "%(count)s more are decided for later.", more) % {"count": more})
    return joined(" ", parts)
