from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.agreements.rules import OVER, STORED, Side, State, state_at
from licensing.organisations.rules import MAY, Act
from portal.core.guards import AppendOnly


class ClauseVersion(models.Model):
    """One wording of a clause, in English and as reading copies; never edited once a template names it.

    ``when`` says for which facts it applies: ``{"offering": ["QCS-DH"]}``; empty = always. ``body_*`` hold ``{placeholders}``.
    """

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=150)
    body = models.TextField()
    when = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="clause_version_once"),
            AppendOnly(name="clause_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class AgreementTemplate(models.Model):
    """Which clauses in which order make an agreement: ``clauses`` is [[code, version], …], fixed for good.

    ``schedules``: [[code, version, letter], …]. ``titles`` and ``prevails`` are {language: text}. ``key_terms`` are the lines of the front
    page: [{"value": "{licensee}", "label": {language: text}}]. ``licensor`` holds its address, notice contact and law.
    """

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    titles = models.JSONField(default=dict)
    clauses = models.JSONField()
    schedules = models.JSONField(default=list)
    key_terms = models.JSONField(default=list)
    prevails = models.JSONField(default=dict)
    licensor = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="template_version_once"),
            AppendOnly(name="template_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep agreements of organisations in which the person has a role that may read them, and not before they are sent."""
        roles = [role.value for role in MAY[Act.SEE_AGREEMENTS]]
        active = Q(
            organisation__memberships__user=user, organisation__memberships__ended_at=None, organisation__memberships__role__in=roles
        )
        return self.filter(active, sent_at__isnull=False).distinct()

    def live(self):
        """Leave out what was declined or taken back: of one offer's agreements at most one stays."""
        return self.exclude(state__in=OVER)


class Agreement(models.Model):
    """The generated document. ``context`` is all it says; ``document_sha256`` is the hash of exactly the bytes that are shown and signed.

    ``reading_*`` is the copy in the language asked for in the application ('' = none): its hash stands in the prevailing text and in every
    signature. The sealed file begins with the shown bytes; it is made once by the worker and never again.
    """

    number = models.CharField(max_length=20, unique=True)
    terms = models.ForeignKey("licensing.TermsOffer", on_delete=models.PROTECT, related_name="agreements")
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="agreements")
    offering = models.ForeignKey("licensing.LicenceOffering", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(AgreementTemplate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default=State.DRAFTING)
    context = models.JSONField()
    context_sha256 = models.CharField(max_length=64)
    document_key = models.CharField(max_length=160)
    document_sha256 = models.CharField(max_length=64)
    reading_language = models.CharField(max_length=10, blank=True)
    reading_key = models.CharField(max_length=160, blank=True)
    reading_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    sealed_key = models.CharField(max_length=160, blank=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("approve_agreement", _("May approve, send and void agreements")),
            ("countersign", _("May countersign agreements for the licensor")),
        ]
        constraints = [
            models.CheckConstraint(name="agreement_state_known", condition=Q(state__in=[state.value for state in STORED])),
            models.CheckConstraint(
                name="agreement_reading_copy_whole",
                condition=Q(reading_language="", reading_key="", reading_sha256="")
                | (~Q(reading_language="") & ~Q(reading_key="") & ~Q(reading_sha256="")),
            ),
            models.CheckConstraint(name="agreement_executed_has_instant", condition=~Q(state="executed") | Q(executed_at__isnull=False)),
            models.CheckConstraint(
                name="agreement_sealed_when_executed", condition=Q(sealed_at=None) | (Q(state="executed") & ~Q(sealed_key=""))
            ),
            models.UniqueConstraint(fields=["terms"], condition=~Q(state__in=["declined", "voided"]), name="one_live_agreement"),
        ]

    def __str__(self) -> str:
        return self.number

    def status(self, *, at: datetime) -> State:
        """Return where it stands at an instant; ``lapsed_unsigned`` once the window is over."""
        return state_at(State(self.state), window_ends_at=self.window_ends_at, now=at)


class SignatureRequest(models.Model):
    """A line to be signed. The licensor's line names no person: anyone with the right to countersign may.

    Whoever stands on an unsigned line may be replaced; the history keeps who stood there before, and why.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="requests")
    side = models.CharField(max_length=8, choices=[(side.value, side.value) for side in Side])
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150)
    office = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["agreement", "side", "position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side", "position"], name="one_line_per_position"),
            models.CheckConstraint(name="licensee_line_names_a_person", condition=Q(side="licensor") | Q(user__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.side} {self.position}"


class Signature(models.Model):
    """That a person signed exactly the documents of these hashes, and what they declared then; one per line, never changed.

    ``intent_sha256`` is the hash of the declaration as shown (``licensing/agreements/intent.py``) in ``intent_language``.
    """

    request = models.OneToOneField(SignatureRequest, on_delete=models.PROTECT, related_name="signature")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_name = models.CharField(max_length=150)
    office = models.CharField(max_length=120, blank=True)
    document_sha256 = models.CharField(max_length=64)
    reading_sha256 = models.CharField(max_length=64, blank=True)
    intent_version = models.PositiveSmallIntegerField()
    intent_language = models.CharField(max_length=10)
    intent_sha256 = models.CharField(max_length=64)
    factor = models.CharField(max_length=20)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")
        constraints = [AppendOnly(name="signature_append_only")]

    def __str__(self) -> str:
        return f"{self.typed_name} {self.signed_at:%Y-%m-%d}"
