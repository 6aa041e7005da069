"""Payments by card and what became of them. Rows about money taken are never deleted; what the provider told is kept as it was told."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from licensing.payments.cards.rules import LAST_HOUR, RESERVED, AttemptState, DisputeState, RefundState, standing
from portal.core.guards import AppendOnly


class Payer(models.Model):
    """An organisation as the provider knows it: bank transfers are collected on its balance there."""

    organisation = models.OneToOneField("licensing.Organisation", on_delete=models.PROTECT, related_name="payer")
    customer_id = models.CharField(max_length=255, unique=True)

    class Meta:
        constraints = [AppendOnly(name="payer_append_only")]

    def __str__(self) -> str:
        return self.customer_id


class PaymentAttempt(models.Model):
    """One try to pay what is left of an invoice. It keeps everything its Checkout page is made from, so that a retry asks for the same page.

    ``session_id`` is empty until the provider has answered; nobody can have paid before that.
    """

    invoice = models.ForeignKey("licensing.Invoice", on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, default=AttemptState.CREATED)
    key = models.CharField(max_length=80, unique=True)
    methods = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    email = models.EmailField()
    session_id = models.CharField(max_length=255, unique=True, null=True)
    intent_id = models.CharField(max_length=255, unique=True, null=True)
    page = models.URLField(max_length=2000, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="attempt_number_once"),
            models.CheckConstraint(name="attempt_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="attempt_state", condition=Q(state__in=[state.value for state in AttemptState])),
            models.CheckConstraint(name="attempt_paid", condition=Q(state="succeeded", paid_at__isnull=False) | ~Q(state="succeeded")),
        ]
        indexes = [models.Index("checked_at", condition=Q(state__in=["created", "processing"]), name="attempt_to_check")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    def usable(self, *, at: datetime) -> bool:
        """Say whether its page may still be handed out."""
        return self.state == AttemptState.CREATED and at < self.expires_at - LAST_HOUR

    @property
    def standing(self) -> str:
        """How it stands with its disputes (prefetch them)."""
        counted: dict[DisputeState, int] = {}
        for dispute in self.disputes.all():
            counted[DisputeState(dispute.state)] = counted.get(DisputeState(dispute.state), 0) + 1
        return standing(AttemptState(self.state), counted)

    @property
    def spare_minor(self) -> int:
        """What was taken, less what was returned, is asked to be, or is in dispute: below zero where a dispute came over a refund."""
        if self.state != AttemptState.SUCCEEDED:
            return 0
        gone = sum(refund.amount_minor for refund in self.refunds.all() if refund.state in RESERVED)
        held_up = sum(dispute.amount_minor for dispute in self.disputes.all() if dispute.state != DisputeState.WON)
        return self.amount_minor - gone - held_up

    @property
    def refundable_minor(self) -> int:
        """What may still be given back."""
        return max(0, self.spare_minor)


class Refund(models.Model):
    """Money of an attempt given back: asked for by one person of finance, approved by another; or made elsewhere (``by_us`` False)."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10)
    by_us = models.BooleanField(default=True)
    provider_id = models.CharField(max_length=255, unique=True, null=True)
    reason = models.CharField(max_length=250, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("refund_payment", "Can ask to give money back"), ("approve_refund", "Can approve that money is given back")]
        constraints = [
            models.CheckConstraint(name="refund_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="refund_state", condition=Q(state__in=[state.value for state in RefundState])),
            models.CheckConstraint(
                name="refund_by_two",
                condition=Q(by_us=False)
                | Q(state__in=["requested", "refused"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=models.F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.amount_minor} {self.state}"


class Dispute(models.Model):
    """A payment its payer has taken back at the card's bank, until it is won or lost."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="disputes")
    provider_id = models.CharField(max_length=255, unique=True)
    amount_minor = models.PositiveBigIntegerField()
    state = models.CharField(max_length=6)
    reason = models.CharField(max_length=60, blank=True)
    answer_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [models.CheckConstraint(name="dispute_state", condition=Q(state__in=[state.value for state in DisputeState]))]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.state}"


class Arrears(models.Model):
    """That a settled invoice is no longer covered, from ``began_at`` until the money is there again; finance decides what follows."""

    class Cause(models.TextChoices):
        REFUNDED = "refunded"  # by us
        TAKEN = "taken"  # by the payer, the bank, or past the portal
        UNBOOKED = "unbooked"  # it was never there: a booking was a mistake

    invoice = models.ForeignKey("licensing.Invoice", on_delete=models.PROTECT, related_name="arrears")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            AppendOnly(name="arrears_append_only", closes=["ended_at"]),
            models.UniqueConstraint(fields=["invoice"], condition=Q(ended_at=None), name="one_open_arrears"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.cause}"


class ProviderEvent(models.Model):
    """A signed notice exactly as it came, once: it is only a reason to ask the provider; what is booked is what the provider answers."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=100)
    live = models.BooleanField()
    account = models.CharField(max_length=255, blank=True)
    session_id = models.CharField(max_length=255, blank=True)
    intent_id = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    told_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="provider_event_append_only")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.kind}"


class PaymentCase(models.Model):
    """Something about a payment that only a person can settle. ``key`` names what it is about, so that nothing is asked twice."""

    code = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    invoice = models.ForeignKey("licensing.Invoice", on_delete=models.PROTECT, null=True, related_name="payment_cases")
    event = models.ForeignKey(ProviderEvent, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["code", "key"], name="case_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.key}"


class RefusedCall(models.Model):
    """How many calls of the webhook were turned away, by reason; nothing else of them is kept."""

    reason = models.CharField(max_length=20, unique=True)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reason}: {self.count}"
