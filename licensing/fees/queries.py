"""Fees of a day, a place and an offering: the offer of an application and the public estimate by the same computation."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from i18n.places import queries as places_queries
from i18n.places.models import Area
from licensing.fees.models import FeeSchedule
from licensing.fees.rules import (
    DEFAULT_CURRENCY,
    EURO_NEIGHBOURS,
    LIST_YEARS,
    RIDER,
    NotPriced,
    PlacedTier,
    Priced,
    PriceList,
    Tier,
    Wanted,
    attendees_charged,
    currency_of,
    highest,
    kept_on_renewal,
    price,
)
from licensing.offerings.models import LicenceOffering

if TYPE_CHECKING:
    from licensing.applications.models import Application
    from licensing.entitlements.models import Licence
    from licensing.terms.models import TermsOffer

PRICED_TIERS = {tier.value for tier in Tier}


def price_list(*, on: date) -> PriceList:
    """Return the schedule of a day.

    :raises NotPriced: ``no_schedule``.
    """
    schedule = FeeSchedule.objects.in_force(on).first()
    if schedule is None:
        raise NotPriced("no_schedule", on=on.isoformat())
    rows = schedule.lines.values_list("offering", "unit", "currency", "tier", "amount_minor")
    return PriceList(schedule.code, {(offering, unit, currency, tier): amount for offering, unit, currency, tier, amount in rows})


def tier_for(places: Iterable[Area], *, on: date, renewed: Collection[int] = ()) -> PlacedTier:
    """Return the income group a licence for these places is priced by: the dearest among them.

    ``renewed`` are the ids of places the licensee holds by the licence this one renews: each keeps a lower group it held long enough.
    :raises NotPriced: ``no_tier``: a place (``places``) has none, or is listed as not classified.
    """
    found, lacking = [], []
    for place in places:
        tier = places_queries.tier_of(place.pk, on=on)
        if tier is None or tier.tier not in PRICED_TIERS:
            lacking.append(place.code)
        else:
            placed = PlacedTier(Tier(tier.tier), tier.list_date, tier.place_code)
            found.append(kept_on_renewal(placed, _held(tier.place_id, on=on)) if place.pk in renewed else placed)
    if lacking or not found:
        raise NotPriced("no_tier", places=lacking)
    return highest(found)


def _held(place_id: int, *, on: date) -> list[Tier]:
    """Return the groups of a place by list year, newest last; a year in which it was not classified counts for none."""
    years = places_queries.tiers_by_year(place_id, on=on, years=LIST_YEARS)
    return [Tier(tier) for tier in years if tier in PRICED_TIERS]


def euro_for(places: Iterable[Area], *, on: date) -> bool:
    """Say whether every place may be quoted in EUR: in the Union at the day's first instant (UTC), or one of the named neighbours.

    A subdivision (``GB-ENG``) counts as the country it is part of.
    """
    union = set(places_queries.members("EU", at=datetime.combine(on, time(0), UTC)))
    countries = [place.parent if "-" in place.code and place.parent else place for place in places]
    return all(country.pk in union or country.code in EURO_NEIGHBOURS for country in countries)


def _priced(wanted: Sequence[Wanted], places: Sequence[Area], *, on: date, currency: str | None, tier: PlacedTier) -> Priced:
    prices = price_list(on=on)
    chosen = currency_of(prices, wanted, tier=tier.tier, euro=euro_for(places, on=on), asked=currency)
    return price(prices, wanted, tier=tier, currency=chosen)


def quote_for(terms: "TermsOffer", *, on: date) -> Priced:
    """Return what the drafted or issued terms cost by the schedule and the income list of ``on``.

    :raises NotPriced: see ``estimate``.
    """
    offering = terms.application.offering
    places = list(terms.places.select_related("parent").order_by("code"))
    if terms.tier_override and places:
        tier = PlacedTier(Tier(terms.tier_override), on, places[0].code)
    else:
        tier = tier_for(places, on=on, renewed=_renewed(terms.application.renews))
    return _priced([Wanted(offering.code, offering.fee_unit)], places, on=on, currency=terms.currency, tier=tier)


def _renewed(licence: "Licence | None") -> frozenset[int]:
    return frozenset(licence.territory.values_list("place", flat=True)) if licence is not None else frozenset()


def estimate(
    offering_code: str, place: Area, *, on: date, currency: str | None = None, attendees: int | None = None, riders: int = 0
) -> Priced:
    """Return what a licence for one place would cost on a day; ``riders`` translations more, and the fee for ``attendees`` above 100.

    :raises NotPriced: no_schedule, no_tier, no_price, currency_not_offered.
    :raises LicenceOffering.DoesNotExist: unknown code.
    """
    offering = LicenceOffering.objects.get(code=offering_code)
    wanted = [Wanted(offering.code, offering.fee_unit)]
    if attendees is not None:
        wanted.append(Wanted(offering.code, "attendee_over_100", attendees_charged(attendees)))
    if riders:
        wanted.append(Wanted(RIDER, "language", riders))
    return _priced(wanted, [place], on=on, currency=currency, tier=tier_for([place], on=on))


def currency_for(application: "Application", places: Sequence[Area], *, on: date) -> str:
    """Return the currency the first offer to an application starts with; USD where nothing can be priced yet."""
    offering = application.offering
    try:
        tier = tier_for(places, on=on, renewed=_renewed(application.renews))
        return _priced([Wanted(offering.code, offering.fee_unit)], places, on=on, currency=None, tier=tier).currency
    except NotPriced:
        return DEFAULT_CURRENCY
