"""What an offer shows, to its applicant and to staff alike: the sum with its computation, and the terms."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from i18n import formats
from i18n.interface import SOURCE, own, sentence
from i18n.places.models import Place, PlaceTier
from i18n.places.queries import name_in
from licensing.fees.rules import Priced
from licensing.fees.words import UNITS
from licensing.history.models import Event
from licensing.terms.models import Quote, TermsOffer, Waiver
from licensing.terms.rules import waived
from licensing.web.timeline import Line, timeline


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    label: str
    quantity: int
    price_minor: int
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class PriceShown:
    """A sum with all it rests on. ``place`` is where the income group is taken from; ``listed`` what the list says where a renewal keeps another."""

    currency: str
    lines: list[PriceLine]
    gross_minor: int
    waived_minor: int
    percent: int
    tier: str
    list_date: date
    place: str
    schedule: str
    by_hand: str = ""
    listed: str = ""

    @property
    def total_minor(self) -> int:
        return self.gross_minor - self.waived_minor


def price_of(quote: Quote, waiver: Waiver | None) -> PriceShown:
    """Return a frozen quote as it is shown."""
    lines = [
        PriceLine(label=str(UNITS[line["unit"]]), **{key: line[key] for key in ("quantity", "price_minor", "amount_minor")})
        for line in quote.lines
    ]
    return PriceShown(
        currency=quote.currency,
        lines=lines,
        gross_minor=quote.gross_minor,
        waived_minor=quote.waived_minor,
        percent=waiver.percent if waiver and quote.waived_minor else 0,
        schedule=quote.schedule,
        by_hand=quote.tier_reason,
        **_tier(quote.tier, quote.tier_list_date, quote.tier_place, quote.tier_listed),
    )


def preview_of(priced: Priced, waiver: Waiver | None, *, by_hand: str = "") -> PriceShown:
    """Return what a draft would be issued with today; a waiver counts once it is approved."""
    percent = waiver.percent if waiver and waiver.state == Waiver.State.APPROVED else 0
    lines = [
        PriceLine(label=str(UNITS[line.unit]), quantity=line.quantity, price_minor=line.price_minor, amount_minor=line.amount_minor)
        for line in priced.lines
    ]
    return PriceShown(
        currency=priced.currency,
        lines=lines,
        gross_minor=priced.gross_minor,
        waived_minor=waived(priced.gross_minor, percent),
        percent=percent,
        schedule=priced.schedule,
        by_hand=by_hand,
        **_tier(priced.tier, priced.tier_list_date, priced.tier_place, priced.listed or ""),
    )


def _tier(tier: str, list_date: date, place_code: str, listed: str) -> dict[str, Any]:
    place = Place.objects.filter(code=place_code).first()
    return {
        "tier": str(PlaceTier.Tier(tier).label),
        "list_date": list_date,
        "place": name_in(place, get_language() or SOURCE) if place else place_code,
        "listed": str(PlaceTier.Tier(listed).label) if listed else "",
    }


def term_sentence(terms: TermsOffer) -> str:
    """Return how long the licence would run, in words that need no effective date."""
    edition, years = terms.application.edition, terms.application.offering.term_years
    language = get_language() or "en"
    city = own(formats.city(terms.zone, language), language)
    if edition is not None:
        until = own(formats.until_day(edition.rights_until, terms.zone, language), language)
        return sentence(gettext("Edition %(edition)s; rights end on %(until)s."), edition=edition.label, until=until)
    words = ngettext(
        "%(years)s year from the effective date, until 24:00 of the last day in %(city)s.",
        "%(years)s years from the effective date, until 24:00 of the last day in %(city)s.",
        years or 0,
    )
    return sentence(words, years=years or 0, city=city)


def terms_shown(terms: TermsOffer) -> dict[str, Any]:
    """Return the terms beside the price, ready to print."""
    rights = [right for right in terms.application.offering.rights.all() if right.code in terms.rights]
    return {
        "places": terms.places.order_by("code"),
        "rights": rights,
        "term": term_sentence(terms),
        "starts_on": terms.starts_on,
        "zone": terms.zone,
        "special_terms": terms.special_terms,
    }


def history(terms: TermsOffer, events: Iterable[Event]) -> list[Line]:
    """Return what happened to an offer, newest first; a tick names its paper."""
    papers = {row.code: row.name for row in terms.application.offering.evidence.all()}
    return [_named(event, line, papers) for event in events for line in timeline([event])][::-1]


def _named(event: Event, line: Line, papers: dict[str, str]) -> Line:
    name = papers.get(event.payload.get("requirement", ""), "")
    return replace(line, note=": ".join(filter(None, (name, line.note)))) if name else line
