"""What is stated about where a programme is available: two clocks, appended, never edited. The law is in ``rules.py``."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import pgettext_lazy

from content.availability.rules import Status
from content.programmes.models import Programme
from portal.core.guards import AppendOnly, NoOverlap, PeriodIndex
from portal.core.within import Within

PERIOD = ("valid_from", "valid_to")
RECORDED = ("recorded_at", "superseded_at")
STATUS_WORDS = {
    Status.AVAILABLE.value: pgettext_lazy("availability", "Available"),
    Status.BY_LICENCE.value: pgettext_lazy("availability", "By license"),
    Status.PILOT.value: pgettext_lazy("availability", "Pilot"),
    Status.ON_REQUEST.value: pgettext_lazy("availability", "On request"),
    Status.SUSPENDED.value: pgettext_lazy("availability", "Suspended"),
    Status.WITHDRAWN.value: pgettext_lazy("availability", "Withdrawn"),
}
STATUSES = list(STATUS_WORDS.items())


class Publication(models.Model):
    """One act of publishing: who changed what we state, when and why. ``number`` is the content version it made.

    ``imported_at`` is set where history was loaded: then ``recorded_at`` is the instant the source was published. A ``correction`` changes
    what was stated for a time that had passed, or takes back another publication, which ``corrects`` names.
    """

    number = models.PositiveBigIntegerField(unique=True)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=250, blank=True)
    imported_at = models.DateTimeField(null=True)
    correction = models.BooleanField(default=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")

    class Meta:
        constraints = [
            AppendOnly(name="publication_append_only"),
            models.CheckConstraint(name="publication_that_corrects_is_a_correction", condition=Q(corrects=None) | Q(correction=True)),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.reason}"


class StatementQuerySet(models.QuerySet):
    def of(self, programme_id: int):
        """Keep one programme's rows.

        The cast: PostgreSQL's range indexes know ``bigint = bigint`` only, and the number 4 alone is an ``integer`` to it.
        """
        return self.filter(programme=Cast(models.Value(programme_id), models.BigIntegerField()))

    def known_at(self, known_at: datetime | None):
        """Keep rows we held for true at ``known_at``; None = what we hold for true now."""
        return self.filter(superseded_at__isnull=True) if known_at is None else self.filter(Within(*RECORDED, known_at))

    def in_force(self, as_of: datetime):
        """Keep rows with ``valid_from <= as_of < valid_to`` (no end = open)."""
        return self.filter(Within(*PERIOD, as_of))

    def covering(self, *, as_of: datetime, known_at: datetime | None):
        """Give one row per statement and place it covers, in ``covered_id``; a region's members are those of ``as_of`` or of its ``members_at``."""
        member_at = Coalesce(F("members_at"), models.Value(as_of, output_field=models.DateTimeField()))
        joined = Within("area__members__valid_from", "area__members__valid_to", member_at)
        if known_at is None:
            known = Q(area__members__superseded_at__isnull=True)
        else:
            known = Q(Within("area__members__recorded_at", "area__members__superseded_at", known_at))
        return self.known_at(known_at).in_force(as_of).filter(joined, known).annotate(covered_id=F("area__members__place"))


class AvailabilityStatement(models.Model):
    """That a programme has a status in a place or region for a period; two clocks, never edited.

    ``members_at`` fixes the membership of a region to one instant; null follows it. ``dated`` False: the source carries no date and
    ``valid_from`` is a guess, shown as such. ``note`` is public.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    area = models.ForeignKey("i18n.Area", on_delete=models.PROTECT)
    status = models.CharField(max_length=12, choices=STATUSES)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    members_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=250, blank=True)
    dated = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="statements")
    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            NoOverlap(name="one_statement", same=["programme", "area"], periods=[PERIOD, RECORDED]),
            AppendOnly(name="statement_append_only", closes=["superseded_at"]),
            models.CheckConstraint(name="statement_period", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))),
            models.CheckConstraint(name="statement_record", condition=Q(superseded_at=None) | Q(superseded_at__gt=F("recorded_at"))),
            models.CheckConstraint(name="statement_status", condition=Q(status__in=[status.value for status in Status])),
        ]
        indexes = [
            models.Index("programme", "valid_from", condition=Q(superseded_at=None), name="statement_next_start"),
            models.Index("programme", "valid_to", condition=Q(superseded_at=None), name="statement_next_end"),
            models.Index("programme", "area", "valid_from", name="statement_cell"),
            PeriodIndex(fields=["programme", "valid_from", "valid_to"], condition=Q(superseded_at=None), name="statement_now"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} × {self.area_id}: {self.status}"


class LeaverDecision(models.Model):
    """That what was stated for a place through a region it left is not stated for it any more, and why. Told to staff only."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("i18n.Area", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("i18n.Area", on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField()
    reason = models.CharField(max_length=250)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="leaver_decision_append_only"),
            models.UniqueConstraint(fields=["programme", "place", "region", "left_at"], name="one_leaver_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} left {self.region_id}"
