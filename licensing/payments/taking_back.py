"""A transfer that was booked by mistake: the row stays and no longer counts; who took it back, when and why stands in the history."""

from datetime import datetime

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.payments.actions import locked, not_theirs, review
from licensing.payments.cards.queries import sums
from licensing.payments.models import Invoice, PaymentReceipt
from licensing.payments.rules import NotAllowed


@transaction.atomic
def take_back(receipt_id: int, *, reason: str, by: Actor, now: datetime) -> Invoice:
    """Take a booking back. A settled invoice that is no longer covered falls into arrears; nothing else follows from it.

    Its bank reference may be booked again.
    :raises NotAllowed: own_organisation, no_reason, already_taken_back.
    """
    invoice = locked(PaymentReceipt.objects.get(pk=receipt_id).invoice_id)
    receipt = PaymentReceipt.objects.select_for_update().get(pk=receipt_id)
    not_theirs(invoice, by)
    if not reason.strip():
        raise NotAllowed("no_reason")
    if receipt.taken_back_at:
        raise NotAllowed("already_taken_back")
    receipt.taken_back_at = now
    receipt.save(update_fields=["taken_back_at"])
    payload = {
        "receipt": receipt.pk,
        "bank_reference": receipt.bank_reference,
        "amount_minor": receipt.amount_minor,
        "currency": receipt.currency,
        "received_minor": sums(invoice).held,
    }
    record(invoice, "take_back", by=by, now=now, reason=reason.strip(), payload=payload)
    if not Invoice.objects.filter(cancels=invoice).exists():  # nothing is due on a cancelled one
        review(invoice, now=now)
    return invoice
