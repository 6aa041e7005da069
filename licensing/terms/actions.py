"""What is done with a terms offer. Each action is one transaction: lock, decide, write, record.

Who acts for an organisation is an applicant, who acts for none is staff: the doors have asked their rights before.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.terms.drafting import Draft, begin_on, draft, edit, places_asked, redraft, renewing, supersede
from licensing.terms.evidence import missing_evidence, tick_evidence, withdraw_evidence
from licensing.terms.models import TermsOffer
from licensing.terms.moves import locked, not_theirs, side
from licensing.terms.quotes import check_waiver, freeze
from licensing.terms.rules import VALID, NotAllowed, State, needs_order, next_state, over
from licensing.terms.waivers import authors, decide_waiver, request_waiver

if TYPE_CHECKING:
    from licensing.fees.rules import Priced

__all__ = [
    "Draft",
    "NotAllowed",
    "accept",
    "authors",
    "begin_on",
    "decide_waiver",
    "decline",
    "draft",
    "edit",
    "issue",
    "locked",
    "missing_evidence",
    "places_asked",
    "redraft",
    "renewing",
    "request_waiver",
    "supersede",
    "tick_evidence",
    "withdraw_evidence",
]


@transaction.atomic
def issue(terms: TermsOffer, *, quote: "Priced", by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Freeze the quote and send the offer, which stands for 60 days.

    :raises NotAllowed: wrong_state, waiver_pending, waiver_over, own_organisation. :raises Stale: it changed since ``seen``.
    """
    terms = locked(terms.pk)
    target = next_state(State(terms.state), "issue", side=side(terms, by))
    not_theirs(terms, by)
    check_waiver(terms, on=now.date())
    frozen = freeze(terms, quote, on=now.date(), now=now)
    before, terms.state = terms.state, target
    terms.currency, terms.issued_at, terms.valid_until = frozen.currency, now, now + VALID
    terms.save(update_fields=["state", "currency", "issued_at", "valid_until"])
    payload = {"quote": frozen.pk, "total_minor": frozen.total_minor, "currency": frozen.currency, "schedule": frozen.schedule}
    record(terms, "issue", by=by, now=now, from_state=before, to_state=target, seen=seen, payload=payload)
    return terms


@transaction.atomic
def accept(terms_id: int, *, by: Actor, now: datetime, purchase_order: str = "", seen: int | None = None) -> TermsOffer:
    """Accept an issued offer, for the applicant.

    :raises NotAllowed: wrong_side, wrong_state, offer_over, waiver_pending, waiver_over, no_purchase_order.
    :raises Stale: it changed since ``seen``.
    """
    terms = locked(terms_id)
    target = next_state(State(terms.state), "accept", side=side(terms, by))
    if over(terms.valid_until, at=now):
        raise NotAllowed("offer_over", ended_at=terms.valid_until)
    check_waiver(terms, on=now.date())
    quote = terms.quote
    if needs_order(terms.application.last_answers, total_minor=quote.total_minor) and not purchase_order.strip():
        raise NotAllowed("no_purchase_order")
    terms.state, terms.accepted_at, terms.accepted_by_id = target, now, by.user_id
    terms.purchase_order = purchase_order.strip()[:60]
    terms.save(update_fields=["state", "accepted_at", "accepted_by", "purchase_order"])
    payload = {"quote": quote.pk, "total_minor": quote.total_minor, "currency": quote.currency, "purchase_order": terms.purchase_order}
    record(terms, "accept", by=by, now=now, from_state=State.ISSUED, to_state=target, seen=seen, payload=payload)
    return terms


@transaction.atomic
def decline(terms_id: int, *, by: Actor, now: datetime, reason: str, seen: int | None = None) -> TermsOffer:
    """Decline an issued offer, for the applicant, with a reason.

    :raises NotAllowed: wrong_side, wrong_state, no_reason. :raises Stale: it changed since ``seen``.
    """
    terms = locked(terms_id)
    target = next_state(State(terms.state), "decline", side=side(terms, by))
    if not reason.strip():
        raise NotAllowed("no_reason")
    terms.state = target
    terms.save(update_fields=["state"])
    record(terms, "decline", by=by, now=now, from_state=State.ISSUED, to_state=target, seen=seen, reason=reason.strip())
    return terms
