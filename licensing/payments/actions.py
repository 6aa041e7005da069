"""What is done with money. Each action is one transaction; an invoice never changes, what happens to it are rows beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.organisations.queries import belongs
from licensing.payments import drawing
from licensing.payments.cards import pages
from licensing.payments.cards.models import Arrears
from licensing.payments.cards.queries import sums
from licensing.payments.cards.rules import AttemptState
from licensing.payments.document import InvoiceText
from licensing.payments.models import Invoice, PaymentReceipt, Settlement
from licensing.payments.rules import DUE, NotAllowed, excess, reference, shortfall
from portal.core import numbers, private_files

if TYPE_CHECKING:
    from licensing.terms.models import TermsOffer

__all__ = [
    "NotAllowed",
    "Receipt",
    "cancel_open_invoice",
    "is_settled",
    "left_minor",
    "locked",
    "not_theirs",
    "open_invoice",
    "payable",
    "receive",
    "review",
    "settle",
]

Render = Callable[..., bytes]  # (InvoiceText, *, at) → PDF: the agreements' renderer, handed in by the lifecycle
OPEN, PARTLY, SETTLED, CANCELLED = "open", "partly_settled", "settled", "cancelled"


@dataclass(frozen=True)
class Receipt:
    """Money that arrived: sum in minor units, the day it was credited, the bank's own reference of the transfer.

    ``over_minor``: how much more than what is open whoever books it has said that it is.
    """

    amount_minor: int
    currency: str
    received_on: date
    bank_reference: str
    note: str = ""
    over_minor: int = 0


@transaction.atomic
def open_invoice(terms: "TermsOffer", *, render: Render, by: Actor, now: datetime) -> Invoice:
    """Open the invoice of accepted terms: numbered, copied, printed and kept. A sum of zero is settled by its waiver at once.

    Called with the terms' row locked.
    :raises NotAllowed: ``already_invoiced``.
    """
    if Invoice.objects.standing().filter(terms=terms).exists():
        raise NotAllowed("already_invoiced")
    organisation = terms.application.organisation
    language = drawing.language_of(organisation)
    number = numbers.take("INV", now=now)
    invoice = Invoice(
        number=number,
        terms=terms,
        organisation=organisation,
        reference=reference(number),
        issued_on=now.date(),
        due_on=now.date() + DUE,
        language=language,
        opened_at=now,
        **drawing.content(terms, language=language),
    )
    _keep(invoice, render=render, now=now)
    payload = {"number": number, "total_minor": invoice.total_minor, "currency": invoice.currency, "sha256": invoice.document_sha256}
    record(invoice, "open", by=by, now=now, to_state=OPEN, payload=payload)
    if invoice.total_minor == 0:
        settle(invoice, how=Settlement.How.WAIVER, received=0, short=0, by=by, now=now)
    return invoice


def _keep(invoice: Invoice, *, render: Render, now: datetime) -> None:
    """Print the document, store it, and save the row that names it."""
    text: InvoiceText = drawing.text_of(invoice)
    stored = private_files.keep(render(text, at=now), kind="invoices")
    invoice.document_key, invoice.document_sha256 = stored.key, stored.sha256
    invoice.save(force_insert=True)


def settle(invoice: Invoice, *, how: str, received: int, short: int, by: Actor, now: datetime) -> Settlement:
    """Record that the invoice, locked by the caller, is settled; pages to pay it on are closed."""
    settlement = Settlement.objects.create(
        invoice=invoice, how=how, received_minor=received, shortfall_minor=short, settled_at=now, by=by.label[:200]
    )
    payload: dict[str, Any] = {"how": str(how), "received_minor": received, "shortfall_minor": short, "currency": invoice.currency}
    record(invoice, "settle", by=by, now=now, to_state=SETTLED, payload=payload)
    pages.close(invoice, now=now)
    return settlement


def is_settled(terms: "TermsOffer") -> bool:
    """Say whether the invoice of these terms stands and is covered, by money or by a waiver."""
    uncovered = Arrears.objects.filter(ended_at=None).values("invoice")
    return Invoice.objects.standing().filter(terms_id=terms.pk, settlement__isnull=False).exclude(pk__in=uncovered).exists()


def locked(invoice_id: int) -> Invoice:
    """Return the invoice with its row locked: who changes what is known of its money holds it."""
    return Invoice.objects.select_for_update(of=("self",)).select_related("organisation", "terms").get(pk=invoice_id)


def left_minor(invoice: Invoice) -> int:
    """Return what is still to be paid, never below zero."""
    return max(0, _needed(invoice) - sums(invoice).held)


def _needed(invoice: Invoice) -> int:
    """Return how much money covers it: the total, less what was accepted as bank charges when it was settled.

    Where transfers alone paid it and one was booked by mistake, what is accepted is judged anew: it was settled by the mistake.
    """
    settlement = Settlement.objects.filter(invoice=invoice).first()
    if settlement is None:
        return invoice.total_minor
    by_card = invoice.attempts.filter(state=AttemptState.SUCCEEDED).exists()
    if invoice.receipts.exclude(taken_back_at=None).exists() and not by_card:
        return invoice.total_minor - (shortfall(invoice.total_minor, sums(invoice).held, invoice.currency) or 0)
    return invoice.total_minor - settlement.shortfall_minor


@transaction.atomic
def review(invoice: Invoice, *, now: datetime) -> bool:
    """Compare a settled invoice, locked by the caller, with its money: arrears begin, change their cause or end. Return whether they ended.

    Nothing else follows from arrears by itself but a letter; finance decides.
    """
    if not Settlement.objects.filter(invoice=invoice).exists():
        return False
    there, cause = Arrears.objects.filter(invoice=invoice, ended_at=None).first(), sums(invoice).arrears(_needed(invoice))
    if (there.cause if there else "") == cause:
        return False
    if there:
        there.ended_at = now
        there.save(update_fields=["ended_at"])
    missing: dict[str, Any] = {"missing_minor": left_minor(invoice), "currency": invoice.currency, "cause": cause}
    if cause:
        Arrears.objects.create(invoice=invoice, cause=cause, began_at=now)
        shown = (
            Event.Visibility.INTERNAL if cause == Arrears.Cause.REFUNDED else Event.Visibility.ORGANISATION
        )  # of a refund its own line tells
        record(invoice, "unsettle", by=SYSTEM, now=now, from_state=SETTLED, to_state=OPEN, payload=missing, visibility=shown)
        return False
    was = {"was": there.cause if there else ""}
    record(invoice, "cover", by=SYSTEM, now=now, from_state=OPEN, to_state=SETTLED, payload=missing | was)
    return True


@transaction.atomic
def receive(invoice_id: int, receipt: Receipt, *, by: Actor, now: datetime) -> tuple[Invoice, bool]:
    """Book money that arrived for an invoice; return the invoice and whether this settled it.

    What is short by no more than the tolerance is booked as bank charges; more than is open settles too and is left to be returned, but
    is booked only where exactly that was said.
    :raises NotAllowed: own_organisation, credit_note, cancelled, already_settled, wrong_currency, no_amount, in_the_future,
        no_bank_reference, overpays (with how much), bank_reference_used.
    """
    invoice = locked(invoice_id)
    not_theirs(invoice, by)
    payable(invoice)
    _check(invoice, receipt, on=now.date())
    _book(invoice, receipt, by=by, now=now)
    again = Settlement.objects.filter(invoice=invoice).exists()
    received = sums(invoice).held
    short = None if again else shortfall(invoice.total_minor, received, invoice.currency)
    payload = {"amount_minor": receipt.amount_minor, "currency": receipt.currency, "received_minor": received}
    state = PARTLY if short is None else SETTLED
    record(invoice, "receive", by=by, now=now, from_state=OPEN, to_state=state, payload={**payload, "on": receipt.received_on.isoformat()})
    if short is not None:
        settle(invoice, how=Settlement.How.TRANSFER, received=received, short=short, by=by, now=now)
    return invoice, review(invoice, now=now) if again else short is not None


def not_theirs(invoice: Invoice, by: Actor) -> None:
    """Keep people of the organisation that pays from saying that it has paid."""
    if belongs(invoice.organisation_id, by.person_id):
        raise NotAllowed("own_organisation", organisation=str(invoice.organisation))


def payable(invoice: Invoice) -> None:
    """Let an invoice pass that waits for money.

    :raises NotAllowed: credit_note, cancelled, already_settled.
    """
    if invoice.kind != Invoice.Kind.INVOICE:
        raise NotAllowed("credit_note")
    if Invoice.objects.filter(cancels=invoice).exists():
        raise NotAllowed("cancelled", number=invoice.number)
    if not Invoice.objects.waiting().filter(pk=invoice.pk).exists():
        raise NotAllowed("already_settled", number=invoice.number)


def _check(invoice: Invoice, receipt: Receipt, *, on: date) -> None:
    if receipt.currency != invoice.currency:
        raise NotAllowed("wrong_currency", currency=invoice.currency)
    if receipt.amount_minor <= 0:
        raise NotAllowed("no_amount")
    if receipt.received_on > on:
        raise NotAllowed("in_the_future")
    if not receipt.bank_reference.strip():
        raise NotAllowed("no_bank_reference")
    left = left_minor(invoice)
    over = excess(left, receipt.amount_minor)
    if over and receipt.over_minor != over:
        raise NotAllowed("overpays", over_minor=over, left_minor=left, currency=invoice.currency)


def _book(invoice: Invoice, receipt: Receipt, *, by: Actor, now: datetime) -> None:
    """Add the receipt; the database alone can tell that nobody books the same transfer elsewhere at this moment."""
    try:
        with transaction.atomic():
            PaymentReceipt.objects.create(
                invoice=invoice,
                amount_minor=receipt.amount_minor,
                currency=receipt.currency,
                received_on=receipt.received_on,
                bank_reference=receipt.bank_reference.strip(),
                note=receipt.note.strip()[:250],
                recorded_by_id=by.person_id,
                recorded_at=now,
            )
    except IntegrityError:
        raise NotAllowed("bank_reference_used", bank_reference=receipt.bank_reference.strip())


@transaction.atomic
def cancel_open_invoice(terms: "TermsOffer", *, render: Render, by: Actor, now: datetime, reason: str) -> Invoice | None:
    """Cancel the invoice of terms that are taken back, by a credit note over all of it; None if none stands.

    Money that has arrived stays booked on the invoice, to be returned by finance.
    """
    invoice = Invoice.objects.standing().select_for_update(of=("self",)).filter(terms=terms).first()
    if invoice is None:
        return None
    copied = ("terms", "organisation", "currency", "lines", "gross_minor", "waived_minor", "total_minor", "purpose", "waiver_text")
    more = ("buyer", "seller", "reference", "language")
    credit = Invoice(
        number=numbers.take("CN", now=now),
        kind=Invoice.Kind.CREDIT_NOTE,
        cancels=invoice,
        issued_on=now.date(),
        due_on=now.date(),
        opened_at=now,
        **{field: getattr(invoice, field) for field in (*copied, *more)},
    )
    _keep(credit, render=render, now=now)
    payload = {"credit_note": credit.number, "total_minor": credit.total_minor, "currency": credit.currency}
    pages.close(invoice, now=now)
    record(invoice, "credit", by=by, now=now, from_state=OPEN, to_state=CANCELLED, reason=reason, payload=payload)
    return credit
