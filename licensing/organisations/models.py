from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.organisations.rules import Role
from portal.core.guards import AppendOnly
from portal.core.text import fold


class OrganisationQuerySet(models.QuerySet):
    def of(self, user):
        """Keep organisations the person belongs to now."""
        return self.filter(memberships__user=user, memberships__ended_at=None).distinct()

    def found_by(self, text: str):
        """Keep organisations one of whose names has, for each word of ``text``, a word that begins with it.

        Case, accents and punctuation do not matter. Nothing is found by an empty text.
        """
        words = fold(text).split()
        if not words:
            return self.none()
        names = OrganisationName.objects.all()
        for word in words:
            names = names.filter(Q(search_key__startswith=word) | Q(search_key__contains=f" {word}"))
        return self.filter(pk__in=names.values("organisation"))


class Organisation(models.Model):
    """Any legal person: society, practice, licensor. ``register_name`` is the name its people want in public.

    ``public_name`` is what the register, verification and stamps say: the register name as staff vetted it last (as entered, before the
    first vetting). ``listed`` False = counted in totals but not named. ``vetted_at`` is set by staff, needed before a decision, and
    lost when the organisation changes who it says it is (``rules.IDENTITY``).
    """

    class Kind(models.TextChoices):
        SOCIETY = "society", _("Society")
        PRACTICE = "practice", _("Practice")
        OTHER = "other", _("Other organization")

    class LegalForm(models.TextChoices):  # the answers of the application's form (licensing.applications.form_v1)
        ASSOCIATION = "association", _("Association")
        FOUNDATION = "foundation", _("Foundation")
        SOCIETY = "society", _("Society")
        UNIVERSITY = "university", _("University")
        HOSPITAL = "hospital", _("Hospital")
        COMPANY = "company", _("Company")
        GOVERNMENT = "government", _("Government or public body")

    class Signing(models.TextChoices):
        ALONE = "alone", _("One person signs alone")
        JOINTLY = "jointly", _("Two people sign jointly")

    legal_name = models.CharField(_("legal name, as registered"), max_length=200)
    register_name = models.CharField(_("name for the public register"), max_length=200)
    public_name = models.CharField(max_length=200, editable=False)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SOCIETY)
    legal_form = models.CharField(_("legal form"), max_length=80, choices=LegalForm.choices, blank=True)
    place = models.ForeignKey(
        "i18n.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("country or territory of registration")
    )
    town = models.CharField(_("town"), max_length=100, blank=True)
    address = models.TextField(_("registered address"), blank=True)
    registration_number = models.CharField(_("registration number"), max_length=80, blank=True)
    registry = models.CharField(_("registry"), max_length=160, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=60, blank=True)
    invoice_contact = models.CharField(_("person for invoices"), max_length=120, blank=True)
    invoice_email = models.EmailField(_("email for invoices"), blank=True)
    language = models.CharField(_("language of letters"), max_length=10, default="en")
    signing = models.CharField(_("who signs"), max_length=8, choices=Signing.choices, default=Signing.ALONE)
    listed = models.BooleanField(_("named in the public register"), default=True)
    vetted_at = models.DateTimeField(null=True, editable=False)
    vetted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(editable=False)
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        permissions = [("vet_organisation", _("May vet organizations"))]

    def __str__(self) -> str:
        return self.register_name


class OrganisationName(models.Model):
    """A name the organisation is found by; ``search_key`` is folded (no case, accents or punctuation), so every database finds it alike."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="organisation_name_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """That a person holds one role in an organisation; ended, never deleted. A person with two roles has two rows."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "role"], condition=Q(ended_at=None), name="one_active_role"),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=[role.value for role in Role])),
            AppendOnly(name="organisation_membership_append_only", closes=["ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.organisation_id}"


class InvitationQuerySet(models.QuerySet):
    def open(self, at):
        """Keep invitations that may still be accepted at ``at``."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """A letter that lets one address join with some roles, until it expires; only the hash of its token is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email address"))
    roles = models.JSONField()
    language = models.CharField(max_length=10, default="en")
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["email", "created_at"]), models.Index(fields=["invited_by", "created_at"])]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation_id}"


class SigningPowerQuerySet(models.QuerySet):
    def open_on(self, day):
        """Keep powers that have not ended by ``day`` (no end = open), those that begin later included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def in_force(self, day):
        """Keep powers with ``valid_from <= day < valid_to`` (no end = open)."""
        return self.open_on(day).filter(valid_from__lte=day)


class SigningPower(models.Model):
    """That a person may sign for the organisation, in which office and order, until when (None = no end)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signing_powers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(_("office held"), max_length=100)
    position = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    objects = SigningPowerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], condition=Q(valid_to=None), name="one_open_power")]

    def __str__(self) -> str:
        return f"{self.user} ({self.office})"


class AwaitedPowerQuerySet(models.QuerySet):
    def open_on(self, day):
        """Keep those whose person has not joined, that were not given up, and whose power would not have ended by ``day`` (no end = open)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), granted_at=None, dropped_at=None)


class AwaitedPower(models.Model):
    """That somebody who does not belong to the organisation yet is to sign for it: known by the address, until they join or it is given up.

    ``source`` is the number of the application that named them. ``valid_to`` is exclusive, None = no end known.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awaited_powers")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    office = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=1)
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    objects = AwaitedPowerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(granted_at=None, dropped_at=None), name="one_awaited_power"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.office})"
