"""Kit → release → item → file. An item says which licensed right it needs; a file is one language of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kit(models.Model):
    """What a licensee of an offering may download."""

    slug = models.SlugField(max_length=40, unique=True)
    offering = models.ForeignKey(
        "licensing.LicenceOffering", on_delete=models.PROTECT, related_name="kits", verbose_name=_("license offering")
    )
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        ordering = ["slug"]
        permissions = [
            ("edit_kits", _("May prepare course kits")),
            ("release_kit", _("May release and withdraw course kits")),
        ]

    def __str__(self) -> str:
        return self.name


class KitRelease(models.Model):
    """A frozen version of a kit: ``number`` is major.minor. A meeting's release belongs to one edition."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="releases")
    edition = models.ForeignKey("licensing.OfferingEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    notes = models.TextField(_("what changed"), blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["kit", "-major", "-minor"]
        constraints = [
            models.UniqueConstraint(fields=["kit", "number"], name="release_number_once"),
            models.CheckConstraint(name="release_state_known", condition=Q(state__in=["draft", "released", "withdrawn"])),
            models.CheckConstraint(name="release_released_has_instant", condition=Q(state="draft") | Q(released_at__isnull=False)),
            models.CheckConstraint(
                name="release_withdrawn_has_reason",
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kit} {self.number}"


class KitItem(models.Model):
    """One thing in a release, for an audience, under a licensed right; not before ``embargo_until``.

    ``artwork`` for production is released only to licensees with an approved piece.
    """

    class Audience(models.TextChoices):
        FACULTY = "faculty", _("Faculty")
        PARTICIPANT = "participant", _("Participants")
        ORGANISER = "organiser", _("Organizer")
        DESIGNER = "designer", _("Designer")

    class Modify(models.TextChoices):
        NO = "no", _("Not to be changed")
        APPEND = "append", _("Own slides may be added at the end")
        YES = "yes", _("May be adapted")

    class Artwork(models.TextChoices):
        NONE = "", _("Not artwork of the logo")
        WORKING = "working", _("For drafts, marked PROOF")
        PRODUCTION = "production", _("For production: opens with an approved piece")

    release = models.ForeignKey(KitRelease, on_delete=models.PROTECT, related_name="items")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=150)
    right = models.ForeignKey("licensing.LicensedRight", on_delete=models.PROTECT, related_name="+", verbose_name=_("needs the right"))
    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    stamped = models.BooleanField(_("carries the licensee's name"), default=True)
    modify = models.CharField(_("may be changed"), max_length=6, choices=Modify.choices, default=Modify.NO)
    attendees_keep = models.BooleanField(_("attendees keep their copy"), default=False)
    artwork = models.CharField(_("artwork of the logo"), max_length=10, choices=Artwork.choices, blank=True, default=Artwork.NONE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]
        constraints = [models.UniqueConstraint(fields=["release", "slug"], name="item_once_per_release")]

    def __str__(self) -> str:
        return self.name


class KitFile(models.Model):
    """One language of an item. Type, size, SHA-256 and CRC-32 are computed here when it comes in.

    ``vault_key`` is the master, prepared for stamping where ``stamp_slots`` is set: then what leaves is master + a tail per licensee.
    """

    item = models.ForeignKey(KitItem, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    crc32 = models.PositiveBigIntegerField()
    vault_key = models.CharField(max_length=160)
    stamp_slots = models.JSONField(null=True, blank=True)
    uploaded_name = models.CharField(max_length=250)
    uploaded_sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "language"]
        constraints = [models.UniqueConstraint(fields=["item", "language", "name"], name="file_once_per_language")]

    def __str__(self) -> str:
        return self.name
