"""Places that leave a region, and with it what was stated through the region: a task for staff, never a silent loss.

A task is done once the place has a word of its own, which is drafted and published as every other, or once somebody says that it stays so.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from content.availability import differences, drafting, queries
from content.availability.changes import AvailabilityChange
from content.availability.drafting import NewRow
from content.availability.models import LeaverDecision
from content.programmes.models import Programme
from i18n.formats import zone_of
from i18n.places.models import Area, RegionMembership
from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Task:
    programme: int
    left: differences.Left


class NotOpen(Exception):
    """There is no such task, or somebody was quicker."""

    code = "not_open"


def tasks() -> list[Task]:
    """Return what is to be decided, the earliest leaving first. Three statements."""
    gone = RegionMembership.objects.known_at(None).exclude(valid_to=None).values_list("place_id", flat=True)
    places = set(gone)
    if not places:
        return []
    decided = set(LeaverDecision.objects.values_list("programme_id", "place_id", "region_id", "left_at"))
    found = [Task(programme, left) for programme, some in queries.spans(places=places).items() for left in differences.leavers(some)]
    waiting = [task for task in found if (task.programme, task.left.place, task.left.region, task.left.at) not in decided]
    return sorted(waiting, key=lambda task: (task.left.at, task.left.place, task.programme))


def _open(programme: int, place: int, region: int, at: datetime) -> Task:
    for task in tasks():
        if (task.programme, task.left.place, task.left.region, task.left.at) == (programme, place, region, at):
            return task
    raise NotOpen


def _taken(programme: int, place: int, region: int, at: datetime) -> Task:
    """Return the task, with nobody else at the programme's until the transaction ends."""
    if not list(Programme.objects.select_for_update().filter(pk=programme)):
        raise NotOpen
    return _open(programme, place, region, at)


@transaction.atomic
def keep(programme: int, place: int, region: int, at: datetime, *, by: User, reason: str) -> AvailabilityChange:
    """Draft that what was stated through the region goes on as the place's own word, without a gap.

    :raises NotOpen: nothing of the kind is to be decided.
    """
    task = _taken(programme, place, region, at)
    first = at.astimezone(zone_of(Area.objects.get(pk=place).zone)).date()
    row = NewRow(place, task.left.before, first)
    if any(one == row for draft in drafting.waiting(programme) for one in draft.rows):
        raise NotOpen
    return drafting.draft(programme, [row], by=by, reason=reason)


@transaction.atomic
def let_go(programme: int, place: int, region: int, at: datetime, *, by: User, reason: str, now: datetime) -> LeaverDecision:
    """Record that it stays so: the place is not covered any more, and somebody knows why.

    :raises NotOpen: nothing of the kind is to be decided.
    """
    task = _taken(programme, place, region, at)
    facts = {"programme_id": programme, "place_id": place, "region_id": region, "left_at": task.left.at}
    try:
        with transaction.atomic():
            return LeaverDecision.objects.create(**facts, reason=reason, by=by, decided_at=now)
    except IntegrityError:
        raise NotOpen from None
