from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.applications.rules import State
from licensing.organisations.rules import MAY, Act
from portal.core.guards import AppendOnly


class ApplicationQuerySet(models.QuerySet):
    def of(self, organisation):
        return self.filter(organisation=organisation)

    def visible_to(self, user):
        """Keep applications of organisations in which the person has a role that may read them; unknown and foreign look the same."""
        roles = [role.value for role in MAY[Act.SEE_APPLICATIONS]]
        active = Q(
            organisation__memberships__user=user, organisation__memberships__ended_at=None, organisation__memberships__role__in=roles
        )
        return self.filter(active).distinct()


class Application(models.Model):
    """A request for a licence. A draft keeps the form version it began with; ``number`` is given when it is created."""

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="applications")
    offering = models.ForeignKey("licensing.LicenceOffering", on_delete=models.PROTECT, related_name="applications")
    edition = models.ForeignKey("licensing.OfferingEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=24, default=State.DRAFT)
    form_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, default="en")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        permissions = [
            ("view_queue", _("May read applications")),
            ("decide_application", _("May take and decide applications")),
        ]
        constraints = [
            models.CheckConstraint(name="application_state_known", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(
                name="application_submitted_has_instant",
                condition=Q(state__in=["draft", "withdrawn", "lapsed"]) | Q(submitted_at__isnull=False),
            ),
        ]
        indexes = [models.Index("state", "submitted_at", name="application_queue")]

    def __str__(self) -> str:
        return self.number


class ApplicationAnswer(models.Model):
    """The answer to one question as it stands; ``version`` counts its saves, so that a later save is told of an earlier one."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.application_id}.{self.key}"


class ApplicationRevision(models.Model):
    """The answers exactly as submitted, with the hash of their canonical JSON and the organisation's data of that moment."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    form_version = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    organisation_data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="revision_number_once"),
            AppendOnly(name="revision_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} revision {self.number}"
