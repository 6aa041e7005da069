"""Who was told what does not hold any more: what was known when their letter was written, beside what is held for true now."""

from collections.abc import Collection, Iterable
from datetime import datetime

from content.availability.queries import spans
from content.availability.rules import Source
from content.interest.models import Interest
from content.interest.rules import Outlook, Stated, corrected


def due(told: Iterable[Interest], *, at: datetime, known_at: datetime) -> dict[int, Outlook]:
    """Return by interest what holds at ``at`` in place of what its letter said, of those that are to be corrected.

    Two statements for each programme and each knowledge that letters rest on. The places of ``told`` are read with them.
    """
    groups: dict[tuple[int, datetime], list[Interest]] = {}
    for one in told:
        if one.known_at is not None and one.known_at < known_at:
            groups.setdefault((one.programme_id, one.known_at), []).append(one)
    found: dict[int, Outlook] = {}
    for (programme_id, written), some in groups.items():
        places = {place for one in some for place in (one.place_id, one.place.parent_id) if place is not None}
        known, held = (_by_place(programme_id, places, known_at=instant) for instant in (written, known_at))
        for one in some:
            if one.told_at and (holds := corrected(_stated(one, known), _stated(one, held), told_at=one.told_at, at=at)):
                found[one.pk] = holds
    return found


def _by_place(programme_id: int, places: Collection[int], *, known_at: datetime) -> dict[int, list[Source]]:
    by_place: dict[int, list[Source]] = {}
    for source in spans(programme_id=programme_id, places=places, known_at=known_at).get(programme_id, []):
        by_place.setdefault(source.place, []).append(source)
    return by_place


def _stated(interest: Interest, by_place: dict[int, list[Source]]) -> Stated:
    whole = by_place.get(interest.place.parent_id, ()) if interest.place.parent_id else ()
    return Stated(by_place.get(interest.place_id, ()), whole)
