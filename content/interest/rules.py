"""How long an interest stands, what may still be done with it, and when a letter about it has to be corrected. Pure: no Django, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from content.availability.rules import OFFERED, Source, deciding, edges

CONFIRM_WITHIN = timedelta(days=3)  # nobody confirmed the address: everything is deleted
KEPT_WAITING = timedelta(days=730)  # confirmed, and nothing opened: whoever still wants to know says so again
KEPT_TOLD = timedelta(days=30)  # after the last letter and the day it names: long enough to ask about it, and to be told what is corrected


class State(StrEnum):
    """PENDING: the address is not confirmed; WAITING: told once the programme opens; TOLD; OVER: to be deleted, and nothing works any more."""

    PENDING = "pending"
    WAITING = "waiting"
    TOLD = "told"
    OVER = "over"


def state(
    *, created_at: datetime, confirmed_at: datetime | None, told_at: datetime | None, opens_at: datetime | None, at: datetime
) -> State:
    """Return what an interest is at an instant; its end is exclusive, like every end."""
    if at >= ends_at(created_at=created_at, confirmed_at=confirmed_at, told_at=told_at, opens_at=opens_at):
        return State.OVER
    if confirmed_at is None:
        return State.PENDING
    return State.WAITING if told_at is None else State.TOLD


def ends_at(*, created_at: datetime, confirmed_at: datetime | None, told_at: datetime | None, opens_at: datetime | None) -> datetime:
    """Return when everything about it is deleted, unless something happens before. ``opens_at``: what the last letter says of a later day."""
    if confirmed_at is None:
        return created_at + CONFIRM_WITHIN
    return confirmed_at + KEPT_WAITING if told_at is None else max(told_at, opens_at or told_at) + KEPT_TOLD


class Standing(StrEnum):
    """OPEN: the programme is offered there; LATER: it opens at an instant that is stated; CLOSED: neither."""

    OPEN = "open"
    LATER = "later"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody is told of a programme in a place; ``opens_at`` only where it is LATER."""

    standing: Standing
    opens_at: datetime | None = None


OPEN, CLOSED = Outlook(Standing.OPEN), Outlook(Standing.CLOSED)


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated, as known at some instant, of a place and of the place it belongs to, which counts where it has no answer of its own."""

    own: Collection[Source]
    whole: Collection[Source] = ()

    def outlook(self, at: datetime) -> Outlook:
        """Return what somebody is told at ``at``."""
        if self._offered(at):
            return OPEN
        opens = (edge for edge in sorted({*edges(self.own), *edges(self.whole)}) if edge > at and self._offered(edge))
        opens_at = next(opens, None)
        return CLOSED if opens_at is None else Outlook(Standing.LATER, opens_at)

    def _offered(self, at: datetime) -> bool:
        source = deciding(self.own, at) or deciding(self.whole, at)
        return source is not None and source.status in OFFERED


def corrected(known: Stated, held: Stated, *, told_at: datetime, at: datetime) -> Outlook | None:
    """Return what holds at ``at`` in place of what a letter of ``told_at`` said; None: nothing has to be corrected.

    ``known`` is what was known when the letter was written, ``held`` what is held for true now. What ends, or opens, as was known when
    the letter was written is no correction: time passed, nobody changed anything.
    """
    said = known.outlook(told_at)
    if said.opens_at is not None and said.opens_at <= at:
        said = OPEN
    holds = held.outlook(at)
    return holds if said == known.outlook(at) != holds else None
