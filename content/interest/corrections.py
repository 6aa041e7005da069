"""Who was told what does not hold any more: what was known when their letter was written, beside what is held for true now."""

from collections.abc import Iterable
from datetime import datetime

from content.interest.models import Interest
from content.interest.queries import stated
from content.interest.rules import Outlook, corrected


def due(told: Iterable[Interest], *, at: datetime, known_at: datetime) -> dict[int, Outlook]:
    """Return by interest what holds at ``at`` in place of what its letter said, of those that are to be corrected.

    Two statements for each programme and each knowledge that letters rest on. The places of ``told`` are read with them.

    A list that is loaded later and was recorded, as it says of itself, before a letter counts as known when the letter was written: what it
    changes is history that somebody enters, and is told to nobody.
    """
    groups: dict[tuple[int, datetime], list[Interest]] = {}
    for one in told:
        if one.known_at is not None and one.known_at < known_at:
            groups.setdefault((one.programme_id, one.known_at), []).append(one)
    found: dict[int, Outlook] = {}
    for (programme_id, written), some in groups.items():
        known, held = (stated(programme_id, [one.place for one in some], known_at=instant) for instant in (written, known_at))
        for one in some:
            if one.told_at and (holds := corrected(known[one.place_id], held[one.place_id], told_at=one.told_at, at=at)):
                found[one.pk] = holds
    return found
