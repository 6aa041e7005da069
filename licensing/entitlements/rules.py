"""What a licence is worth at an instant. Pure: no Django, no clock, no database.

A licence's rows never say "active": its status is computed, in this order (states.md SM4, rulings 10).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.core.periods import Period


class LicenceStatus(StrEnum):
    SCHEDULED = "scheduled"
    REVOKED = "revoked"
    ENDED = "ended"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ACTIVE = "active"


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


class Public(StrEnum):
    """What the public is told (rulings 18); surrendered and terminated are told as expired, "not valid since"."""

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

    def fact(self, name: str) -> object:
        return dict(self.facts).get(name)


# The best news first: of several licences for a right, the one that says most decides what the reader is told.
_RANK = {
    code: rank
    for rank, code in enumerate(["granted", "suspended", "scheduled", "expired", "ended", "revoked", "no_licence"])
}


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most favourable of the verdicts; ``no_licence`` if there is none."""
    return min(verdicts, key=lambda verdict: _RANK[verdict.code], default=Verdict("no_licence"))
