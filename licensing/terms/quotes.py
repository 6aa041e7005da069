"""The fee part of an offer: frozen once, and again on the same prices when a waiver is approved."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from licensing.terms.models import Quote, TermsOffer, Waiver
from licensing.terms.rules import NotAllowed, waived

if TYPE_CHECKING:
    from licensing.fees.rules import Priced


def waiver_in(terms: TermsOffer, state: str) -> Waiver | None:
    return terms.waivers.filter(state=state).first()


def check_waiver(terms: TermsOffer, *, on: date) -> None:
    """Refuse to go on while a waiver waits, or on one that has run out."""
    if waiver_in(terms, Waiver.State.REQUESTED):
        raise NotAllowed("waiver_pending")
    approved = waiver_in(terms, Waiver.State.APPROVED)
    if approved and approved.expires_on and on > approved.expires_on:
        raise NotAllowed("waiver_over", expires_on=approved.expires_on)


def freeze(terms: TermsOffer, quote: "Priced", *, on: date, now: datetime) -> Quote:
    shown = ("unit", "label", "quantity", "price_minor", "amount_minor")
    lines = [{key: getattr(line, key) for key in shown} for line in quote.lines]
    return _add(
        terms,
        schedule=quote.schedule,
        on=on,
        tier=str(quote.tier),
        tier_list_date=quote.tier_list_date,
        tier_place=quote.tier_place,
        tier_listed=str(quote.listed or ""),
        tier_reason=terms.tier_reason if terms.tier_override else "",
        currency=quote.currency,
        lines=lines,
        gross_minor=quote.gross_minor,
        created_at=now,
    )


def _add(terms: TermsOffer, *, gross_minor: int, **facts: Any) -> Quote:
    """Add a quote; an approved waiver is taken off its sum."""
    approved = waiver_in(terms, Waiver.State.APPROVED)
    off = waived(gross_minor, approved.percent) if approved else 0
    return Quote.objects.create(terms=terms, gross_minor=gross_minor, waived_minor=off, total_minor=gross_minor - off, **facts)


def same_prices(terms: TermsOffer, *, now: datetime) -> Quote:
    last = terms.quote
    kept = ("schedule", "on", "tier", "tier_list_date", "tier_place", "tier_listed", "tier_reason", "currency", "lines", "gross_minor")
    return _add(terms, created_at=now, **{field: getattr(last, field) for field in kept})
