"""What follows from what. The only module that knows all subjects; each command of a door is one transaction here (docs/adr/006).

Subjects never import one another: this module hands the object one subject moved to the next one. The terms offer is the hub: its row is
locked before anything that may complete a licence, so the last of signatures, money and evidence activates exactly once, in any order.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Q

from licensing.agreements import actions as agreements
from licensing.agreements.fonts import MissingGlyphs
from licensing.agreements.models import Agreement
from licensing.agreements.render import render_invoice
from licensing.applications import actions as applications
from licensing.applications.models import Application
from licensing.applications.rules import Side
from licensing.entitlements import actions as licences
from licensing.entitlements import stopping
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import OVER, NotAllowed
from licensing.fees import queries as fees
from licensing.history.actions import SYSTEM, Actor
from licensing.history.models import Event
from licensing.organisations import declared, taking_over
from licensing.payments import actions as payments
from licensing.payments.cards import actions as cards
from licensing.payments.cards.models import ProviderEvent
from licensing.payments.cards.rules import PaidFacts
from licensing.payments.models import Invoice
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer


def hold_renewed(application: Application, *, by: Actor, now: datetime) -> None:
    """Hold the licence an application renews, before its organisation: no notice is given or taken back unseen by the terms."""
    if application.renews_id:
        licences.locked(application.renews_id)


def carry_over(application: Application, *, by: Actor, now: datetime) -> None:
    """Let the organisation's data and its signatories follow what it declared and staff approved."""
    revision = application.last_revision
    said = declared.read(revision.answers) if revision else None
    if revision is not None and said is not None:
        taking_over.take_over(application.organisation_id, said, taking_over.Sent.of(revision), by=by, now=now)


def draft_terms(application: Application, *, by: Actor, now: datetime) -> None:
    """Draft the terms for the places asked for, in the currency their fees are quoted in; a renewal begins when the licence before it ends."""
    places = offers.places_asked(application)
    currency = fees.currency_for(application, places, on=now.date())
    offers.draft(application, places=places, currency=currency, by=by, now=now, starts_on=_first_day(application, now=now))


def _first_day(application: Application, *, now: datetime) -> date | None:
    """Return the day after the last one of the licence an application renews, which notice may have brought forward.

    None if that is over or it renews none. The licence's row is held.
    """
    old = licences.locked(application.renews_id) if application.renews_id else None
    return old.until.astimezone(ZoneInfo(old.zone)).date() if old is not None and old.until > now else None


def check_recall(licence: Licence, *, now: datetime) -> None:
    """Refuse to take a notice back where a renewal that was sent or agreed begins before the term ends: both would be paid for.

    :raises NotAllowed: ``renewal_offered``, ``renewal_agreed``.
    """
    before = Q(starts_on=None) | Q(starts_on__lt=licence.valid_to.astimezone(ZoneInfo(licence.zone)).date())
    stands = Q(state=TermsOffer.State.ISSUED, valid_until__gt=now) | Q(state=TermsOffer.State.ACCEPTED)
    came_and_went = Licence.objects.in_status(*OVER, at=now)
    rows = offers.renewing(licence.pk).filter(before, stands).exclude(agreements__licence__in=came_and_went)
    for terms in rows.select_related("application"):
        code = "renewal_agreed" if terms.state == TermsOffer.State.ACCEPTED else "renewal_offered"
        raise NotAllowed(code, application=terms.application.number)


def renew_later(licence: Licence, *, by: Actor, now: datetime) -> None:
    """Let a renewal that is drafted begin after the end that stands again.

    :raises NotAllowed: see ``check_recall``.
    """
    check_recall(licence, now=now)
    for terms in offers.renewing(licence.pk).filter(state=TermsOffer.State.DRAFT):
        offers.begin_on(terms.pk, licence.until.astimezone(ZoneInfo(licence.zone)).date(), by=by, now=now)


def open_invoice(terms: TermsOffer, *, by: Actor, now: datetime) -> None:
    """Open the invoice; one that a waiver brought to zero is settled by that waiver at once."""
    payments.open_invoice(terms, render=_printed, by=by, now=now)


def _printed(text: "payments.InvoiceText", *, at: datetime) -> bytes:
    """Return an invoice as a PDF.

    :raises payments.NotAllowed: ``missing_glyphs``: a name is written in a script our fonts lack.
    """
    try:
        return render_invoice(text, at=at)
    except MissingGlyphs as lost:
        raise payments.NotAllowed("missing_glyphs", **lost.facts)


def compose_agreement(terms: TermsOffer, *, by: Actor, now: datetime) -> None:
    agreements.generate(terms, by=by, now=now)


def seal_later(terms: TermsOffer, *, by: Actor, now: datetime) -> None:
    agreements.seal_later(terms.agreements.get(state="executed"), now=now)


def activate_if_complete(terms: TermsOffer, *, by: Actor, now: datetime) -> Licence | None:
    """Make the licence when agreement, money and evidence are all in; None while something is missing or once it is there."""
    terms = TermsOffer.objects.select_for_update(of=("self",)).select_related("application").get(pk=terms.pk)
    agreement = agreements.executed(terms)
    if agreement is None or Licence.objects.filter(agreement=agreement).exists():
        return None
    if not payments.is_settled(terms) or offers.missing_evidence(terms):
        return None
    return licences.activate(agreement, terms=terms, by=SYSTEM, now=now)


Consequence = Callable[..., object]
CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "application.save": (),
    "application.submit": (),
    "application.take": (),
    "application.ask": (),
    "application.answer": (),
    "application.file_reply": (),
    "application.resume": (),
    "application.approve": (hold_renewed, carry_over, draft_terms),
    "application.decline": (),
    "application.send_paper": (),
    "application.withdraw": (),
    "terms.accept": (open_invoice, compose_agreement, activate_if_complete),
    "agreement.execute": (seal_later, activate_if_complete),
    "agreement.decline": (),
    "agreement.void": (),
    "invoice.settle": (activate_if_complete,),
    "evidence.tick": (activate_if_complete,),
    "licence.suspend": (),
    "licence.end": (),
    "licence.recall": (renew_later,),
    "licence.revoke": (),
}


def _follow(event: str, subject: models.Model, *, by: Actor, now: datetime) -> None:
    for consequence in CONSEQUENCES[event]:
        consequence(subject, by=by, now=now)


@transaction.atomic
def advance(
    application_id: int, command: str, *, side: Side, by: Actor, now: datetime, seen: int | None = None, reason: str = ""
) -> Application:
    """Move an application and do what follows.

    :raises NotAllowed, Stale, Incomplete: see ``licensing.applications.actions.move``.
    """
    application = applications.move(application_id, command, side=side, by=by, now=now, seen=seen, reason=reason)
    _follow(f"application.{command}", application, by=by, now=now)
    return application


@transaction.atomic
def renew(licence_id: int, *, by: Actor, now: datetime, language: str = "en") -> Application:
    """Begin the application that follows a licence, with the answers of the one that led to it.

    :raises licences.NotAllowed: ``not_renewable``. :raises applications.AlreadyOpen: it is begun already. :raises NotAllowed: see ``start``.
    """
    licence = licences.renewable(licence_id, by=by, now=now)
    former = licence.agreement.terms.application if licence.agreement is not None else None
    return applications.start(
        licence.organisation_id, licence.offering, by=by, now=now, language=language, renews=licence, former=former, another=True
    )


@transaction.atomic
def confirm_stop(licence_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Event:
    """Do what somebody else asked for about a licence, and what follows for its renewal.

    The offers of the renewal are held before the licence, as where the last condition makes the next one.
    :raises NotAllowed, Stale: see ``licensing.entitlements.stopping.confirm`` and ``check_recall``.
    """
    list(offers.renewing(licence_id).select_for_update(of=("self",)))
    event = stopping.confirm(licence_id, by=by, now=now, seen=seen)
    _follow(f"licence.{event.command}", licences.locked(licence_id), by=by, now=now)
    return event


@transaction.atomic
def redraft_terms(terms_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Draft the same terms anew; what renews a licence begins after the end that stands by now, or later.

    :raises offers.NotAllowed, Stale: see ``licensing.terms.drafting.redraft``.
    """
    terms = offers.redraft(terms_id, by=by, now=now, seen=seen)
    first = _first_day(terms.application, now=now)
    return offers.begin_on(terms.pk, first, by=by, now=now) if first is not None else terms


@transaction.atomic
def issue_terms(terms_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Price the drafted offer by the schedule and income list of the day, freeze both in a quote, and send it to the applicant.

    :raises NotPriced: no schedule, tier or price for its places. :raises NotAllowed: it is not a draft.
    """
    terms = offers.locked(terms_id)
    return offers.issue(terms, quote=fees.quote_for(terms, on=now.date()), by=by, now=now, seen=seen)


@transaction.atomic
def decide_waiver(
    waiver_id: int, *, approve: bool, by: Actor, now: datetime, reason: str = "", expires_on: date | None = None
) -> TermsOffer:
    """Approve or refuse a waiver; an approved one makes a new quote on the same prices.

    :raises NotAllowed: ``same_person``, ``already_decided`` or ``already_accepted``.
    """
    return offers.decide_waiver(waiver_id, approve=approve, by=by, now=now, reason=reason, expires_on=expires_on)


@transaction.atomic
def accept_terms(terms_id: int, *, by: Actor, now: datetime, purchase_order: str = "", seen: int | None = None) -> TermsOffer:
    """Accept an issued offer: that opens the invoice and composes the agreement.

    :raises NotAllowed: ``wrong_state``, ``offer_over``, ``waiver_pending`` or ``no_purchase_order``.
    """
    terms = offers.accept(terms_id, by=by, now=now, purchase_order=purchase_order, seen=seen)
    _follow("terms.accept", terms, by=by, now=now)
    return terms


@transaction.atomic
def tick_evidence(
    terms_id: int, requirement_id: int, *, by: Actor, now: datetime, note: str = "", file_id: int | None = None
) -> TermsOffer:
    """Record that staff have seen a required paper; ``file_id`` names it where it came with the application."""
    terms = offers.tick_evidence(terms_id, requirement_id, by=by, now=now, note=note, file_id=file_id)
    if terms.state == TermsOffer.State.ACCEPTED:
        _follow("evidence.tick", terms, by=by, now=now)
    return terms


@transaction.atomic
def sign(agreement_id: int, signing: "agreements.Signing", *, by: Actor, now: datetime) -> Agreement:
    """Add one signature to exactly the text that was shown; the last one executes the agreement.

    :raises NotAllowed: not_your_turn, already_signed, text_changed, window_over, power_ended, wrong_state.
    """
    agreement = agreements.sign(agreement_id, signing, by=by, now=now)
    if agreement.state == "executed":
        _follow("agreement.execute", agreement.terms, by=by, now=now)
    return agreement


@transaction.atomic
def void_agreement(agreement_id: int, *, by: Actor, now: datetime, reason: str, seen: int | None = None) -> Agreement:
    """Take back an agreement that is not executed, or give up a declined one; its invoice is cancelled by a credit note."""
    agreement = agreements.void(agreement_id, by=by, now=now, reason=reason, seen=seen)
    payments.cancel_open_invoice(agreement.terms, render=_printed, by=by, now=now, reason=reason)
    offers.supersede(agreement.terms, by=by, now=now)
    return agreement


@transaction.atomic
def receive_payment(invoice_id: int, receipt: "payments.Receipt", *, by: Actor, now: datetime) -> Invoice:
    """Match money that arrived with an invoice; settles it when enough is in.

    :raises NotAllowed: wrong_currency, already_settled, cancelled, bank_reference_used.
    """
    invoice, settled = payments.receive(invoice_id, receipt, by=by, now=now)
    if settled:
        _follow("invoice.settle", invoice.terms, by=by, now=now)
    return invoice


@transaction.atomic
def settle_card(facts: PaidFacts, *, live: bool, now: datetime, event: ProviderEvent | None = None) -> bool:
    """Book what the provider says of a payment by card, as often and in whatever order it is told; return whether it fits an attempt of ours.

    The payment comes before what went back, so that a refund seen together with its payment leaves the same behind as one seen later.
    """
    booked = cards.book_payment(facts, live=live, now=now, event=event)
    if booked is None:
        return False
    terms = booked.attempt.invoice.terms
    if booked.covered:
        _follow("invoice.settle", terms, by=SYSTEM, now=now)
    if cards.book_returns(booked.attempt.pk, facts, now=now):
        _follow("invoice.settle", terms, by=SYSTEM, now=now)
    return True
