"""A file becomes one draft a programme: all of it or nothing. Publishing stays the second person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from content.availability import drafting, queries
from content.availability.changes import AvailabilityChange
from content.availability.drafting import NewRow
from content.availability.incoming.rules import Known, Line, Outcome, Problem, outcome, read
from content.availability.queries import NOTES
from content.programmes.models import Programme
from i18n.places.models import Area
from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Checked:
    """A file held against what is stated: each line with what it would do. ``problems``: then nothing of it is drafted."""

    lines: tuple[tuple[Line, Outcome], ...]
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> Mapping[Outcome, int]:
        return {one: sum(found is one for _line, found in self.lines) for one in Outcome}

    @property
    def new(self) -> list[Line]:
        """What would be drafted: every line that changes something."""
        return [line for line, found in self.lines if found is not Outcome.UNCHANGED]


class NotImported(Exception):
    """The file has lines that cannot be used."""

    code = "problems"


def check(data: bytes, *, at: datetime, programme: str = "") -> Checked:
    """Read a file and hold it against what is stated at ``at``; writes nothing. Statements: two, and one for each programme it names.

    :raises content.availability.incoming.rules.Unreadable: it is no such file.
    """
    areas = {code.upper(): Known(pk, code, zone) for pk, code, zone in Area.objects.values_list("pk", "code", "zone")}
    programmes = dict(Programme.objects.values_list("code", "pk"))
    found = read(data, areas=areas, programmes=programmes, programme=programme, languages=NOTES)
    current = {code: queries.assertions(programmes[code]) for code in {line.programme for line in found.lines}}
    by_area: dict[tuple[str, int], list] = {}
    for code, some in current.items():
        for one in some:
            by_area.setdefault((code, one.area), []).append(one)
    told = tuple((line, outcome(line, by_area.get((line.programme, line.area.id), []), at=at)) for line in found.lines)
    return Checked(told, found.problems)


@transaction.atomic
def draft_all(checked: Checked, *, by: User | None, reason: str, source: str = "") -> list[AvailabilityChange]:
    """Draft what the file changes, one draft a programme in the order of their codes; an empty list if it changes nothing.

    The same file once more, by a second click or by a job every night, makes no second draft: the one that waits is returned, and whoever
    brings it this time stands for it if nobody did.
    :raises NotImported: a line of it cannot be used.
    """
    if checked.problems:
        raise NotImported
    programmes = dict(Programme.objects.values_list("code", "pk"))
    lines = sorted(checked.new, key=lambda line: (line.programme, line.number))
    groups = {programmes[code]: drafting.rows_of(list(some)) for code, some in groupby(lines, key=lambda line: line.programme)}
    list(Programme.objects.select_for_update().filter(pk__in=groups).order_by("pk"))  # two that come at once: the second finds the first
    return [_drafted(programme, rows, by=by, reason=reason, source=source) for programme, rows in groups.items()]


def _drafted(programme_id: int, rows: list[NewRow], *, by: User | None, reason: str, source: str) -> AvailabilityChange:
    for waiting in drafting.waiting(programme_id):
        if (list(waiting.rows), waiting.reason, waiting.source) == (rows, reason, source):
            stored = AvailabilityChange.objects.select_for_update().filter(pk=waiting.id).first()
            if stored is not None:  # nobody deleted it meanwhile
                return drafting.take_on(stored.pk, by=by) if by and stored.drafted_by_id is None else stored
    return drafting.draft(programme_id, rows, by=by, reason=reason, source=source)
