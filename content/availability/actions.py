"""The only writers of statements and, beside loading, of memberships."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from content.availability.differences import alters_the_past
from content.availability.models import AvailabilityStatement, Publication
from content.availability.queries import NOTES, assertion_of, current_statements
from content.availability.rules import Assertion, checked, cut, put
from i18n.places.actions import set_membership
from portal.core.models import ContentVersion
from portal.core.periods import Period

Change = Callable[[frozenset[Assertion]], Iterable[Assertion]]


class NotImportable(Exception):
    """History is imported in its order: ``recorded_later``, something of the programme was recorded at that instant or after it."""

    def __init__(self, code: str, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


@transaction.atomic
def publish(
    programme_id: int,
    change: Change,
    *,
    areas: Collection[int] | None = None,
    by: str,
    approved_by: str = "",
    reason: str = "",
    now: datetime,
    imported_at: datetime | None = None,
    corrects: Publication | None = None,
) -> Publication | None:
    """Make what ``change`` returns the whole of what is asserted for the programme, or for some ``areas`` of it.

    ``change`` gets the assertions as they stand, under the lock. Statements that stay keep their row; the others are closed and new
    ones inserted. Returns None, and writes nothing, when nothing changes. With ``imported_at`` (a load) ``now`` is the instant the
    source was published. ``corrects``: the publication this takes back; what alters the past is a correction without one, too.

    :raises Overlapping: two assertions give one area two statuses at one instant.
    :raises NotImportable: an import that comes after something newer.
    """
    version = ContentVersion.lock()
    if imported_at and AvailabilityStatement.objects.filter(programme=programme_id, recorded_at__gte=now).exists():
        raise NotImportable("recorded_later", programme=programme_id, recorded_at=now)
    rows = {assertion_of(row): row.pk for row in current_statements(programme_id, areas)}
    current = frozenset(rows)
    wanted = checked(change(current))
    if wanted == current:
        return None
    is_correction = corrects is not None or (imported_at is None and alters_the_past(current, wanted, by=now))
    facts = {"correction": is_correction, "corrects": corrects}
    publication = _record(version, by=by, approved_by=approved_by, reason=reason, now=now, imported_at=imported_at, **facts)
    gone = [pk for assertion, pk in rows.items() if assertion not in wanted]
    AvailabilityStatement.objects.filter(pk__in=gone).update(superseded_at=publication.recorded_at)
    new = sorted(wanted - current, key=lambda one: (one.area, one.period.valid_from))
    AvailabilityStatement.objects.bulk_create(_row(programme_id, one, publication) for one in new)
    return publication


def state(
    programme_id: int, assertion: Assertion, *, by: str, now: datetime, reason: str = "", approved_by: str = ""
) -> Publication | None:
    """Assert one status for one area and period; it takes the place of what was stated there."""
    change = lambda current: put(current, assertion)  # noqa: E731 - the change itself, not a name for it
    return publish(programme_id, change, areas=[assertion.area], by=by, approved_by=approved_by, reason=reason, now=now)


def unstate(
    programme_id: int, area: int, period: Period, *, by: str, now: datetime, reason: str = "", approved_by: str = ""
) -> Publication | None:
    """Assert nothing any more about the area in the period."""
    change = lambda current: cut(current, area=area, period=period)  # noqa: E731
    return publish(programme_id, change, areas=[area], by=by, approved_by=approved_by, reason=reason, now=now)


@transaction.atomic
def record_membership(
    area_id: int, place_id: int, period: Period, *, member: bool, by: str, now: datetime, source: str = "", approved_by: str = ""
) -> Publication | None:
    """Record that the place is (or is not) a member of the region in the period, whatever was recorded before."""
    version = ContentVersion.lock()
    if not set_membership(area_id, place_id, period, member=member, at=version.instant(now=now), source=source):
        return None
    return _record(version, by=by, approved_by=approved_by, reason=source, now=now, imported_at=None)


def _row(programme_id: int, new: Assertion, publication: Publication) -> AvailabilityStatement:
    return AvailabilityStatement(
        programme_id=programme_id,
        area_id=new.area,
        status=new.status.value,
        valid_from=new.period.valid_from,
        valid_to=new.period.valid_to,
        members_at=new.members_at,
        source=new.source,
        dated=new.dated,
        recorded_at=publication.recorded_at,
        publication=publication,
        **{NOTES[language]: text for language, text in new.notes},
    )


def _record(
    version: ContentVersion, *, by: str, approved_by: str, reason: str, now: datetime, imported_at: datetime | None, **facts: Any
) -> Publication:
    """Raise the content version and keep who did it. An import keeps its own instant: the list was public then."""
    version.next(now=imported_at or now)
    recorded_at = now if imported_at else version.changed_at or now
    facts |= {"by": by, "approved_by": approved_by, "reason": reason, "imported_at": imported_at}
    return Publication.objects.create(number=version.number, recorded_at=recorded_at, **facts)
