"""Questions about licences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from licensing.entitlements.models import Entitlement, Licence
from licensing.entitlements.rules import ASKS, GRAVE, RUNNING, SETTLES, Condition, LicenceFacts, LicenceStatus, status
from licensing.history.models import Event
from licensing.organisations.models import Membership
from portal.accounts.models import User
from portal.core.periods import Period

if TYPE_CHECKING:
    from licensing.agreements.models import Agreement
    from licensing.terms.models import TermsOffer


def conditions(terms: "TermsOffer", agreement: "Agreement | None") -> dict[Condition, datetime | None]:
    """Return when each condition of the licence was met; None = not yet. Without required papers evidence is met from the start."""
    return {
        Condition.SIGNATURES: agreement.executed_at if agreement else None,
        Condition.PAYMENT: _payment(terms),
        Condition.EVIDENCE: _evidence(terms),
    }


def _payment(terms: "TermsOffer") -> datetime | None:
    """Return since when the invoice is covered: settled, and not taken back since, or covered again."""
    invoice = terms.invoices.filter(kind="invoice", cancelled_by=None, settlement__isnull=False).select_related("settlement").first()
    if invoice is None or invoice.arrears.filter(ended_at=None).exists():
        return None
    again = invoice.arrears.aggregate(last=Max("ended_at"))["last"]
    return max(invoice.settlement.settled_at, again or invoice.settlement.settled_at)


def _evidence(terms: "TermsOffer") -> datetime | None:
    required = set(terms.application.offering.evidence.values_list("pk", flat=True))
    ticked = dict(terms.evidence.filter(withdrawn_at=None).values_list("requirement_id", "ticked_at"))
    if required - ticked.keys():
        return None
    return max(ticked.values(), default=terms.accepted_at)


@dataclass(frozen=True, slots=True)
class RightNow:
    """What one right of a licence is worth at an instant."""

    entitlement: Entitlement
    status: LicenceStatus


def rights_now(licence: Licence, *, at: datetime) -> list[RightNow]:
    """Return every right of the licence with its status at ``at``, in the offering's order."""
    facts = licence.facts()
    rows = licence.entitlements.select_related("right").order_by("right__position", "right__code")
    return [RightNow(row, status(LicenceFacts(Period(row.valid_from, row.valid_to), facts.suspensions, facts.end), at=at)) for row in rows]


def asked(licence: Licence) -> Event | None:
    """Return the request to suspend, end, revoke or take a notice back that waits for a second person, if there is one."""
    last = Event.objects.of(licence).filter(command__in=[*ASKS, *SETTLES]).order_by("-seq").select_related("actor").first()
    return last if last is not None and last.command in ASKS else None


def asked_until(asked: Event) -> datetime | None:
    """Return until when the licence still holds by a request to end it; None = until it is confirmed."""
    at = asked.payload.get("at")
    return datetime.fromisoformat(at) if at else None


def waiting(*, at: datetime, commands: Iterable[str] = GRAVE, but_not_of: int | None = None) -> QuerySet[Licence]:
    """Return the running licences about which one of these waits for a second person.

    ``but_not_of`` leaves out what this person cannot confirm: what they asked for, what is about an organisation of theirs, and what can only
    be taken back, since who asked has gone or belongs to the licensee by now.
    """
    rows = Event.objects.filter(subject_kind="licence", subject_id=OuterRef("pk"), command__in=[*ASKS, *SETTLES]).order_by("-seq")
    last = {"asked_for": Subquery(rows.values("command")[:1]), "asked_by": Subquery(rows.values("actor")[:1])}
    found = Licence.objects.in_status(*RUNNING, at=at).annotate(**last)
    found = found.filter(asked_for__in=[f"{command}_request" for command in commands])
    if but_not_of is None:
        return found
    inside = Membership.objects.filter(organisation=OuterRef("organisation"), ended_at=None)
    theirs = Exists(inside.filter(user=but_not_of)) | Exists(inside.filter(user=OuterRef("asked_by")))
    stands = Exists(User.objects.filter(pk=OuterRef("asked_by"), is_active=True))
    return found.filter(stands).exclude(asked_by=but_not_of).exclude(theirs)
