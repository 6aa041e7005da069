from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from licensing.organisations.rules import MAY, Act
from licensing.payments.cards.models import Arrears
from licensing.payments.cards.queries import taken_and_kept
from portal.core.guards import AppendOnly

TAX_NOTES, CHARGES = ([f"{field}_{code.replace('-', '_')}" for code, _name in settings.LANGUAGES] for field in ("tax_note", "charges"))


@register_setting(icon="doc-full-inverse")
class BillingDetails(BaseGenericSetting):
    """Who invoices come from and where to transfer to; each invoice keeps a copy of what stood here when it was opened."""

    address = models.TextField(_("address of the licensor"), blank=True)
    registration = models.CharField(_("registration"), max_length=160, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=60, blank=True)
    tax_note = models.CharField(_("tax sentence on each invoice"), max_length=300, blank=True)
    holder = models.CharField(_("account holder"), max_length=120, blank=True)
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    account = models.CharField(_("account (IBAN)"), max_length=60, blank=True)
    bic = models.CharField(_("BIC"), max_length=20, blank=True)
    charges = models.CharField(_("who bears bank charges"), max_length=200, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel(name) for name in ("address", "registration", "tax_number", *TAX_NOTES)], heading=_("Licensor")),
        MultiFieldPanel([FieldPanel(name) for name in ("holder", "bank", "account", "bic", *CHARGES)], heading=_("Bank account")),
    ]

    class Meta:
        verbose_name = _("invoice details")

    def __str__(self) -> str:
        return self.account


def held_minor() -> Combinable:
    """Return the expression for what is with us of an invoice's money: transfers not taken back, and cards less what went back."""
    rows = PaymentReceipt.objects.filter(invoice=OuterRef("pk"), taken_back_at=None).order_by().values("invoice")
    arrived = Subquery(rows.annotate(sum=Sum("amount_minor")).values("sum"))
    return Coalesce(arrived, 0, output_field=models.BigIntegerField()) + taken_and_kept()


class InvoiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep invoices of organisations in which the person has a role that may see money."""
        roles = [role.value for role in MAY[Act.SEE_MONEY]]
        active = Q(
            organisation__memberships__user=user, organisation__memberships__ended_at=None, organisation__memberships__role__in=roles
        )
        return self.filter(active).distinct()

    def of(self, organisation):
        return self.filter(organisation=organisation)

    def invoices(self):
        """Leave out credit notes."""
        return self.filter(kind=Invoice.Kind.INVOICE)

    def standing(self):
        """Keep invoices no credit note cancels."""
        return self.invoices().filter(cancelled_by=None)

    def waiting(self):
        """Keep invoices that wait for money: standing, and not settled or no longer covered because money was taken back."""
        missing = Arrears.objects.filter(ended_at=None).exclude(cause=Arrears.Cause.REFUNDED).values("invoice")
        return self.standing().filter(Q(settlement=None) | Q(pk__in=missing))

    def uncovered(self):
        """Keep invoices that were settled and no longer are: given back by us, taken back, or settled by mistake."""
        return self.standing().filter(pk__in=Arrears.objects.filter(ended_at=None).values("invoice"))

    def overdue(self, on):
        """Keep waiting invoices whose due day is over on ``on``."""
        return self.waiting().filter(due_on__lt=on)

    def with_received(self):
        """Add ``received_minor``, what has arrived and is still with us, and ``uncovered``, why it no longer settles (null = it does)."""
        arrears = Arrears.objects.filter(invoice=OuterRef("pk"), ended_at=None).values("cause")
        return self.annotate(received_minor=held_minor(), uncovered=Subquery(arrears))


class Invoice(models.Model):
    """An accounting document, never edited: numbered without gaps, with a copy of all it says. A credit note names what it ``cancels``.

    ``lines``: [{unit, label, description, note, quantity, price_minor, amount_minor}], described in the invoice's language.
    Amounts in minor units; ``total_minor`` of a credit note is what it takes back. Whether it is settled is a row of its own.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.INVOICE)
    terms = models.ForeignKey("licensing.TermsOffer", on_delete=models.PROTECT, related_name="invoices")
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="invoices")
    cancels = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="cancelled_by")
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    gross_minor = models.PositiveBigIntegerField()
    waived_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=300, blank=True)
    waiver_text = models.CharField(max_length=300, blank=True)
    buyer = models.JSONField()
    seller = models.JSONField()
    reference = models.CharField(max_length=30)
    issued_on = models.DateField()
    due_on = models.DateField()
    language = models.CharField(max_length=10, default="en")
    opened_at = models.DateTimeField()
    document_key = models.CharField(max_length=160)
    document_sha256 = models.CharField(max_length=64)
    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        permissions = [("receive_payment", _("May record money that arrived"))]
        constraints = [
            AppendOnly(name="invoice_append_only"),
            models.CheckConstraint(name="invoice_adds_up", condition=Q(gross_minor=F("total_minor") + F("waived_minor"))),
            models.CheckConstraint(
                name="credit_note_cancels", condition=Q(kind="invoice", cancels=None) | Q(kind="credit_note", cancels__isnull=False)
            ),
            models.UniqueConstraint(fields=["reference"], condition=Q(kind="invoice"), name="one_reference"),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentReceipt(models.Model):
    """Money that arrived by transfer and which invoice it was matched with; one booked by mistake is ended (``taken_back_at``), not deleted."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="receipts")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    note = models.CharField(max_length=250, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            AppendOnly(name="receipt_append_only", closes=["taken_back_at"]),
            models.UniqueConstraint(fields=["bank_reference"], condition=Q(taken_back_at=None), name="transfer_booked_once"),
            models.CheckConstraint(name="receipt_positive", condition=Q(amount_minor__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.bank_reference} {self.amount_minor} {self.currency}"


class Settlement(models.Model):
    """That an invoice was settled: by transfer (``shortfall_minor`` = bank charges accepted by rule), by card, or by a waiver of all of it.

    Whether the money is still there is said by the absence of open ``Arrears``.
    """

    class How(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        CARD = "card", _("Card")
        WAIVER = "waiver", _("Waived")

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="settlement")
    how = models.CharField(max_length=10, choices=How.choices)
    received_minor = models.PositiveBigIntegerField(default=0)
    shortfall_minor = models.PositiveBigIntegerField(default=0)
    settled_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [AppendOnly(name="settlement_append_only")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.how}"
