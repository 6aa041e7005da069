"""What licensing answers to machines: read only, without an account, the same facts as the pages."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import ValidationError

from i18n.places.models import Place
from licensing import verification
from licensing.entitlements.rules import Public
from licensing.fees import queries as fees
from licensing.fees.rules import NotPriced
from licensing.offerings.models import LicenceOffering
from licensing.offerings.queries import editions as editions_open
from licensing.verification import Told, Wanted

router = Router()

# --- register and verification ---

VERDICT = Literal["valid", "scheduled", "expired", "suspended", "revoked", "unknown"]


class PlaceOut(Schema):
    code: str
    name: str


class VerifiedOut(Schema):
    """``checked_at`` is when we looked, ``at`` the instant the verdict is about; periods are half-open, in UTC."""

    verdict: VERDICT
    code: str
    at: datetime
    checked_at: datetime
    since: datetime | None = None
    licence: str | None = None
    organisation: str | None = None
    offering: str | None = None
    edition: str | None = None
    places: list[PlaceOut] = []
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    zone: str | None = None


class RegisterRow(Schema):
    licence: str
    organisation: str
    offering: str
    edition: str | None
    places: list[PlaceOut]
    valid_from: datetime
    valid_to: datetime
    zone: str
    verdict: VERDICT
    since: datetime | None


class RegisterOut(Schema):
    """``total`` counts every licence of the filters, ``unnamed`` those whose holders asked not to be named; ``count`` = rows returned."""

    checked_at: datetime
    count: int
    total: int
    unnamed: int
    licences: list[RegisterRow]


def _bad(field: str, accepted: str) -> ValidationError:
    return ValidationError([{"type": "value_error", "loc": ["query", field], "msg": accepted}])


def _on(text: str | None) -> date | datetime | None:
    """Read a day or an instant with its zone.

    :raises ValidationError: anything else, with what is accepted.
    """
    if not text:
        return None
    try:
        on = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.replace(" ", "+"))
        if 1000 <= on.year < 9999 and (not isinstance(on, datetime) or on.tzinfo is not None):
            return on
    except ValueError:
        pass
    raise _bad("on", "Use a day such as 2027-05-12, or an instant with its zone such as 2027-05-12T10:00:00Z.")


@router.get(
    "/verify/{code}", response={200: VerifiedOut, 404: VerifiedOut}, summary="Is the licence with this code valid?", tags=["register"]
)
def verify(request: HttpRequest, code: str, on: str | None = None) -> Status[dict[str, Any]]:
    """The verdict now, or on a day (judged at its end in the licence's zone) or at an instant."""
    now = timezone.now()
    told = verification.verify(code, now=now, on=_on(on))
    return Status(404 if told.verdict is Public.UNKNOWN else 200, _verified(told, code, now=now))


def _verified(told: Told, code: str, *, now: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {"verdict": told.verdict.value, "code": code, "at": told.at, "checked_at": now, "since": told.since}
    if told.facts is None:
        return said
    facts = told.facts
    return said | {
        "code": facts.code,
        "licence": facts.number,
        "organisation": facts.organisation,
        "offering": facts.offering,
        "edition": facts.edition or None,
        "places": [{"code": place, "name": name} for place, name in facts.places],
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "zone": facts.zone,
    }


class RegisterQuery(Schema):
    q: str = ""
    place: str = ""
    offering: str = ""


@router.get("/register", response=RegisterOut, summary="Who holds or held which licence where", tags=["register"])
def register(request: HttpRequest, asked: Annotated[RegisterQuery, Query()]) -> dict[str, Any]:
    """Found by any of the licensee's names (``q``); ``place`` and ``offering`` are codes."""
    if asked.place and not Place.objects.filter(code__iexact=asked.place).exists():
        raise _bad("place", "Use the code of a place, such as ES.")
    if asked.offering and not LicenceOffering.objects.filter(code__iexact=asked.offering).exists():
        raise _bad("offering", "Use the code of an offering, such as QTP1-L.")
    now = timezone.now()
    found = verification.register(Wanted(text=asked.q, place=asked.place, offering=asked.offering), now=now)
    rows = [_row(entry) for entry in found.entries]
    return {"checked_at": now, "count": found.found, "total": found.total, "unnamed": found.unnamed, "licences": rows}


def _row(entry: verification.Entry) -> dict[str, Any]:
    licence = entry.licence
    return {
        "licence": licence.number,
        "organisation": licence.organisation.public_name,
        "offering": licence.offering.name,
        "edition": licence.edition.label if licence.edition else None,
        "places": [{"code": place.code, "name": place.shown_name} for place in licence.places.all()],
        "valid_from": licence.valid_from,
        "valid_to": licence.until,
        "zone": licence.zone,
        "verdict": entry.verdict.value,
        "since": entry.since,
    }


# --- offerings and fees ---


class RightOut(Schema):
    code: str
    name: str


class OfferingOut(Schema):
    """``open`` = one may apply. ``term_years`` null = a term bound to an edition. ``closed_to``: places it is not offered for."""

    code: str
    programme: str
    name: str
    summary: str
    open: bool
    term_years: int | None
    unit: str
    kit_languages: list[str]
    rights: list[RightOut]
    editions: list[str]
    closed_to: list[str]


class OfferingsOut(Schema):
    count: int
    offerings: list[OfferingOut]


@router.get("/offerings", response=OfferingsOut, summary="What can be licensed", tags=["licensing"])
def offerings(request: HttpRequest) -> dict[str, Any]:
    """Every license offering, also those that are planned and not open yet."""
    now = timezone.now()
    rows = LicenceOffering.objects.select_related("programme").prefetch_related("rights", "editions", "closed_to")
    found = [
        {
            "code": row.code,
            "programme": row.programme.code,
            "name": row.name,
            "summary": row.summary,
            "open": row.open,
            "term_years": row.term_years,
            "unit": row.fee_unit,
            "kit_languages": row.kit_languages,
            "rights": [{"code": right.code, "name": right.name} for right in row.rights.all()],
            "editions": [edition.label for edition in editions_open(row, at=now)],
            "closed_to": sorted(place.code for place in row.closed_to.all()),
        }
        for row in rows
    ]
    return {"count": len(found), "offerings": found}


class EstimateQuery(Schema):
    """``offering`` and ``place`` are codes; ``on`` is a day (today in UTC); ``riders`` counts translations; ``attendees`` as reported later."""

    offering: str
    place: str
    currency: str | None = None
    on: date | None = None
    attendees: int | None = Field(None, ge=0, le=1_000_000)
    riders: int = Field(0, ge=0, le=100)


class FeeLineOut(Schema):
    unit: str
    label: str
    quantity: int
    price_minor: int
    amount_minor: int


class EstimateOut(Schema):
    """Sums in the currency's minor unit. ``tier`` is the income group of ``tier_place`` on the list of ``tier_list_date``."""

    offering: str
    place: str
    on: date
    schedule: str
    currency: str
    tier: str
    tier_place: str
    tier_list_date: date
    lines: list[FeeLineOut]
    total_minor: int


# What a field has to say instead, by the code of the refusal.
NOT_PRICED = {
    "no_schedule": ("on", "No fee schedule is in force on that day: use a day of one that is."),
    "no_tier": ("place", "The place has no income group on the list, so that no fee can be worked out."),
    "no_price": ("offering", "The schedule has no price for this offering, income group and currency."),
    "currency_not_offered": ("currency", "Use one of the currencies offered for the place: "),
}


@router.get("/fees/estimate", response=EstimateOut, summary="What a license would cost", tags=["licensing"])
def estimate(request: HttpRequest, asked: Annotated[EstimateQuery, Query()]) -> dict[str, Any]:
    """The same computation as the offer's; an estimate binds nobody."""
    on = asked.on or timezone.now().date()
    place = Place.objects.filter(code__iexact=asked.place).select_related("parent").first()
    if place is None:
        raise _bad("place", "Use the code of a place, such as ES.")
    offering = LicenceOffering.objects.filter(code__iexact=asked.offering).first()
    if offering is None:
        raise _bad("offering", "Use the code of an offering, such as QTP1-L.")
    currency = asked.currency.upper() if asked.currency else None
    try:
        priced = fees.estimate(offering.code, place, on=on, currency=currency, attendees=asked.attendees, riders=asked.riders)
    except NotPriced as refused:
        field, accepted = NOT_PRICED[refused.code]
        raise _bad(field, accepted + ", ".join(refused.facts.get("offered", [])))
    shown = ("unit", "label", "quantity", "price_minor", "amount_minor")
    return {
        "offering": offering.code,
        "place": place.code,
        "on": on,
        "schedule": priced.schedule,
        "currency": priced.currency,
        "tier": priced.tier.value,
        "tier_place": priced.tier_place,
        "tier_list_date": priced.tier_list_date,
        "lines": [{key: getattr(line, key) for key in shown} for line in priced.lines],
        "total_minor": priced.gross_minor,
    }
