"""Letters of offers and invoices: what is offered, asked, decided, due and settled."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own
from licensing.agreements.models import Agreement
from licensing.history.models import Event
from licensing.letters import Addressee, Letter, label_of, people_of, staff_who_may
from licensing.organisations.queries import belongs
from licensing.organisations.rules import Role
from licensing.payments import stripe_gateway
from licensing.payments.models import Invoice
from licensing.payments.rules import grouped
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer, Waiver
from portal.accounts.models import User
from portal.core.mail import Attachment

PAYERS = (Role.OWNER, Role.FINANCE)


def payers_once_sent(event: Event, row: TermsOffer) -> Iterable[User]:
    """Return owners and finance contacts; nobody while they cannot see the offer."""
    return people_of(event.organisation, *PAYERS) if row.issued_at else []


def invoiced(event: Event, row: Invoice) -> Iterable[User | Addressee]:
    """Return owners and finance contacts, and the address the organisation has named for invoices where it is none of theirs."""
    people = list(people_of(row.organisation, *PAYERS))
    address, language = row.organisation.invoice_email, row.organisation.language
    if not address or address.lower() in {person.email.lower() for person in people}:
        return people
    return [*people, Addressee(address, language, row.organisation.place.zone or "UTC")]


def who_may_decide(event: Event, row: TermsOffer) -> Iterable[User]:
    """Return the staff who may approve the waiver: not whoever asked for it or changed the terms since."""
    waiver = row.waivers.get(pk=event.payload["waiver"])
    if waiver.state != Waiver.State.REQUESTED:
        return []
    authors = {author for author in offers.authors(row, waiver) if author}
    return [user for user in staff_who_may("licensing.approve_waiver")(event, row) if user.pk not in authors]


def requester_on_our_side(event: Event, row: TermsOffer) -> Iterable[User]:
    """Return who asked for the waiver, where that is a member of staff."""
    waiver = row.waivers.select_related("requested_by").get(pk=event.payload["waiver"])
    inside = belongs(row.application.organisation_id, waiver.requested_by_id)
    return [] if inside or not waiver.requested_by.is_active else [waiver.requested_by]


def offer_url(row: TermsOffer) -> str:
    return f"{reverse('offer', args=[row.application.number])}?for={row.organisation_id}"


def staff_offer_url(row: TermsOffer) -> str:
    return reverse("staff_offer", args=[row.pk])


def staff_agreement_url(row: TermsOffer) -> str:
    """Return where the agreement of an accepted offer is approved and sent; the offer's own page once it was taken back."""
    agreement = Agreement.objects.live().filter(terms=row).order_by("-pk").first()
    return reverse("staff_agreement", args=[agreement.number]) if agreement else staff_offer_url(row)


def offer_facts(event: Event, row: TermsOffer, language: str) -> dict[str, Any]:
    """Return the sum as the event left it, and what the waiver of the event is about."""
    facts: dict[str, Any] = {
        "number": row.application.number,
        "label": label_of(row.application.offering, row.application.edition, language),
        "zero": False,
    }
    quote = row.quotes.filter(pk=event.payload.get("quote")).first() or row.quotes.first()
    if quote:
        facts |= {"total": formats.money(quote.total_minor, quote.currency, language, trim=True), "zero": quote.total_minor == 0}
    if row.valid_until:
        facts["until"] = own(formats.instant(row.valid_until, row.zone, language), language)
    if "percent" in event.payload:
        facts["percent"] = event.payload["percent"]
    return facts


def payers_who_owe(event: Event, row: Invoice) -> Iterable[User | Addressee]:
    """Return whom the invoice went to where others took the money back; what we gave back ourselves has a letter of its own."""
    return invoiced(event, row) if event.payload["cause"] == "taken" else []


def payers_misinformed(event: Event, row: Invoice) -> Iterable[User | Addressee]:
    """Return whom the invoice went to where what had settled it was booked by mistake."""
    return invoiced(event, row) if event.payload["cause"] == "unbooked" else []


def payers_who_owed(event: Event, row: Invoice) -> Iterable[User | Addressee]:
    """Return whom the invoice went to where they had been told that it is to be paid."""
    return invoiced(event, row) if event.payload["was"] != "refunded" else []


def payers_who_wait(event: Event, row: Invoice) -> Iterable[User]:
    """Return owners and finance contacts where a payment failed they had been told to wait for; on the page itself they saw it."""
    return people_of(event.organisation, *PAYERS) if event.payload["was"] == "processing" else []


def who_may_approve(event: Event, row: Invoice) -> Iterable[User]:
    return [user for user in staff_who_may("licensing.approve_refund")(event, row) if user.pk != event.actor_id]


def staff_invoice_url(row: Invoice) -> str:
    return reverse("staff_invoice", args=[row.number])


def invoice_url(row: Invoice) -> str:
    return f"{reverse('invoice', args=[row.number])}?for={row.organisation_id}"


def invoice_facts(event: Event, row: Invoice, language: str) -> dict[str, Any]:
    def say(minor: int) -> str:
        return formats.money(minor, row.currency, language)

    payload = event.payload
    over = payload.get("received_minor", 0) - row.total_minor
    return {
        "label": label_of(row.terms.application.offering, row.terms.application.edition, language),
        "total": say(row.total_minor),
        "zero": row.total_minor == 0,
        "waived": row.waived_minor > 0,
        "due": own(formats.day(row.due_on, language), language),
        "by_card": stripe_gateway.is_open() and "card" in stripe_gateway.methods_for(row.currency),
        "reference": grouped(row.reference),
        "account": row.seller["account"],
        "document_url": f"{settings.PORTAL_ORIGIN}{reverse('invoice_document', args=[row.number])}?for={row.organisation_id}",
        "received": say(payload.get("received_minor", 0)),
        "sum": say(payload.get("amount_minor", 0)),
        "missing": say(payload.get("missing_minor", 0)),
        "over": say(over) if over > 0 else "",
        "short": say(payload["shortfall_minor"]) if payload.get("shortfall_minor") else "",
        "how": payload.get("how", ""),
        "credit_note": payload.get("credit_note", ""),
    }


def document_of(event: Event, row: Invoice) -> list[Attachment]:
    """Return what the event made: the invoice itself, or the credit note that cancels it."""
    number = event.payload.get("credit_note")
    made = Invoice.objects.get(number=number) if number else row
    return [Attachment(f"{made.number}.pdf", made.document_key, made.document_sha256)]


OFFER: dict[str, Any] = {"to": payers_once_sent, "url": offer_url, "facts": offer_facts, "action": _("Read the offer")}
STAFF: dict[str, Any] = {"url": staff_offer_url, "facts": offer_facts, "action": _("Open the offer"), "staff": True}
INVOICE: dict[str, Any] = {"to": invoiced, "url": invoice_url, "facts": invoice_facts, "action": _("Open the invoice")}
FINANCE: dict[str, Any] = {"url": staff_invoice_url, "facts": invoice_facts, "action": _("Open the invoice"), "staff": True}

LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("termsoffer", "issue"): (Letter(template="termsoffer_issue", subject=_("Our offer for application %(number)s"), **OFFER),),
    ("termsoffer", "accept"): (
        Letter(template="termsoffer_accept", subject=_("You have accepted the offer for application %(number)s"), **OFFER),
        Letter(
            template="termsoffer_accept_staff",
            subject=_("%(organisation)s accepted the offer %(number)s"),
            to=staff_who_may("licensing.approve_agreement"),
            **{**STAFF, "url": staff_agreement_url, "action": _("Open the agreement")},
        ),
    ),
    ("termsoffer", "decline"): (
        Letter(
            template="termsoffer_decline_staff",
            subject=_("%(organisation)s declined the offer %(number)s"),
            to=staff_who_may("licensing.issue_terms"),
            **STAFF,
        ),
    ),
    ("termsoffer", "supersede"): (
        Letter(template="termsoffer_supersede", subject=_("The offer for application %(number)s is taken back"), **OFFER),
    ),
    ("termsoffer", "waiver_request"): (
        Letter(
            template="termsoffer_waiver_request_staff",
            subject=_("A fee waiver for %(organisation)s waits for you"),
            to=who_may_decide,
            **STAFF,
        ),
    ),
    ("termsoffer", "waiver_approve"): (
        Letter(template="termsoffer_waiver_approve", subject=_("The fee waiver for application %(number)s is approved"), **OFFER),
        Letter(
            template="termsoffer_waiver_approve_staff",
            subject=_("The fee waiver for %(organisation)s is approved"),
            to=requester_on_our_side,
            **STAFF,
        ),
    ),
    ("termsoffer", "waiver_refuse"): (
        Letter(template="termsoffer_waiver_refuse", subject=_("The fee waiver for application %(number)s is refused"), **OFFER),
        Letter(
            template="termsoffer_waiver_refuse_staff",
            subject=_("The fee waiver for %(organisation)s is refused"),
            to=requester_on_our_side,
            **STAFF,
        ),
    ),
    ("invoice", "open"): (Letter(template="invoice_open", subject=_("Invoice %(number)s"), papers=document_of, **INVOICE),),
    ("invoice", "settle"): (Letter(template="invoice_settle", subject=_("Invoice %(number)s is settled"), **INVOICE),),
    ("invoice", "card_failed"): (
        Letter(
            template="invoice_card_failed", subject=_("Your payment of invoice %(number)s failed"), **{**INVOICE, "to": payers_who_wait}
        ),
    ),
    ("invoice", "unsettle"): (
        Letter(template="invoice_unsettle", subject=_("Invoice %(number)s is to be paid again"), **{**INVOICE, "to": payers_who_owe}),
        Letter(template="invoice_unbook", subject=_("Invoice %(number)s is not settled yet"), **{**INVOICE, "to": payers_misinformed}),
        Letter(
            template="invoice_unsettle_staff",
            subject=_("Invoice %(number)s is no longer covered"),
            to=staff_who_may("licensing.receive_payment"),
            **FINANCE,
        ),
    ),
    ("invoice", "cover"): (
        Letter(template="invoice_cover", subject=_("Invoice %(number)s is settled again"), **{**INVOICE, "to": payers_who_owed}),
    ),
    ("invoice", "refund_request"): (
        Letter(
            template="invoice_refund_request_staff",
            subject=_("A refund of invoice %(number)s waits for you"),
            to=who_may_approve,
            **FINANCE,
        ),
    ),
    ("invoice", "refund_done"): (
        Letter(template="invoice_refund_done", subject=_("Money of invoice %(number)s is returned to you"), **INVOICE),
    ),
    ("invoice", "case"): (
        Letter(
            template="invoice_case_staff",
            subject=_("A payment of invoice %(number)s needs you"),
            to=staff_who_may("licensing.receive_payment"),
            **FINANCE,
        ),
    ),
    ("invoice", "credit"): (
        Letter(template="invoice_credit", subject=_("Invoice %(number)s is cancelled"), papers=document_of, **INVOICE),
    ),
}
