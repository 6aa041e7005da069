"""One row for each move of anything in licensing; appended, never changed (docs/adr/005)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.guards import AppendOnly


class EventQuerySet(models.QuerySet):
    def of(self, subject: models.Model):
        """Keep the events of one object, oldest first."""
        return self.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk).order_by("seq")

    def shown_to_applicant(self):
        """Leave out what only staff may read."""
        return self.exclude(visibility=Event.Visibility.INTERNAL)


class Event(models.Model):
    """That ``command`` moved an object ``from_state`` → ``to_state``, by whom, for which organisation, and why.

    ``seq`` counts per object and is the optimistic lock: two moves from the same sight of it cannot both be recorded.
    ``effective_at`` may lie before or after ``recorded_at``. ``payload`` keeps what the move has to prove later; it never holds secrets.
    """

    class Visibility(models.TextChoices):
        INTERNAL = "internal", _("Staff only")
        ORGANISATION = "organisation", _("Staff and the organization")
        PUBLIC = "public", _("Everyone")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    command = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=200)
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    visibility = models.CharField(max_length=14, choices=Visibility.choices, default=Visibility.ORGANISATION)
    payload = models.JSONField(default=dict)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "seq"], name="event_seq_once"),
            AppendOnly(name="event_append_only"),
        ]
        indexes = [models.Index("organisation", "recorded_at", name="event_by_organisation")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.seq} {self.command}"
