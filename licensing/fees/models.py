from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FeeScheduleQuerySet(models.QuerySet):
    def in_force(self, on):
        """Keep schedules with ``valid_from <= on < valid_to`` (no end = until further notice)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


class FeeSchedule(models.Model):
    """A dated price list; days in UTC, ``valid_to`` exclusive. Two schedules never hold on one day (checked when one is loaded)."""

    code = models.CharField(max_length=20, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    objects = FeeScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from"]
        constraints = [models.CheckConstraint(name="schedule_period", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")))]

    def __str__(self) -> str:
        return self.code


class FeeLine(models.Model):
    """The price of one unit of an offering for one tier in one currency, in minor units."""

    schedule = models.ForeignKey(FeeSchedule, on_delete=models.PROTECT, related_name="lines")
    offering = models.CharField(max_length=20)
    unit = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    tier = models.CharField(_("income group"), max_length=2)
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "offering", "unit", "currency", "tier"], name="one_price")]

    def __str__(self) -> str:
        return f"{self.offering} {self.unit} {self.currency} {self.tier}"
