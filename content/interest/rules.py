"""How long an interest stands, and what may still be done with it. Pure: no Django, no clock, no database."""

from datetime import datetime, timedelta
from enum import StrEnum

CONFIRM_WITHIN = timedelta(days=3)  # nobody confirmed the address: everything is deleted
KEPT_WAITING = timedelta(days=730)  # confirmed, and nothing opened: whoever still wants to know says so again
KEPT_TOLD = timedelta(days=30)  # told: long enough to ask about the letter


class State(StrEnum):
    """PENDING: the address is not confirmed; WAITING: told once the programme opens; TOLD; OVER: to be deleted, and nothing works any more."""

    PENDING = "pending"
    WAITING = "waiting"
    TOLD = "told"
    OVER = "over"


def state(*, created_at: datetime, confirmed_at: datetime | None, told_at: datetime | None, at: datetime) -> State:
    """Return what an interest is at an instant; its end is exclusive, like every end."""
    if at >= ends_at(created_at=created_at, confirmed_at=confirmed_at, told_at=told_at):
        return State.OVER
    if confirmed_at is None:
        return State.PENDING
    return State.WAITING if told_at is None else State.TOLD


def ends_at(*, created_at: datetime, confirmed_at: datetime | None, told_at: datetime | None) -> datetime:
    """Return when everything about it is deleted, unless something happens before."""
    if confirmed_at is None:
        return created_at + CONFIRM_WITHIN
    return confirmed_at + KEPT_WAITING if told_at is None else told_at + KEPT_TOLD
