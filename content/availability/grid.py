"""Places and regions × programmes at an instant, for staff. Four statements whatever the number of places: names, programmes, sources, members."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from content.availability import queries, rules
from content.programmes.models import Programme
from i18n import formats
from i18n.places.queries import Named, in_order, members, named
from i18n.places.rules import sort_key
from portal.core.text import fold

STATED, SCHEDULED = "stated", "scheduled"
Key = tuple[int, int]  # programme, area


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rows are narrowed to; '' = all. ``status``: a status, ``stated``, ``not_stated`` or ``scheduled`` in one of the columns."""

    as_of: datetime
    region: str = ""
    status: str = ""
    text: str = ""
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One programme in one place: the answer there; in a region, what is stated about it as a whole. ``via``: the region that decides."""

    area: Named
    programme: Programme
    status: str
    via: Named | None
    from_parent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    area: Named
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """``groups``: a heading and its rows, regions first. ``counts``: cells of places by status."""

    programmes: tuple[Programme, ...]
    groups: list[tuple[str, list[Row]]]
    regions: list[Named]
    areas: dict[int, Named]

    @property
    def rows(self) -> list[Row]:
        return [row for _heading, rows in self.groups for row in rows]


def grid(asked: Asked, *, language: str, regions_heading: str) -> Grid:
    """Return the cells at an instant; a place without a statement shows that of the state it belongs to."""
    areas = named(language)
    every = list(Programme.objects.all())
    programmes = tuple(one for one in every if asked.programme in ("", one.code))
    spans = queries.spans()
    seen = {one.pk: _Column(spans.get(one.pk, []), as_of=asked.as_of) for one in programmes}
    inside = set(members(asked.region, at=asked.as_of)) if asked.region else None
    text, codes = fold(asked.text), {fold(area.code) for area in areas.values()}
    rows = []
    for area in areas.values():
        if _is_wanted(area, asked, inside, text, codes):
            row = Row(area, tuple(seen[one.pk].cell(area, one, areas) for one in programmes))
            if not asked.status or any(_is(cell, asked.status) for cell in row.cells):
                rows.append(row)
    regions = in_order([area for area in areas.values() if area.kind == "region"], language)
    return Grid(programmes, _grouped(rows, language, regions_heading), regions, areas)


def _is_wanted(area: Named, asked: Asked, inside: Collection[int] | None, text: str, codes: Collection[str]) -> bool:
    if inside is not None and area.id not in inside and area.code != asked.region:
        return False
    return not text or (text == fold(area.code) if text in codes else text in fold(area.name))


def _is(cell: Cell, status: str) -> bool:
    """Say whether something of the kind is stated there; what a territory shows of its state is not."""
    if cell.from_parent:
        return status == rules.NOT_STATED
    return cell.status not in (rules.NOT_STATED, SCHEDULED) if status == STATED else cell.status == status


def _grouped(rows: Iterable[Row], language: str, regions_heading: str) -> list[tuple[str, list[Row]]]:
    """Return the rows under their continents, regions first, each in the reader's order."""
    continents = formats.locale(language).territories
    by_area = {row.area.id: row for row in rows}
    groups: dict[tuple[bool, str], list[Row]] = {}
    for area in in_order([row.area for row in by_area.values()], language):
        is_place = area.kind == "place"
        heading = continents.get(area.continent, "") if is_place else regions_heading
        groups.setdefault((is_place, heading), []).append(by_area[area.id])
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], not group[0][1], sort_key(group[0][1], language)))
    return [(heading, some) for (_is_place, heading), some in ordered]


class _Column:
    """One programme at an instant: answers of places, statements about regions, what comes later."""

    def __init__(self, sources: list[rules.Source], *, as_of: datetime):
        self.answers = rules.at(sources, as_of)
        self.about = {
            one.area: one for one in sources if not one.own and one.valid_from <= as_of and not (one.valid_to and one.valid_to <= as_of)
        }
        coming = [one for one in sources if one.status in rules.OFFERED]
        self.coming = {one.place for one in coming if one.since > as_of} | {one.area for one in coming if one.valid_from > as_of}

    def cell(self, area: Named, programme: Programme, areas: dict[int, Named]) -> Cell:
        if area.kind == "region":
            stated = self.about.get(area.id)
            return Cell(area, programme, stated.status if stated else self._later(area), None)
        answer, from_parent = self.answers.get(area.id), False
        if answer is None and area.parent_id is not None:
            answer, from_parent = self.answers.get(area.parent_id), True
        if answer is None:
            return Cell(area, programme, self._later(area), None)
        deciding = answer.sources[0]
        return Cell(area, programme, answer.status, None if deciding.own else areas[deciding.area], from_parent)

    def _later(self, area: Named) -> str:
        return SCHEDULED if area.id in self.coming else rules.NOT_STATED
