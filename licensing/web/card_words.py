"""How payments by card stand, as people read it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy, pgettext_lazy

from licensing.payments.cards.models import Dispute, PaymentAttempt, Refund
from licensing.payments.cards.rules import RefundState
from licensing.payments.models import Invoice
from licensing.web.verdict_words import Shown

ATTEMPTS: dict[str, Shown] = {
    "created": Shown(pgettext_lazy("payment", "Not paid yet"), "none", "todo"),
    "processing": Shown(pgettext_lazy("payment", "Being processed"), "info", "begun"),
    "succeeded": Shown(pgettext_lazy("payment", "Paid"), "good", "done"),
    "failed": Shown(pgettext_lazy("payment", "Failed"), "stop", "wrong"),
    "canceled": Shown(pgettext_lazy("payment", "Not finished"), "ended", "withdrawn"),
    "disputed": Shown(pgettext_lazy("payment", "Disputed"), "stop", "wrong"),
    "lost": Shown(pgettext_lazy("payment", "Taken back"), "stop", "wrong"),
    "won": Shown(pgettext_lazy("payment", "Paid; dispute won"), "good", "done"),
}
REFUNDS: dict[str, Shown] = {
    "requested": Shown(pgettext_lazy("refund", "Waits for a second person"), "info", "wait"),
    "refused": Shown(pgettext_lazy("refund", "Not approved"), "ended", "withdrawn"),
    "created": Shown(pgettext_lazy("refund", "Approved, being sent"), "info", "begun"),
    "pending": Shown(pgettext_lazy("refund", "On its way"), "info", "begun"),
    "done": Shown(pgettext_lazy("refund", "Returned"), "good", "done"),
    "canceled": Shown(pgettext_lazy("refund", "Canceled"), "ended", "withdrawn"),
    "failed": Shown(pgettext_lazy("refund", "Failed"), "stop", "wrong"),
}
DISPUTES: dict[str, Shown] = {
    "open": Shown(pgettext_lazy("dispute", "Open"), "stop", "wrong"),
    "lost": Shown(pgettext_lazy("dispute", "Lost"), "stop", "wrong"),
    "won": Shown(pgettext_lazy("dispute", "Won"), "good", "done"),
}
INSIDE = (RefundState.REQUESTED, RefundState.REFUSED, RefundState.CREATED)  # refunds only staff read about
HEADINGS = {
    "succeeded": gettext_lazy("Paid. Thank you."),
    "won": gettext_lazy("Paid. Thank you."),
    "processing": gettext_lazy("Your payment is being processed"),
    "created": gettext_lazy("Not paid yet"),
    "failed": gettext_lazy("The payment failed"),
    "canceled": gettext_lazy("Not paid"),
    "disputed": gettext_lazy("This payment is in dispute"),
    "lost": gettext_lazy("This payment was taken back"),
}


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt with what went back, each with the word for how it stands."""

    attempt: PaymentAttempt
    shown: Shown
    refunds: list[tuple[Refund, Shown]]
    disputes: list[tuple[Dispute, Shown]]


def attempts_of(invoice: Invoice, *, staff: bool = False) -> list[AttemptRow]:
    """Return the payments by card of an invoice; licensees read of a refund once it has left."""
    return [
        AttemptRow(
            attempt,
            ATTEMPTS[attempt.standing],
            [(row, REFUNDS[row.state]) for row in attempt.refunds.all() if staff or row.state not in INSIDE],
            [(row, DISPUTES[row.state]) for row in attempt.disputes.all()],
        )
        for attempt in invoice.attempts.prefetch_related("refunds", "disputes").select_related("created_by")
    ]
