"""Builders of terms and money: prices and income groups of a few places, offers up to a state, invoices, played through the real actions."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

from i18n.places.models import Area, PlaceTier, RegionMembership
from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements import load as agreements_load
from licensing.agreements.models import Agreement
from licensing.applications.rules import State as ApplicationState
from licensing.fees.load import load_schedules
from licensing.history.actions import Actor
from licensing.organisations import powers
from licensing.organisations.models import Organisation
from licensing.payments.actions import Receipt
from licensing.payments.models import BillingDetails, Invoice
from licensing.terms.models import TermsOffer
from licensing.terms.rules import State
from portal.accounts.models import User
from tests import build
from tests.clock import NOW
from tests.licensing import deal
from tests.telling import told

FEES = tomllib.loads((Path(__file__).parents[1] / "demo" / "fees.toml").read_text(encoding="utf-8"))
LIST_DATE = date(2023, 1, 24)
ALWAYS = datetime(1993, 11, 1, tzinfo=UTC)
TIERS = {"ES": "H", "BR": "UM", "IN": "LM", "KE": "LM", "US": "H", "SY": "L", "VE": "NC"}
ACCOUNT = {
    "address": "1 Demo Plaza (DEMO)",
    "holder": "Licensor (DEMO)",
    "bank": "Demo Bank",
    "account": "XX00 DEMO 0000 0000",
    "bic": "DEMOXX00",
}


@told
def prices() -> None:
    """Give the world its fee schedules, its income groups, Spain's place in the Union, and an account to pay to; safe to repeat."""
    load_schedules(FEES)
    for code, tier in TIERS.items():
        PlaceTier.objects.get_or_create(place=build.place(code), list_date=LIST_DATE, defaults={"tier": tier})
    union, _ = Area.objects.get_or_create(code="EU", defaults={"kind": "region", "name_en": "European Union"})
    RegionMembership.objects.get_or_create(area=union, place=build.place("ES"), valid_from=ALWAYS, defaults={"recorded_at": ALWAYS})
    details = BillingDetails.load()
    for field, value in ACCOUNT.items():
        setattr(details, field, value)
    details.save()


def manager(email: str = "") -> Actor:
    """Return a licensing manager as they act."""
    return build.actor(build.staff("Licensing managers", email=email))


def finance() -> Actor:
    return build.actor(build.staff("Finance"))


def applicant(terms: TermsOffer) -> Actor:
    """Return the owner of the organisation an offer is for, acting for it."""
    organisation = terms.application.organisation
    return build.actor(build.owner_of(organisation), organisation)


@told
def drafted(
    organisation: Organisation | None = None,
    *,
    at: str = "ES",
    code: str = "QTP1-L",
    now: datetime = NOW,
    by: User | None = None,
    order: str = "none",
) -> TermsOffer:
    """Play an application to its approval; that drafts the offer. ``order``: when the applicant gives a purchase order."""
    prices()
    organisation = organisation or build.society(at=at)
    made = build.application_at(
        ApplicationState.APPROVED, organisation, code=code, manager=by, now=now, activity_places=[at], purchase_order_rule=order
    )
    return made.terms.get()


@told
def terms_at(state: State, *, now: datetime = NOW, **story) -> TermsOffer:
    """Play an offer up to drafted, issued or accepted; accepting opens the invoice and draws up the agreement."""
    terms = drafted(now=now, **story)
    if state in (State.ISSUED, State.ACCEPTED):
        lifecycle.issue_terms(terms.pk, by=manager(), now=now)
    if state == State.ACCEPTED:
        accept(terms, now=now)
    terms.refresh_from_db()
    return terms


@told
def ready_for_agreement(terms: TermsOffer, *, now: datetime = NOW) -> Actor:
    """Give the house its agreement template and the owner the power to sign; return the owner."""
    template = {**deal.TEMPLATES[0], "code": terms.application.offering.template_code}
    agreements_load.load(deal.CLAUSES, [template], key_terms=deal.KEY_TERMS, licensor=deal.LICENSOR, now=now)
    organisation, owner = terms.application.organisation, applicant(terms)
    if not organisation.signing_powers.exists():
        powers.grant_power(organisation.pk, owner.person_id, office="President", valid_from=date(2020, 1, 1), by=owner, now=now)
    return owner


@told
def accept(terms: TermsOffer, *, now: datetime = NOW, **facts) -> TermsOffer:
    """Accept an issued offer as its owner, who also may sign."""
    return lifecycle.accept_terms(terms.pk, by=ready_for_agreement(terms, now=now), now=now, **facts)


@told
def invoice(*, now: datetime = NOW, **story) -> Invoice:
    """Return the invoice of an accepted offer."""
    return terms_at(State.ACCEPTED, now=now, **story).invoices.get()


def receipt(amount_minor: int, currency: str = "EUR", *, reference: str = "BANK-1", on: date = NOW.date(), over_minor: int = 0) -> Receipt:
    return Receipt(amount_minor, currency, on, reference, "", over_minor)


@told
def sign_all(terms: TermsOffer, *, now: datetime = NOW) -> Agreement:
    """Let the owner and the licensor sign the agreement of an accepted offer."""
    agreement, legal = terms.agreements.get(), build.actor(build.staff("Legal"))
    agreements.approve_to_send(agreement.pk, by=legal, now=now)
    agreements.send(agreement.pk, by=legal, now=now)
    for who in (applicant(terms), legal):
        signing = agreements.Signing(who.person_id, who.label, agreement.document_sha256, True, agreement.reading_sha256)
        agreement = lifecycle.sign(agreement.pk, signing, by=who, now=now)
    return agreement
