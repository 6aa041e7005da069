"""How drafts come about beside their own form: from cells of the matrix, lines of a file, a publication taken back. Here they only grow.

Who adds locks the draft and goes on from its latest revision, so two people who add at once both find their rows in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from content.availability import differences, queries
from content.availability.changes import AvailabilityChange, AvailabilityChangeRow
from content.availability.models import Publication
from content.availability.queries import NOTES
from content.programmes.models import Programme
from portal.accounts.models import User


class NotDraftable(Exception):
    """Rows cannot be added; ``code`` is a key of ``WORDS``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


WORDS = {
    "published": _("This change was published meanwhile. Choose another draft or a new one."),
    "gone": _("This draft was deleted meanwhile. Choose another draft or a new one."),
    "nothing_new": _("The draft says so already."),
    "nothing_picked": _("No cell is picked. Pick the cells this is about."),
    "other_programme": _("No cell of that draft’s program is picked. Choose another draft or a new one."),
    "taken_on": _("Somebody stands for this change already."),
    "not_drafted_here": _("Only what was drafted and published here can be taken back in one step."),
    "undo_waits": _("A draft that takes this back waits already."),
    "nothing_stands": _("Nothing of this stands any more: all of it was changed since."),
}


@dataclass(frozen=True, slots=True)
class NewRow:
    """One row to draft: days on the clock of the area, the last one included; status '' = nothing is stated any more."""

    area: int
    status: str
    first: date
    last: date | None = None
    notes: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def draft(
    programme_id: int, rows: Iterable[NewRow], *, by: User | None, reason: str, source: str = "", corrects: Publication | None = None
) -> AvailabilityChange:
    """Begin a draft. ``by`` None: a file that came by the command without a person.

    Two people stand behind whatever is published. Whoever runs the command is nobody the portal knows, and a file may come from a job, so the
    first of the two is asked for later: somebody of staff has to take the draft on (``take_on``) before another may publish it. To ask for
    a person at the command would not be more: who has the machine may name anybody.
    """
    change = AvailabilityChange(programme_id=programme_id, reason=reason, source=source, drafted_by=by, live=False)
    change.corrects = corrects
    change.rows = [_row(row, position) for position, row in enumerate(rows)]
    change.save()
    revision = change.save_revision(user=by)
    log(instance=change, action="wagtail.create", user=by, revision=revision, content_changed=True)
    return change


@transaction.atomic
def extend(change_id: int, rows: Iterable[NewRow], *, by: User) -> AvailabilityChange:
    """Add rows to a draft, after those it has; what it says already is not added again.

    :raises NotDraftable: it was published or deleted meanwhile, or says all of it.
    """
    stored = AvailabilityChange.objects.select_for_update().filter(pk=change_id).first()
    if stored is None:
        raise NotDraftable("gone")
    if stored.publication_id is not None:
        raise NotDraftable("published")
    change = stored.get_latest_revision_as_object()
    there = list(change.rows.all())
    new = [row for row in rows if row not in {_said(one) for one in there}]
    if not new:
        raise NotDraftable("nothing_new")
    position = max((row.sort_order or 0 for row in there), default=-1) + 1
    change.rows.add(*(_row(row, position + more) for more, row in enumerate(new)))
    change.save_revision(user=by, log_action=True)
    return change


@transaction.atomic
def take_on(change_id: int, *, by: User) -> AvailabilityChange:
    """Stand for a draft that came without a person; from then on somebody else publishes it.

    :raises NotDraftable: somebody does already, or it was deleted meanwhile.
    """
    stored = AvailabilityChange.objects.select_for_update().filter(pk=change_id).first()
    if stored is None:
        raise NotDraftable("gone")
    if stored.drafted_by_id is not None:
        raise NotDraftable("taken_on")
    change = stored.get_latest_revision_as_object()
    change.save_revision(user=by, log_action=True)
    return change


@transaction.atomic
def put_cells(
    rows: Mapping[int, Sequence[NewRow]], *, into: int | None, by: User, reason: str = "", source: str = ""
) -> list[AvailabilityChange]:
    """Draft rows by programme, all of them or none: into an open draft of one of the programmes, new ones for the others.

    :raises NotDraftable: there are none, none is of the draft's programme, or the draft is not open any more.
    """
    if not rows:
        raise NotDraftable("nothing_picked")
    target = AvailabilityChange.objects.filter(pk=into).select_related("latest_revision").first() if into is not None else None
    if into is not None and target is None:
        raise NotDraftable("gone")
    if target is not None and target.programme_id not in rows:
        raise NotDraftable("other_programme")
    done = []
    for programme, some in rows.items():
        if target is not None and programme == target.programme_id:
            done.append(extend(target.pk, some, by=by))
        else:
            done.append(draft(programme, some, by=by, reason=reason or str(target), source=source))
    return done


@transaction.atomic
def undo(publication: Publication, *, by: User, reason: str) -> AvailabilityChange:
    """Draft that a publication be taken back: a correction, for a second person as every other. What it does is counted when it is published.

    :raises NotDraftable: such a draft waits already, or nothing of the publication stands any more.
    """
    change = AvailabilityChange.objects.select_for_update().filter(publication=publication).first()
    if change is None:
        raise NotDraftable("not_drafted_here")
    if AvailabilityChange.objects.filter(corrects=publication, publication=None).exists():
        raise NotDraftable("undo_waits")
    current = queries.assertions(change.programme_id)
    if differences.undone(*queries.published(publication, change.programme_id), current) == current:
        raise NotDraftable("nothing_stands")
    return draft(change.programme_id, [], by=by, reason=reason, corrects=publication)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that waits, as its latest revision says it."""

    id: int
    programme: Programme
    reason: str
    source: str
    by: str
    rows: tuple[NewRow, ...]


def waiting(programme_id: int | None = None) -> list[Draft]:
    """Return the drafts that are not published, the newest first; of one programme or of all. One statement."""
    found = AvailabilityChange.objects.filter(publication=None).exclude(latest_revision=None)
    if programme_id is not None:
        found = found.filter(programme=programme_id)
    return [_draft(one) for one in found.select_related("latest_revision", "programme", "drafted_by").order_by("-pk")]


def _draft(stored: AvailabilityChange) -> Draft:
    content: dict[str, Any] = stored.latest_revision.content
    rows = tuple(_row_of(row) for row in content.get("rows", []))
    return Draft(stored.pk, stored.programme, content["reason"], content["source"], str(stored.drafted_by or ""), rows)


def _row_of(content: dict[str, Any]) -> NewRow:
    last = date.fromisoformat(content["valid_to"]) if content.get("valid_to") else None
    notes = tuple((language, content[field]) for language, field in NOTES.items() if content.get(field))
    return NewRow(content["area"], content["status"], date.fromisoformat(content["valid_from"]), last, notes)


def _row(row: NewRow, position: int) -> AvailabilityChangeRow:
    notes = {NOTES[language]: text for language, text in row.notes}
    facts = {"area_id": row.area, "status": row.status, "valid_from": row.first, "valid_to": row.last}
    return AvailabilityChangeRow(sort_order=position, **facts, **notes)


def _said(row: AvailabilityChangeRow) -> NewRow:
    notes = tuple((language, text) for language, field in NOTES.items() if (text := getattr(row, field)))
    return NewRow(row.area_id, row.status, row.valid_from, row.valid_to, notes)


def rows_of(lines: Sequence[Any]) -> list[NewRow]:
    """Return lines of a file as rows of a draft."""
    return [NewRow(line.area.id, line.status.value if line.status else "", line.first, line.last, line.notes) for line in lines]
