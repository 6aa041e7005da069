"""The availability page of one programme, composed and ready to print."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from content.availability import picture, queries, rules
from content.availability.listing import Note, note_of, short
from content.availability.models import STATUS_WORDS
from content.availability.words import Said, end, precise_end, start
from content.programmes.models import Programme
from i18n import formats
from i18n.interface import joined, listing, own, sentence
from i18n.places.queries import Named, in_order, name_in, named
from i18n.places.rules import sort_key
from portal.core.periods import Period

NAMES_SHOWN = 3
ORDER = [*rules.Status, "scheduled"]


class Why(NamedTuple):
    """What a row rests on. ``kind``: place or region; ``area``: which."""

    kind: str
    area: Named
    note: Note | None


@dataclass(slots=True)
class Line:
    """One row of the table. ``since``: from when on the status holds without a gap; ``exact``: the minute of a start to come."""

    place: Named
    status: str
    label: str
    since: Said
    until: Said | None
    left: Said | None
    basis: Why
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
    """Everything the template prints, without the form. ``period``: how long today's page is right; None: it is about an instant.

    ``permalink`` gives this answer for ever: what we knew by the last publication.
    """

    programme: Programme
    as_of: datetime
    known_at: datetime | None
    version: int
    period: Period | None
    today: bool
    lines: list[Line]
    groups: list[tuple[str, list[Line]]]
    later: list[Line]
    legend: list[tuple[str, int]]
    not_stated: int
    world: picture.World
    steps: list[Step]
    permalink: str
    query: str
    versioned: str

    @property
    def available_count(self) -> int:
        return sum(line.status in rules.OFFERED for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Words:
    """What turns sources into words: names of areas, public notes by statement, the reader's language."""

    areas: dict[int, Named]
    notes: dict[int, dict[str, str]]
    language: str

    def why(self, source: rules.Source) -> Why:
        note = note_of(self.notes[source.statement], self.language) if source.statement in self.notes else None
        return Why(source.kind, self.areas[source.area], note)

    def start(self, source: rules.Source) -> Said:
        return start(source.since, self.areas[source.area].zone, self.language, dated=source.dated)


def page(programme: Programme, *, language: str, now: datetime, as_of: datetime | None = None, known_at: datetime | None = None) -> Page:
    """Return the page for an instant; None = nobody asked for one: it is today, and what is decided for later stands on it too."""
    (version, published_at), areas = queries.stand(), named(language)
    sources = queries.spans(programme_id=programme.pk, known_at=known_at).get(programme.pk, [])
    words = _Words(areas, queries.notes(programme.pk, language=language, known_at=known_at), language)
    period = None
    if today := as_of is None:
        period = queries.steady(rules.edges(sources), now=now)
        as_of = period.valid_from
    answers = rules.at(sources, as_of)
    lines = _lines(answers, _runs(sources, answers, as_of), words)
    later = _later(_coming(sources, answers, as_of), words) if today else []
    marks = [(one.place.code, one.place.name, one.status, one.label) for one in [*lines, *later]]
    counts = Counter(one.status for one in [*lines, *later])
    stated = {one.place.id for one in lines} | {one.place.id for one in later}
    return Page(
        programme=programme,
        as_of=as_of,
        known_at=known_at,
        version=version,
        period=period,
        today=today,
        lines=lines,
        groups=_by_continent(lines, language),
        later=later,
        legend=[(str(status), counts[status]) for status in ORDER if counts[status]],
        not_stated=sum(area.kind == "place" and area.id not in stated and "-" not in area.code for area in areas.values()),
        world=picture.world(marks),
        steps=_steps(sources, words, lambda at: _query(programme, at, known_at), as_of=as_of, today=today),
        permalink=f"?{_query(programme, as_of, known_at or published_at)}",
        query=_query(programme, as_of, known_at),
        versioned=urlencode({"programme": programme.code, "as_of": short(as_of), "version": version}),
    )


def _runs(sources: Iterable[rules.Source], answers: dict[int, rules.Answer], as_of: datetime) -> dict[int, rules.Source]:
    """Return for each place with an answer the source with which its status began."""
    found = rules.by_place(sources)
    return {place: rules.unbroken(found[place], as_of) or answer.sources[0] for place, answer in answers.items()}


def _lines(answers: dict[int, rules.Answer], runs: dict[int, rules.Source], words: _Words) -> list[Line]:
    """Return a line for each answer, in the reader's order."""
    labels = {status: str(word) for status, word in STATUS_WORDS.items()}
    lines = []
    for place in in_order([words.areas[place] for place in answers], words.language):
        answer = answers[place.id]
        source, until, left = answer.sources[0], None, None
        if source.until:
            zone = words.areas[source.area].zone
            until = end(source.until, zone, words.language)
            left = precise_end(source.until, zone, words.language) if source.left_region else None
        since, more = words.start(runs[place.id]), len(answer.sources) - 1
        lines.append(Line(place, answer.status, labels[answer.status], since, until, left, words.why(source), more, ""))
    return lines


def _coming(sources: Iterable[rules.Source], answers: dict[int, rules.Answer], as_of: datetime) -> list[rules.Source]:
    """Return what is offered first of all from a later instant on where nothing is stated yet."""
    coming: dict[int, rules.Source] = {}
    decided = [one for one in sources if one.place not in answers and one.since > as_of and one.status in rules.OFFERED]
    for source in sorted(decided, key=lambda source: (source.since, source.weight)):
        coming.setdefault(source.place, source)
    return list(coming.values())


def _later(coming: list[rules.Source], words: _Words) -> list[Line]:
    """Return the lines of what is decided for later, the soonest first."""
    areas, language = words.areas, words.language
    lines = []
    for source in sorted(coming, key=lambda source: (source.since, sort_key(areas[source.place].name, language))):
        exact = own(formats.instant(source.since, areas[source.area].zone, language, utc=True), language)
        since = words.start(source)
        label = sentence(gettext("Available from %(day)s"), day=since.text)
        lines.append(Line(areas[source.place], "scheduled", label, since, None, None, words.why(source), 0, exact))
    return lines


def _by_continent(lines: list[Line], language: str) -> list[tuple[str, list[Line]]]:
    """Return the lines under the name of their continent (UN M49 as CLDR names it); what has none comes last."""
    names = formats.locale(language).territories
    groups: dict[str, list[Line]] = {}
    for one in lines:
        groups.setdefault(names.get(one.place.continent, ""), []).append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], sort_key(group[0], language)))


def _steps(sources: list[rules.Source], words: _Words, query: Callable[[datetime], str], *, as_of: datetime, today: bool) -> list[Step]:
    """Return the instants at which the list changed, in order, with how many places it then had and what was new."""
    moments = rules.moments(sources)
    steps: list[Step] = []
    before: dict[int, rules.Answer] = {}
    for (instant, answers), following in zip_longest(moments, moments[1:]):
        steps.append(
            Step(
                said=_said(instant, answers, before, words),
                query=query(instant),
                count=len(_offered(answers)),
                words=_new_and_gone(before, answers, words),
                current=instant <= as_of and (following is None or as_of < following[0]),
                future=today and instant > as_of,
            )
        )
        before = answers
    return steps


def _said(instant: datetime, answers: dict[int, rules.Answer], before: dict[int, rules.Answer], words: _Words) -> Said:
    """Say the instant of a change on the clock of what changed there; "about" where every source of it is undated."""
    begun = [source for answer in answers.values() if (source := answer.sources[0]).since == instant]
    if begun:
        dated = any(source.dated for source in begun)
        return start(instant, words.areas[begun[0].area].zone, words.language, dated=dated)
    gone = [source for answer in before.values() if (source := answer.sources[0]).until == instant]
    return end(instant, words.areas[gone[0].area].zone if gone else "UTC", words.language)


def _new_and_gone(before: dict[int, rules.Answer], after: dict[int, rules.Answer], words: _Words) -> str:
    """Return what is new and what is gone: a region counts as one name where it came as one."""
    areas, language = words.areas, words.language
    was, becomes = _offered(before), _offered(after)
    new = {after[place].sources[0].area for place in becomes - was}
    gone = [before[place] for place in sorted(was - becomes)]
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


def _offered(answers: dict[int, rules.Answer]) -> set[int]:
    return {place for place, answer in answers.items() if answer.status in rules.OFFERED}


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


def title(programme: Programme) -> str:
    return gettext("Where %(programme)s is available") % {"programme": programme.short_name}


def lede(found: Page, language: str) -> str:
    """Return the answer in a sentence."""
    count, on = found.available_count, own(formats.day(found.as_of.astimezone(UTC).date(), language), language)
    if not count:
        return sentence(gettext("Nothing is stated for %(day)s."), day=on)
    words = ngettext("%(count)s country or territory on %(day)s.", "%(count)s countries and territories on %(day)s.", count)
    parts = [sentence(words, count=formats.number(count, language), day=on)]
    if found.later:
        more = len(found.later)
        parts.append(ngettext("%(count)s more is decided for later.", "%(count)s more are decided for later.", more) % {"count": more})
    return joined(" ", parts)
