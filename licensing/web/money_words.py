"""How offers and invoices stand, and why something about terms or money was refused, as people read it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from i18n import formats
from i18n.interface import own, sentence
from licensing.agreements import rules as agreements_rules
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer, Waiver
from licensing.terms.rules import State, over
from licensing.web import agreement_words
from licensing.web.timeline import SENTENCES
from licensing.web.verdict_words import Shown

PAYABLE = ("open", "partly", "overdue", "taken")  # faces of an invoice that waits for money
OFFERS: dict[str, Shown] = {
    "draft": Shown(pgettext_lazy("offer", "Draft"), "none", "todo"),
    "issued": Shown(pgettext_lazy("offer", "Waits for acceptance"), "info", "begun"),
    "waiver": Shown(pgettext_lazy("offer", "Waiver being decided"), "quiet", "wait"),
    "over": Shown(pgettext_lazy("offer", "Ended without an answer"), "ended", "expired"),
    "accepted": Shown(pgettext_lazy("offer", "Accepted"), "good", "done"),
    "declined": Shown(pgettext_lazy("offer", "Declined"), "ended", "withdrawn"),
    "superseded": Shown(pgettext_lazy("offer", "Taken back"), "ended", "withdrawn"),
}
INVOICES: dict[str, Shown] = {
    "open": Shown(pgettext_lazy("invoice", "Open"), "info", "begun"),
    "partly": Shown(pgettext_lazy("invoice", "Partly paid"), "info", "begun"),
    "overdue": Shown(pgettext_lazy("invoice", "Overdue"), "stop", "wrong"),
    "settled": Shown(pgettext_lazy("invoice", "Settled"), "good", "done"),
    "taken": Shown(pgettext_lazy("invoice", "Payment taken back"), "stop", "wrong"),
    "refunded": Shown(pgettext_lazy("invoice", "Money returned"), "ended", "withdrawn"),
    "waived": Shown(pgettext_lazy("invoice", "Waived"), "good", "done"),
    "nothing_due": Shown(pgettext_lazy("invoice", "Nothing due"), "good", "done"),
    "cancelled": Shown(pgettext_lazy("invoice", "Cancelled"), "ended", "withdrawn"),
    "credit_note": Shown(pgettext_lazy("invoice", "Credit note"), "ended", "info"),
}


def offer_face(terms: TermsOffer, *, now: datetime) -> str:
    """Return how an offer stands: a key of ``OFFERS``. Dates decide; no job has to run."""
    if terms.state in (State.DRAFT, State.ISSUED) and terms.waiver and terms.waiver.state == Waiver.State.REQUESTED:
        return "waiver"
    if terms.state == State.ISSUED and over(terms.valid_until, at=now):
        return "over"
    return "over" if terms.state == State.EXPIRED else terms.state


def invoice_face(invoice: Invoice, *, on: date) -> str:
    """Return how an invoice stands: a key of ``INVOICES`` (load ``settlement`` and ``cancelled_by``; ``with_received``)."""
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return "credit_note"
    if hasattr(invoice, "cancelled_by"):
        return "cancelled"
    settlement = getattr(invoice, "settlement", None)
    if settlement is not None and invoice.uncovered != "unbooked":  # settled by mistake it waits for its money as before
        if invoice.uncovered:
            return invoice.uncovered
        if settlement.how == settlement.How.WAIVER:
            return "waived" if invoice.waived_minor else "nothing_due"
        return "settled"
    if invoice.due_on < on:
        return "overdue"
    return "partly" if getattr(invoice, "received_minor", 0) else "open"


REFUSALS: dict[str, Any] = {
    "wrong_side": gettext_lazy("Your role does not allow this. Nothing was done."),
    "wrong_state": gettext_lazy("This is not possible any more: the offer has moved on. The page shows where it stands now."),
    "stale": gettext_lazy("Somebody else acted while you were reading. Look at it again; nothing was done."),
    "offer_over": gettext_lazy("The offer ended on %(ended_at)s. Ask the licensor for a new one. Nothing was done."),
    "waiver_pending": gettext_lazy("A fee waiver waits for its decision. The offer goes on after it; nothing was done."),
    "waiver_over": gettext_lazy("The fee waiver ended on %(expires_on)s. A new offer has to be made; nothing was done."),
    "no_purchase_order": gettext_lazy(
        "Your application says that you need a purchase order before the invoice. Enter its number; nothing was done."
    ),
    "waiver_there": gettext_lazy("There is a fee waiver for this offer already. Nothing was done."),
    "already_accepted": gettext_lazy("The offer is accepted; a fee waiver comes too late. Nothing was done."),
    "already_decided": gettext_lazy("Somebody has decided this waiver already. Nothing was done."),
    "same_person": gettext_lazy(
        "Who asked for a waiver, made the offer, or changed the terms since does not decide it. Somebody else has to; nothing was done."
    ),
    "own_organisation": gettext_lazy("You belong to %(organisation)s, so somebody else has to do this."),
    "unknown_percent": gettext_lazy("Choose 25, 50, 75 or 100 percent. Nothing was done."),
    "no_reason": gettext_lazy("Write the reason. Nothing was done."),
    "no_place": gettext_lazy("Choose at least one country or territory."),
    "no_right": gettext_lazy("Choose at least one right."),
    "unknown_right": gettext_lazy("A right is not one of this offering. Nothing was saved."),
    "unknown_zone": gettext_lazy("This is not a time zone: use a name such as Europe/Madrid."),
    "tier_without_reason": gettext_lazy("Write why you set the income group by hand."),
    "live_offer": gettext_lazy("There is an offer for this application already. Nothing was done."),
    "unknown_file": gettext_lazy("This file is not one that came with the application. Nothing was done."),
    "nothing_seen": gettext_lazy("Choose the file you have seen, or write what was seen. Nothing was ticked."),
    "unknown_requirement": gettext_lazy("This paper is not one the offering asks for. Nothing was done."),
    "already_ticked": gettext_lazy("Somebody has ticked this paper already."),
    "not_ticked": gettext_lazy("This paper is not ticked."),
    "already_invoiced": gettext_lazy("There is an invoice for this offer already. Nothing was done."),
    "missing_glyphs": gettext_lazy("A name has characters our documents cannot show. Enter its Latin form. Nothing was done."),
    "credit_note": gettext_lazy("Money cannot be booked on a credit note."),
    "cancelled": gettext_lazy("Invoice %(number)s is cancelled. The money has to be returned; nothing was booked."),
    "already_settled": gettext_lazy("Invoice %(number)s is settled already. Nothing was booked."),
    "wrong_currency": gettext_lazy("The invoice is in %(currency)s. Money in another currency is not booked on it."),
    "no_amount": gettext_lazy("Enter a sum above zero."),
    "in_the_future": gettext_lazy("The day lies in the future."),
    "no_bank_reference": gettext_lazy("Enter the bank’s reference of the transfer."),
    "already_taken_back": gettext_lazy("Somebody has taken this booking back already."),
    "overpays": gettext_lazy(
        "This is %(over)s more than the %(left)s that is open. Nothing is booked yet: correct the sum, or tick below that it is right."
    ),
    "payment_processing": gettext_lazy(
        "A payment of this invoice is being processed. Wait until it has arrived or failed; nothing was begun."
    ),
    "not_paid": gettext_lazy("This payment has not arrived, so nothing of it can be returned."),
    "too_much": gettext_lazy("At most %(refundable)s of this payment can still be returned. Nothing was done."),
    "refund_decided": gettext_lazy("Somebody has decided this refund already. Nothing was done."),
    "asked_yourself": gettext_lazy("Who asked for a refund does not approve it. Somebody else has to; nothing was done."),
    "already_closed": gettext_lazy("Somebody has closed this already."),
    "no_note": gettext_lazy("Write what was done about it."),
    "not_by_card": gettext_lazy("This sum cannot be paid by card. Pay it by bank transfer; nothing was begun."),
    "bank_reference_used": gettext_lazy("The transfer %(bank_reference)s is booked already. Nothing was booked again."),
}


def refusal_words(refusal: Any) -> str:
    """Return the sentence for a refusal of terms or money, or of the agreement that follows from them."""
    if isinstance(refusal, agreements_rules.NotAllowed) or refusal.code not in REFUSALS:
        return agreement_words.refusal_words(refusal)
    return sentence(str(REFUSALS[refusal.code]), **_readable(getattr(refusal, "facts", {})))


def _readable(facts: Mapping[str, Any]) -> dict[str, Any]:
    language = get_language() or "en"
    sums = {name.removesuffix("_minor"): minor for name, minor in facts.items() if name.endswith("_minor")}
    facts = {**facts, **{name: formats.money(minor, facts["currency"], language) for name, minor in sums.items()}}

    def say(value: Any) -> Any:
        if isinstance(value, datetime):
            return own(formats.instant(value, "UTC", language), language)
        return own(formats.day(value, language), language) if isinstance(value, date) else value

    return {name: say(value) for name, value in facts.items()}


SENTENCES.update(
    {
        ("termsoffer", "draft"): (gettext_lazy("The terms were drafted"), "none", "todo"),
        ("termsoffer", "edit"): (gettext_lazy("%(who)s changed the draft"), "none", "todo"),
        ("termsoffer", "issue"): (gettext_lazy("%(who)s sent the offer"), "info", "begun"),
        ("termsoffer", "accept"): (gettext_lazy("%(who)s accepted the offer"), "good", "done"),
        ("termsoffer", "decline"): (gettext_lazy("%(who)s declined the offer"), "ended", "withdrawn"),
        ("termsoffer", "supersede"): (gettext_lazy("%(who)s took the offer back"), "ended", "withdrawn"),
        ("termsoffer", "waiver_request"): (gettext_lazy("%(who)s asked for a fee waiver"), "info", "wait"),
        ("termsoffer", "waiver_approve"): (gettext_lazy("%(who)s approved the fee waiver"), "good", "done"),
        ("termsoffer", "waiver_refuse"): (gettext_lazy("%(who)s refused the fee waiver"), "ended", "withdrawn"),
        ("termsoffer", "evidence_tick"): (gettext_lazy("%(who)s saw a required paper"), "good", "done"),
        ("termsoffer", "evidence_withdraw"): (gettext_lazy("%(who)s took a tick back"), "none", "todo"),
        ("invoice", "open"): (gettext_lazy("The invoice was opened"), "info", "begun"),
        ("invoice", "receive"): (gettext_lazy("%(who)s booked money that arrived"), "info", "begun"),
        ("invoice", "take_back"): (gettext_lazy("%(who)s took back a transfer that was booked by mistake"), "stop", "wrong"),
        ("invoice", "settle"): (gettext_lazy("The invoice is settled"), "good", "done"),
        ("invoice", "card_begin"): (gettext_lazy("%(who)s began to pay by card"), "none", "todo"),
        ("invoice", "card_processing"): (gettext_lazy("The payment is being processed"), "info", "begun"),
        ("invoice", "card_succeeded"): (gettext_lazy("The payment arrived"), "good", "done"),
        ("invoice", "card_failed"): (gettext_lazy("The payment failed; nothing was taken"), "stop", "wrong"),
        ("invoice", "card_canceled"): (gettext_lazy("The payment page was left without paying"), "ended", "withdrawn"),
        ("invoice", "refund_request"): (gettext_lazy("%(who)s asked for a refund"), "info", "wait"),
        ("invoice", "refund_approve"): (gettext_lazy("%(who)s approved the refund"), "good", "done"),
        ("invoice", "refund_refuse"): (gettext_lazy("%(who)s did not approve the refund"), "ended", "withdrawn"),
        ("invoice", "refund_done"): (gettext_lazy("Money was returned"), "info", "done"),
        ("invoice", "dispute_open"): (gettext_lazy("The payer took the payment back at the bank"), "stop", "wrong"),
        ("invoice", "dispute_won"): (gettext_lazy("The dispute was won; the money stays"), "good", "done"),
        ("invoice", "dispute_lost"): (gettext_lazy("The dispute was lost; the money is gone"), "stop", "wrong"),
        ("invoice", "unsettle"): (gettext_lazy("The invoice is no longer covered"), "stop", "wrong"),
        ("invoice", "cover"): (gettext_lazy("The invoice is covered again"), "good", "done"),
        ("invoice", "case"): (gettext_lazy("A payment needs a person"), "stop", "wrong"),
        ("invoice", "credit"): (gettext_lazy("The invoice was cancelled by a credit note"), "ended", "withdrawn"),
    }
)
