"""Fee waivers: somebody asks, somebody else decides, before the offer is accepted."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from licensing.history.actions import Actor
from licensing.history.models import Event
from licensing.terms.models import TermsOffer, Waiver
from licensing.terms.moves import add_note, locked, not_theirs, side
from licensing.terms.quotes import same_prices
from licensing.terms.rules import PERCENTS, NotAllowed, State, next_state, over
from portal.core.second_person import SamePerson, refuse_same


@transaction.atomic
def request_waiver(
    terms_id: int, *, percent: int, ground: str = Waiver.Ground.REQUESTED, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Waiver:
    """Ask for a reduction of the fee; somebody else decides. Until then the offer cannot be accepted.

    :raises NotAllowed: wrong_side, wrong_state, already_accepted, offer_over, unknown_percent, no_reason, waiver_there. :raises Stale.
    """
    terms = locked(terms_id)
    next_state(State(terms.state), "waiver_request", side=side(terms, by))
    if over(terms.valid_until, at=now):
        raise NotAllowed("offer_over", ended_at=terms.valid_until)
    if percent not in PERCENTS:
        raise NotAllowed("unknown_percent", percents=list(PERCENTS))
    if not reason.strip():
        raise NotAllowed("no_reason")
    if terms.waivers.exclude(state=Waiver.State.REFUSED).exists():
        raise NotAllowed("waiver_there")
    waiver = Waiver.objects.create(
        terms=terms, percent=percent, ground=ground, reason=reason.strip(), requested_by_id=by.person_id, requested_at=now
    )
    payload = {"waiver": waiver.pk, "percent": percent, "ground": str(ground)}
    add_note(terms, "waiver_request", by=by, now=now, seen=seen, reason=waiver.reason, payload=payload)
    return waiver


@transaction.atomic
def decide_waiver(
    waiver_id: int, *, approve: bool, by: Actor, now: datetime, reason: str = "", expires_on: date | None = None
) -> TermsOffer:
    """Approve or refuse a waiver; on an issued offer an approved one makes a new quote on the same prices.

    Who requested it, issued the offer or edited the terms after the request never decides.
    :raises NotAllowed: same_person, own_organisation, already_decided, already_accepted, wrong_state, no_reason (to refuse needs one).
    """
    waiver = Waiver.objects.get(pk=waiver_id)
    terms = locked(waiver.terms_id)
    waiver.refresh_from_db()
    command = "waiver_approve" if approve else "waiver_refuse"
    acting = side(terms, by)
    if waiver.state != Waiver.State.REQUESTED:
        raise NotAllowed("already_decided", state=waiver.state)
    next_state(State(terms.state), command, side=acting)
    not_theirs(terms, by)
    try:
        refuse_same("waiver.decide", by=by.user_id, authors=authors(terms, waiver))
    except SamePerson:
        raise NotAllowed("same_person")
    if not approve and not reason.strip():
        raise NotAllowed("no_reason")
    waiver.state = Waiver.State.APPROVED if approve else Waiver.State.REFUSED
    waiver.decided_by_id, waiver.decided_at, waiver.decision_reason, waiver.expires_on = by.user_id, now, reason.strip(), expires_on
    waiver.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "expires_on"])
    payload: dict[str, Any] = {"waiver": waiver.pk, "percent": waiver.percent}
    if approve and terms.state == State.ISSUED:
        payload["quote"] = same_prices(terms, now=now).pk
    add_note(terms, command, by=by, now=now, reason=waiver.decision_reason, payload=payload)
    return terms


def authors(terms: TermsOffer, waiver: Waiver) -> list[int | None]:
    """Return who never decides it: whoever asked for it, who issued the offer that stands, and whoever changed the terms after the request."""
    moves = Event.objects.of(terms)
    edits = moves.filter(command="edit", recorded_at__gte=waiver.requested_at)
    issued = moves.filter(command="issue").order_by("-pk")[: terms.state == State.ISSUED]
    return [waiver.requested_by_id, *edits.values_list("actor_id", flat=True), *issued.values_list("actor_id", flat=True)]
