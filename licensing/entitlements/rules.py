"""What a licence is worth at an instant. Pure: no Django, no clock, no database.

A licence's rows never say "active": its status is computed, in this order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.periods import Period

TICK = timedelta(microseconds=1)


class LicenceStatus(StrEnum):
    SCHEDULED = "scheduled"
    REVOKED = "revoked"
    ENDED = "ended"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ACTIVE = "active"


RUNNING = (LicenceStatus.SCHEDULED, LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED)  # not over and not ended
OVER = tuple(one for one in LicenceStatus if one not in RUNNING)


class EndKind(StrEnum):
    SURRENDERED = "surrendered"
    TERMINATED = "terminated"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class End:
    """``at`` is the instant from which nothing holds any more."""

    kind: EndKind
    at: datetime


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """What decides: the term, the suspensions of all of it, and its early end, if any."""

    term: Period
    suspensions: tuple[Period, ...] = ()
    end: End | None = None


def status(facts: LicenceFacts, *, at: datetime) -> LicenceStatus:
    """Return the status at ``at``. An end before the start makes it revoked or ended from the end on, whatever the term says."""
    if facts.end is not None and facts.end.at <= at:
        return LicenceStatus.REVOKED if facts.end.kind is EndKind.REVOKED else LicenceStatus.ENDED
    if at < facts.term.valid_from:
        return LicenceStatus.SCHEDULED
    if at not in facts.term:
        return LicenceStatus.EXPIRED
    if any(at in period for period in facts.suspensions):
        return LicenceStatus.SUSPENDED
    return LicenceStatus.ACTIVE


def until(facts: LicenceFacts) -> datetime:
    """Return the instant from which nothing holds: that of an early end, else the term's. One that came before the term leaves the term."""
    assert facts.term.valid_to is not None
    if facts.end is not None and not never_begins(facts):
        return min(facts.end.at, facts.term.valid_to)
    return facts.term.valid_to


def never_begins(facts: LicenceFacts) -> bool:
    """Say whether it ends before its term begins."""
    return facts.end is not None and facts.end.at <= facts.term.valid_from


def notice_given(facts: LicenceFacts, *, at: datetime) -> bool:
    """Say whether an early end is decided that has not come at ``at``."""
    return facts.end is not None and at < facts.end.at


def after_last_day(day: date, facts: LicenceFacts, *, zone: ZoneInfo, at: datetime) -> datetime:
    """Return the instant at which a licence ends by notice whose last day in its zone is ``day``: 24:00 of it.

    :raises NotAllowed: ``day_past``: that day is over at ``at``; ``day_after_term``: its term ends on an earlier day.
    """
    assert facts.term.valid_to is not None
    if day < at.astimezone(zone).date():
        raise NotAllowed("day_past")
    if day > (facts.term.valid_to - TICK).astimezone(zone).date():
        raise NotAllowed("day_after_term")
    return min(_midnight(day + timedelta(days=1), zone), facts.term.valid_to)


class Public(StrEnum):
    """What the public is told; surrendered and terminated are told as expired, "not valid since"."""

    VALID = "valid"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


PUBLIC: dict[LicenceStatus, Public] = {
    LicenceStatus.ACTIVE: Public.VALID,
    LicenceStatus.SCHEDULED: Public.SCHEDULED,
    LicenceStatus.EXPIRED: Public.EXPIRED,
    LicenceStatus.ENDED: Public.EXPIRED,
    LicenceStatus.SUSPENDED: Public.SUSPENDED,
    LicenceStatus.REVOKED: Public.REVOKED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``code`` is "granted" or the first reason why not: no_licence, scheduled, revoked, ended, expired, suspended, role, embargo.

    ``facts`` are ready for a sentence: instants, the missing role, the licence number.
    """

    code: str
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def granted(self) -> bool:
        return self.code == "granted"

    def fact(self, name: str) -> Any:
        return dict(self.facts).get(name)


# The best news first: of several licences for a right, the one that says most decides what the reader is told.
_RANK = {code: rank for rank, code in enumerate(["granted", "suspended", "scheduled", "expired", "ended", "revoked", "no_licence"])}


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most favourable of the verdicts; ``no_licence`` if there is none."""
    return min(verdicts, key=lambda verdict: _RANK[verdict.code], default=Verdict("no_licence"))


def term(
    effective_at: datetime, *, zone: ZoneInfo, years: int | None, rights_until: datetime | None, starts_on: date | None
) -> Period | None:
    """Return the term of a licence whose last condition was met at ``effective_at``; None if it would be over before it begins.

    It begins then, or at 00:00 of ``starts_on`` if that is later. It ends at 24:00 in ``zone`` of its last day: of ``rights_until`` (an
    exclusive end, read in UTC) for an edition, else the day before the first day comes round again after ``years``; 29 February has its
    anniversary on 1 March.
    """
    valid_from = effective_at
    if starts_on is not None:
        valid_from = max(effective_at, _midnight(starts_on, zone))
    if rights_until is not None:
        after = (rights_until - TICK).astimezone(UTC).date() + timedelta(days=1)
    else:
        assert years is not None
        after = _anniversary(valid_from.astimezone(zone).date(), years)
    valid_to = _midnight(after, zone)
    return Period(valid_from, valid_to) if valid_from < valid_to else None


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


REMINDERS = (90, 30, 0)  # days before the last day of a licence, that of an early end too
MORNING = time(9)  # in the licence's zone: nobody is written to at night
TOO_LATE = timedelta(days=30)  # after the end: a reminder that was held up for longer says nothing new
RENEWING = timedelta(days=91)  # before and after the end: open when the first reminder comes; later one applies anew


def reminder_due(valid_to: datetime, *, zone: ZoneInfo, known_since: datetime, at: datetime) -> int | None:
    """Return how many days before the last day the reminder is meant for that is due at ``at``; None if there is none.

    The latest one counts: what a worker that stood still has missed is not sent in a row. None falls due before ``known_since``, when the
    licence was made or its early end was decided: a short one is not greeted with its end. None is meant for after the end either.
    """
    last_day = (valid_to - TICK).astimezone(zone).date()
    mornings = {days: datetime.combine(last_day - timedelta(days=days), MORNING, tzinfo=zone) for days in REMINDERS}
    reached = [days for days, morning in mornings.items() if known_since <= morning <= at and morning < valid_to]
    return min(reached) if reached and at < valid_to + TOO_LATE else None


def may_renew(facts: LicenceFacts, *, at: datetime) -> bool:
    """Say whether a licence can be renewed at ``at``: its end is near or not long ago, and it was not ended early."""
    return facts.end is None and facts.term.valid_to is not None and abs(at - facts.term.valid_to) <= RENEWING


class Condition(StrEnum):
    """What a licence waits for after the terms are accepted; it starts with the last of them."""

    SIGNATURES = "signatures"
    PAYMENT = "payment"
    EVIDENCE = "evidence"


def last_met(met: Mapping[Condition, datetime]) -> Condition:
    """Return which condition came last; of several at the same instant the one further down the list."""
    order = list(Condition)
    return max(met, key=lambda condition: (met[condition], order.index(condition)))


class NotAllowed(Exception):
    """``code`` is stable and translatable: the ones of ``check_move``, no_reason, same_person, already_requested, not_requested,
    asker_gone, own_organisation, other_organisation, not_renewable; renewal_offered and renewal_agreed beside a renewal; day_past and
    day_after_term of a last day."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


# What one member of staff asks for and another confirms, with the ends it may make, the usual one first.
# ``recall`` takes back a notice: an early end that has not come yet.
GRAVE: dict[str, tuple[EndKind, ...]] = {
    "suspend": (), "end": (EndKind.TERMINATED, EndKind.SURRENDERED), "recall": (), "revoke": (EndKind.REVOKED,),
}  # fmt: skip
# The commands of the history that ask for it, and those after which nobody asks any more.
ASKS = {f"{command}_request": command for command in GRAVE}
SETTLES = (*(f"{command}_{how}" for command in GRAVE for how in ("withdraw", "set_aside")), *GRAVE)
# What does not wait until somebody has confirmed or taken back another request: asking for it sets these aside.
SETS_ASIDE: dict[str, frozenset[str]] = {"revoke": frozenset(GRAVE) - {"revoke"}}

# Which moves a licence allows by its status; a scheduled one can be stopped before it begins.
MAY_MOVE: dict[str, frozenset[LicenceStatus]] = {
    "suspend": frozenset({LicenceStatus.SCHEDULED, LicenceStatus.ACTIVE}),
    "reinstate": frozenset(RUNNING),
    "revoke": frozenset(RUNNING),
    "end": frozenset(RUNNING),
    "recall": frozenset(RUNNING),
}


def may_ask(command: str, *, waiting: str | None) -> bool:
    """Say whether a command may be asked for while ``waiting`` waits for a second person: one request at a time, but the gravest comes first."""
    return waiting is None or waiting in SETS_ASIDE.get(command, ())


def check_move(command: str, facts: LicenceFacts, *, at: datetime) -> None:
    """Refuse a move that the licence's state does not allow. One that is to end by notice allows everything but a second end until then.

    :raises NotAllowed: ``already_ended`` once an end has come, or one is asked for beside another; ``no_notice`` where none is to be taken
        back; ``over`` after the term, ``already_suspended``, ``not_suspended``.
    """
    open_suspension = any(period.valid_to is None for period in facts.suspensions)
    ahead = notice_given(facts, at=at)
    if facts.end is not None and (not ahead or command == "end"):
        raise NotAllowed("already_ended", kind=facts.end.kind.value)
    if command == "recall" and not ahead:
        raise NotAllowed("no_notice")
    if command == "suspend" and open_suspension:
        raise NotAllowed("already_suspended")
    if command == "reinstate" and not open_suspension:
        raise NotAllowed("not_suspended")
    if status(facts, at=at) not in MAY_MOVE[command]:
        raise NotAllowed("over")


def allows(command: str, facts: LicenceFacts, *, at: datetime) -> bool:
    """Say whether the licence's state allows a move."""
    try:
        check_move(command, facts, at=at)
    except NotAllowed:
        return False
    return True
