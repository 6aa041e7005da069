"""A piece of artwork, its files, the rounds they were sent in for, what was asked and what was approved. Only the piece itself changes."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from licensing.logos.rules import Medium, State
from licensing.organisations.rules import MAY, Act
from portal.core.guards import AppendOnly

MEDIA = [
    (Medium.POSTER.value, pgettext_lazy("medium", "Poster")),
    (Medium.FLYER.value, pgettext_lazy("medium", "Flyer")),
    (Medium.BROCHURE.value, pgettext_lazy("medium", "Brochure")),
    (Medium.PROGRAM.value, pgettext_lazy("medium", "Printed event program")),
    (Medium.ROLL_UP.value, pgettext_lazy("medium", "Roll-up or sign")),
    (Medium.ADVERTISEMENT.value, pgettext_lazy("medium", "Advertisement in print")),
    (Medium.CERTIFICATE.value, pgettext_lazy("medium", "Certificate of attendance")),
    (Medium.WEB_PAGE.value, pgettext_lazy("medium", "Web page")),
    (Medium.WEB_BANNER.value, pgettext_lazy("medium", "Website banner")),
    (Medium.SOCIAL.value, pgettext_lazy("medium", "Social media post")),
    (Medium.NEWSLETTER.value, pgettext_lazy("medium", "E-mail newsletter")),
    (Medium.SLIDE.value, pgettext_lazy("medium", "Slide or screen at the event")),
]


class ArtworkPieceQuerySet(models.QuerySet):
    def of(self, organisation):
        return self.filter(organisation=organisation)

    def visible_to(self, user):
        """Keep pieces of organisations in which the person has a role that may see them; unknown and foreign look the same."""
        roles = [role.value for role in MAY[Act.SEE_LOGOS]]
        active = Q(
            organisation__memberships__user=user, organisation__memberships__ended_at=None, organisation__memberships__role__in=roles
        )
        return self.filter(active).distinct()

    def in_full(self):
        """Load what a page of one piece shows."""
        return self.select_related(
            "organisation__place", "licence__offering", "licence__edition", "licence__end", "reviewer"
        ).prefetch_related("places", "proofs", "licence__suspensions")


class ArtworkPiece(models.Model):
    """One piece that shows a licensed mark: a file in one medium, size and language, for some of the licence's places and a time.

    ``use_until`` is the last day it is shown; ``print_run`` is null where nothing is printed. ``rounds`` counts how often it was sent in;
    ``due_on`` is the day an answer to the last round is promised by. Its events are in the history, its files in ``proofs``.
    """

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="pieces")
    licence = models.ForeignKey("licensing.Licence", on_delete=models.PROTECT, related_name="pieces")
    title = models.CharField(max_length=120)
    medium = models.CharField(max_length=20, choices=MEDIA)
    size = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    venue = models.CharField(max_length=160)
    places = models.ManyToManyField("i18n.Place", related_name="+")
    use_from = models.DateField()
    use_until = models.DateField()
    print_run = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, default=State.DRAFT)
    rounds = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    objects = ArtworkPieceQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        permissions = [("review_proofs", _("May review and approve logo proofs"))]
        constraints = [
            models.CheckConstraint(name="piece_state_known", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(name="piece_medium_known", condition=Q(medium__in=[medium.value for medium in Medium])),
            models.CheckConstraint(name="piece_period", condition=Q(use_until__gte=F("use_from"))),
            models.CheckConstraint(
                name="piece_sent_has_day", condition=Q(state__in=["draft", "withdrawn"]) | Q(due_on__isnull=False, rounds__gt=0)
            ),
        ]
        indexes = [models.Index("state", "due_on", name="piece_queue")]

    def __str__(self) -> str:
        return self.number


class Proof(models.Model):
    """One file of a piece, as it was uploaded, and its pages as we drew them.

    ``pages``: [{key, sha256, pixels: [across, down], width, height}] in the vault; width and height in millimetres or null.
    ``findings``: [[code, facts]], what the look at it found.
    """

    piece = models.ForeignKey(ArtworkPiece, on_delete=models.PROTECT, related_name="proofs")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    vault_key = models.CharField(max_length=160)
    pages = models.JSONField()
    findings = models.JSONField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "number"], name="proof_number_once"),
            AppendOnly(name="proof_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} file {self.number}"


class ProofRound(models.Model):
    """That a file was sent in for approval, for the ``number``-th time, and by which day an answer is promised."""

    piece = models.ForeignKey(ArtworkPiece, on_delete=models.PROTECT, related_name="proof_rounds")
    number = models.PositiveSmallIntegerField()
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "number"], name="proof_round_number_once"),
            AppendOnly(name="proof_round_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} round {self.number}"


class ProofNote(models.Model):
    """What has to change before approval: a rule, words, and perhaps a point on a page, in hundredths from the top left of its picture."""

    round = models.ForeignKey(ProofRound, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=4)
    text = models.TextField()
    page = models.PositiveSmallIntegerField(null=True)
    x = models.PositiveSmallIntegerField(null=True)
    y = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="proof_note_number_once"),
            models.CheckConstraint(
                name="proof_note_point_whole", condition=Q(x=None, y=None) | Q(page__isnull=False, x__isnull=False, y__isnull=False)
            ),
            AppendOnly(name="proof_note_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.rule}"


class PieceApprovalQuerySet(models.QuerySet):
    def cleared_by(self, at: datetime):
        """Keep approvals without conditions left open and not past their day; whether the right still holds is not looked at here."""
        return self.filter(cleared_at__lte=at, valid_until__gt=at)


class PieceApproval(models.Model):
    """That exactly this file may be shown: medium, size, language and places as they were then, until ``valid_until`` (exclusive).

    With ``conditions`` it is not cleared until somebody says they are met: ``cleared_at`` closes once, from null.
    """

    piece = models.ForeignKey(ArtworkPiece, on_delete=models.PROTECT, related_name="approvals")
    round = models.OneToOneField(ProofRound, on_delete=models.PROTECT, related_name="approval")
    sha256 = models.CharField(max_length=64)
    medium = models.CharField(max_length=20)
    size = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    places = models.JSONField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    conditions = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    objects = PieceApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            AppendOnly(name="piece_approval_append_only", closes=["cleared_at", "cleared_by"]),
            models.CheckConstraint(name="piece_approval_period", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(name="piece_approval_cleared_or_conditions", condition=Q(cleared_at__isnull=False) | ~Q(conditions="")),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} approved"
