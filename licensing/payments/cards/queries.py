"""Questions about payments by card: sums of an invoice, what is to be checked, what waits for a person."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from licensing.payments.cards.models import Dispute, PaymentAttempt, PaymentCase, Refund
from licensing.payments.cards.rules import LEFT, AttemptState, DisputeState, RefundState, Sums

CHECK_AFTER = timedelta(minutes=5)  # an open attempt of the last day the provider was silent on is asked about this often
CHECK_OLD_AFTER = timedelta(hours=1)  # an older one: a bank transfer may take weeks
CHECK_PAID_AFTER = timedelta(days=1)  # a paid one, for refunds and disputes made elsewhere
CHECK_PAID_FOR = timedelta(days=200)  # cards can be disputed for 120 days, in some cases for half a year


def taken_and_kept() -> Combinable:
    """Return the expression for an invoice's money by card: taken, less given back and lost in disputes."""
    attempts = PaymentAttempt.objects.filter(invoice=OuterRef("pk"), state=AttemptState.SUCCEEDED)
    refunds = Refund.objects.filter(attempt__invoice=OuterRef("pk"), state__in=LEFT)
    lost = Dispute.objects.filter(attempt__invoice=OuterRef("pk"), state=DisputeState.LOST)
    return _sum(attempts, "invoice") - _sum(refunds, "attempt__invoice") - _sum(lost, "attempt__invoice")


def _sum(rows: QuerySet, by: str) -> Combinable:
    summed = rows.order_by().values(by).annotate(sum=Sum("amount_minor")).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())


def sums(invoice: Any) -> Sums:
    """Return what happened to the money of an invoice, transfers included."""
    refunds = Refund.objects.filter(attempt__invoice=invoice, state__in=LEFT)
    lost = Dispute.objects.filter(attempt__invoice=invoice, state=DisputeState.LOST)
    return Sums(
        received=_total(invoice.receipts.filter(taken_back_at=None)) + _total(invoice.attempts.filter(state=AttemptState.SUCCEEDED)),
        refunded=_total(refunds.filter(by_us=True)),
        taken=_total(refunds.filter(by_us=False)) + _total(lost),
    )


def _total(rows: QuerySet) -> int:
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def to_check(*, now: datetime) -> QuerySet[PaymentAttempt]:
    """Return the attempts to ask the provider about: open ones it was silent on, and paid ones once a day; longest unasked first."""
    young = Q(created_at__gt=now - timedelta(days=1), checked_at__lte=now - CHECK_AFTER)
    still_open = Q(state__in=[AttemptState.CREATED, AttemptState.PROCESSING]) & (young | Q(checked_at__lte=now - CHECK_OLD_AFTER))
    paid = Q(state=AttemptState.SUCCEEDED, checked_at__lte=now - CHECK_PAID_AFTER, paid_at__gt=now - CHECK_PAID_FOR)
    return PaymentAttempt.objects.filter(still_open | paid).order_by("checked_at", "pk")


def open_cases() -> QuerySet[PaymentCase]:
    return PaymentCase.objects.filter(closed_at=None)


def refunds_to_decide() -> QuerySet[Refund]:
    return Refund.objects.filter(state=RefundState.REQUESTED)
