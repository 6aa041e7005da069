from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LicenceOffering(models.Model):
    """What can be licensed, on which terms, open to whom. ``term_years`` null = a term bound to an edition.

    ``may`` and ``may_not`` are lists, one line each. ``closed_to`` excludes places; everywhere else one may apply.
    ``grace_days``: files already downloaded may be used that long after the end; new downloads never.
    """

    code = models.SlugField(max_length=20, unique=True)
    programme = models.ForeignKey("content.Programme", on_delete=models.PROTECT, related_name="offerings")
    name = models.CharField(_("name"), max_length=150)
    summary = models.TextField(_("summary"), blank=True)
    for_whom = models.TextField(_("who may apply"), blank=True)
    may = models.TextField(_("what the licensee may do, one line each"), blank=True)
    may_not = models.TextField(_("what the licensee may not do, one line each"), blank=True)
    how_long = models.TextField(_("how long it takes, one line each"), blank=True)
    fee_unit = models.CharField(max_length=20, default="licence")
    term_years = models.PositiveSmallIntegerField(null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    form_version = models.PositiveSmallIntegerField(default=1)
    template_code = models.CharField(max_length=30, blank=True)
    kit_languages = models.JSONField(default=list)
    open = models.BooleanField(_("open for applications"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    closed_to = models.ManyToManyField("i18n.Place", blank=True, related_name="+", verbose_name=_("not open to"))

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("license offering")
        verbose_name_plural = _("license offerings")

    def __str__(self) -> str:
        return self.name


class LicensedRight(models.Model):
    """One thing a licence of the offering grants: slides, manual, logo… A kit item says which right it needs."""

    offering = models.ForeignKey(LicenceOffering, on_delete=models.PROTECT, related_name="rights")
    code = models.SlugField(max_length=30)
    name = models.CharField(_("name"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("licensed right")
        verbose_name_plural = _("licensed rights")
        constraints = [models.UniqueConstraint(fields=["offering", "code"], name="right_once_per_offering")]

    def __str__(self) -> str:
        return self.name


class EvidenceRequirement(models.Model):
    """A paper staff tick before a licence of the offering can start."""

    offering = models.ForeignKey(LicenceOffering, on_delete=models.PROTECT, related_name="evidence")
    code = models.SlugField(max_length=30)
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("required paper")
        verbose_name_plural = _("required papers")
        constraints = [models.UniqueConstraint(fields=["offering", "code"], name="evidence_once_per_offering")]

    def __str__(self) -> str:
        return self.name


class OfferingEdition(models.Model):
    """One edition of a yearly meeting. ``rights_until`` is the exclusive end of every right; ``embargo_until`` lifts the slides."""

    offering = models.ForeignKey(LicenceOffering, on_delete=models.PROTECT, related_name="editions")
    label = models.CharField(max_length=30)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    embargo_until = models.DateTimeField(null=True, blank=True)
    rights_until = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["offering", "label"], name="edition_once_per_offering"),
            models.CheckConstraint(name="edition_period", condition=Q(ends_at__gt=F("starts_at")) & Q(rights_until__gt=F("ends_at"))),
        ]

    def __str__(self) -> str:
        return self.label
