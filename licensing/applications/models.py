from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from licensing.applications.rules import KEPT_UNSENT, OPEN, WARNED_BEFORE, State, erased_at
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

    def to_warn(self, at: datetime):
        """Keep drafts that lapse soon and of which nobody was warned since their last change."""
        old = self.filter(state=State.DRAFT, changed_at__lte=at - KEPT_UNSENT + WARNED_BEFORE)
        return old.exclude(warned_at__gt=F("changed_at"))

    def over(self, at: datetime):
        """Keep what was never sent and has been kept long enough at ``at``: drafts (``rules.erased_at`` said in SQL), and withdrawn ones
        that still hold something, of which nobody is warned."""
        draft = Q(state=State.DRAFT, warned_at__gt=F("changed_at"), warned_at__lte=at - WARNED_BEFORE)
        full = [Exists(model.objects.filter(application=OuterRef("pk"))) for model in (ApplicationAnswer, ApplicationFile)]
        given_up = Q(state=State.WITHDRAWN) & (Q(full[0]) | Q(full[1]))
        return self.filter(draft | given_up, submitted_at=None, changed_at__lte=at - KEPT_UNSENT)


class Application(models.Model):
    """A request for a licence. A draft keeps the form version it began with; ``number`` is given when it is created.

    ``renews`` is the licence it is to follow: one open application for each.
    """

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="applications")
    offering = models.ForeignKey("licensing.LicenceOffering", on_delete=models.PROTECT, related_name="applications")
    edition = models.ForeignKey("licensing.OfferingEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    renews = models.ForeignKey("licensing.Licence", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    state = models.CharField(max_length=24, default=State.DRAFT)
    form_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, default="en")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)  # that it will be erased; counts until the next change
    submitted_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_due_on = models.DateField(null=True)  # as promised; see ``clock``
    clock_stopped_at = models.DateTimeField(null=True)
    clock_left = models.PositiveSmallIntegerField(null=True)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        permissions = [
            ("view_queue", _("May read applications")),
            ("decide_application", _("May take and decide applications")),
            ("note_application", _("May write notes for colleagues")),
        ]
        constraints = [
            models.CheckConstraint(name="application_state_known", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(
                name="application_submitted_has_instant",
                condition=Q(state__in=["draft", "withdrawn", "lapsed"]) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_clock_stands_while_it_asks",
                condition=Q(state="clarification_requested", clock_stopped_at__isnull=False, clock_left__isnull=False)
                | (~Q(state="clarification_requested") & Q(clock_stopped_at=None, clock_left=None)),
            ),
            models.UniqueConstraint(fields=["renews"], condition=Q(state__in=sorted(OPEN)), name="one_open_renewal"),
        ]
        indexes = [models.Index("state", "submitted_at", name="application_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def erased_at(self) -> datetime | None:
        """When the draft goes if nobody goes on with it; None as long as nobody was warned."""
        return erased_at(changed_at=self.changed_at, warned_at=self.warned_at) if self.state == State.DRAFT else None

    @property
    def last_revision(self) -> "ApplicationRevision | None":
        """The copy that was sent last; None before the first."""
        return self.revisions.order_by("-number").select_related("submitted_by").first()

    @property
    def last_answers(self) -> dict[str, Any]:
        """The answers of the copy that was sent last; none before the first."""
        return revision.answers if (revision := self.last_revision) else {}


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


class Clarification(models.Model):
    """One thing staff ask about the last submitted copy: about the answer ``key``, or about the whole ('')."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="clarifications")
    revision = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    due_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [AppendOnly(name="clarification_append_only")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.key or 'whole'}"


class ClarificationDraft(models.Model):
    """What the applicant writes in reply, until it is sent."""

    clarification = models.OneToOneField(Clarification, on_delete=models.CASCADE, related_name="draft")
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.clarification_id)


class ClarificationReply(models.Model):
    """What was replied. ``text`` is empty where the changed answer says it; ``revision`` is the copy that holds it.

    ``received_on`` is the day of the letter that staff filed (then ``replied_by`` is who filed it, and there is no copy); None in the portal.
    """

    clarification = models.OneToOneField(Clarification, on_delete=models.PROTECT, related_name="reply")
    text = models.TextField(blank=True)
    revision = models.PositiveSmallIntegerField(null=True)
    received_on = models.DateField(null=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replied_at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="reply_append_only"),
            models.CheckConstraint(name="reply_sent_or_filed", condition=Q(revision=None) ^ Q(received_on=None)),
        ]

    def __str__(self) -> str:
        return str(self.clarification_id)


class ApplicationNote(models.Model):
    """What colleagues tell one another about an application. It never reaches the applicant."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [AppendOnly(name="note_append_only")]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.application_id}"


class ApplicationFileQuerySet(models.QuerySet):
    def standing(self):
        """Keep those that belong to the answers as they stand: not taken out."""
        return self.filter(removed_at=None)

    def frozen(self):
        """Keep those that a submitted copy names, taken out since or not: what staff may see."""
        return self.filter(frozen_in__isnull=False)


class ApplicationFile(models.Model):
    """A paper given in answer to the question ``key``. Until a copy names it (``frozen_in``) it can be deleted; afterwards only taken out."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="files")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    vault_key = models.CharField(max_length=120, unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    frozen_in = models.PositiveSmallIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)
    objects = ApplicationFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="file_is_a_paper", condition=Q(content_type__in=["application/pdf", "image/png", "image/jpeg"])),
            models.UniqueConstraint(fields=["application", "key", "sha256"], condition=Q(removed_at=None), name="same_paper_once"),
        ]

    def __str__(self) -> str:
        return self.name
