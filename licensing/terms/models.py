"""What the licensor offers after a decision: territory, term, rights and fee, frozen when issued."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from licensing.organisations.rules import MAY, Act
from portal.core.guards import AppendOnly


class TermsOfferQuerySet(models.QuerySet):
    def of(self, organisation):
        return self.filter(application__organisation=organisation)

    def sent(self):
        """Leave out what staff still draft, or took back before it was issued."""
        return self.filter(issued_at__isnull=False)

    def visible_to(self, user):
        """Keep sent offers of organisations in which the person has a role that may read applications."""
        roles = [role.value for role in MAY[Act.SEE_APPLICATIONS]]
        active = Q(
            application__organisation__memberships__user=user,
            application__organisation__memberships__ended_at=None,
            application__organisation__memberships__role__in=roles,
        )
        return self.sent().filter(active).distinct()


class TermsOffer(models.Model):
    """``rights`` are codes of the offering's licensed rights; ``zone`` is where the term ends at 24:00; ``valid_until`` ends the offer.

    ``starts_on`` (optional) keeps the term from beginning before that day, 00:00 in ``zone``, however early all conditions are met.
    ``tier_override`` is an income group set by staff for a place that has none, with its ``tier_reason``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Superseded")

    application = models.ForeignKey("licensing.Application", on_delete=models.PROTECT, related_name="terms")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    places = models.ManyToManyField("i18n.Place", related_name="+")
    rights = models.JSONField()
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=60)
    starts_on = models.DateField(_("not before this day"), null=True, blank=True)
    tier_override = models.CharField(_("income group set by hand"), max_length=2, blank=True)
    tier_reason = models.CharField(_("why this group"), max_length=250, blank=True)
    special_terms = models.TextField(blank=True)
    purchase_order = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    objects = TermsOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=["draft", "issued", "accepted"]), name="one_live_terms_offer"
            ),
            models.CheckConstraint(name="terms_accepted_has_instant", condition=~Q(state="accepted") | Q(accepted_at__isnull=False)),
            models.CheckConstraint(name="terms_tier_has_reason", condition=Q(tier_override="") | ~Q(tier_reason="")),
        ]
        permissions = [
            ("issue_terms", _("May draft and issue terms")),
            ("request_waiver", _("May request a fee waiver")),
            ("approve_waiver", _("May approve a fee waiver somebody else requested")),
            ("tick_evidence", _("May tick the papers of a license")),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} terms"

    @property
    def organisation_id(self) -> int:
        return self.application.organisation_id

    @property
    def quote(self) -> "Quote":
        """The quote that counts: the newest.

        :raises Quote.DoesNotExist: the offer was never issued.
        """
        return self.quotes.latest("pk")

    @property
    def waiver(self) -> "Waiver | None":
        """The waiver that is requested or approved."""
        return next((waiver for waiver in self.waivers.all() if waiver.state != Waiver.State.REFUSED), None)


class Quote(models.Model):
    """The fee part of an issued offer, with its computation. ``lines``: [{unit, label, quantity, price_minor, amount_minor}].

    ``tier`` and ``tier_list_date`` are of ``tier_place`` on ``on``; with a ``tier_reason`` staff set the group by hand that day; with a
    ``tier_listed`` a renewal keeps ``tier``, held in four of the last five list years, though the list says that dearer group now.
    ``waived_minor`` is what an approved waiver takes off.
    """

    terms = models.ForeignKey(TermsOffer, on_delete=models.PROTECT, related_name="quotes")
    schedule = models.CharField(max_length=20)
    on = models.DateField()
    tier = models.CharField(max_length=2)
    tier_list_date = models.DateField()
    tier_place = models.CharField(max_length=20)
    tier_reason = models.CharField(max_length=250, blank=True)
    tier_listed = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    gross_minor = models.PositiveBigIntegerField()
    waived_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            AppendOnly(name="quote_append_only"),
            models.CheckConstraint(name="quote_adds_up", condition=Q(gross_minor=F("total_minor") + F("waived_minor"))),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.total_minor} {self.currency}"


class Waiver(models.Model):
    """A reduction of the fee with its reason. Who asked for it never approves it (refused by the database too)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    class Ground(models.TextChoices):
        AUTOMATIC = "automatic", _("Low-income territory")
        REQUESTED = "requested", _("Requested by the applicant")
        GRANT_FUNDED = "grant_funded", _("Paid by a grant")
        PROMOTIONAL = "promotional", _("Promotional")

    terms = models.ForeignKey(TermsOffer, on_delete=models.PROTECT, related_name="waivers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    percent = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=14, choices=Ground.choices, default=Ground.REQUESTED)
    reason = models.TextField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="waiver_percent", condition=Q(percent__in=[25, 50, 75, 100])),
            models.CheckConstraint(name="waiver_second_person", condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by"))),
            models.UniqueConstraint(fields=["terms"], condition=Q(state__in=["requested", "approved"]), name="one_live_waiver"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.state}"


class EvidenceTick(models.Model):
    """That staff have seen a paper the offering requires; appended, and taken back only by ``withdrawn_at``.

    ``file`` is the paper itself where it came with the application; None: seen elsewhere, as the note says.
    """

    terms = models.ForeignKey(TermsOffer, on_delete=models.PROTECT, related_name="evidence")
    requirement = models.ForeignKey("licensing.EvidenceRequirement", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=250, blank=True)
    file = models.ForeignKey("licensing.ApplicationFile", on_delete=models.PROTECT, null=True, related_name="+")
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["terms", "requirement"], condition=Q(withdrawn_at=None), name="one_tick"),
            AppendOnly(name="evidence_append_only", closes=["withdrawn_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} of {self.terms_id}"
