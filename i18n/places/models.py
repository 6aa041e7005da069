"""Places and regions in one table, so that a statement about either is one foreign key and one join (docs/adr/003)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from i18n.places.rules import ENGLISH, called
from portal.core.guards import AppendOnly, NoOverlap
from portal.core.within import Within

PERIOD = ("valid_from", "valid_to")
RECORDED = ("recorded_at", "superseded_at")


class Area(models.Model):
    """A place (country, territory, subdivision) or a region (a named set of places whose membership changes with time).

    ``code`` is ours: ISO 3166-1 where there is one, else ``XK``, ``GB-ENG``, ``EU``, ``US_TERRITORIES``. ``parent`` is the sovereign state
    or the country a subdivision belongs to. ``zone`` is the capital's (IANA). ``staff_name`` overrides the loaded CLDR ``name``.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("Country or territory")
        REGION = "region", _("Region")

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLACE)
    iso2 = models.CharField(max_length=2, null=True, blank=True, unique=True)
    numeric = models.CharField(max_length=3, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    continent = models.CharField(max_length=3, blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    inhabited = models.BooleanField(default=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    staff_name = models.CharField(_("name set by staff"), max_length=150, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="area_kind_known", condition=Q(kind__in=["place", "region"]))]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the active language, by the rule of ``called``; among our own words ``name_in`` says its language too."""
        return called(self, get_language() or ENGLISH)[0]


class OfKind(models.Manager):
    def __init__(self, kind: str = Area.Kind.PLACE):
        super().__init__()
        self.kind = kind

    def get_queryset(self):
        return super().get_queryset().filter(kind=self.kind)

    def create(self, **fields):
        return super().create(**{**fields, "kind": self.kind})


class Place(Area):
    objects = OfKind(Area.Kind.PLACE)  # type: ignore[misc]

    class Meta:
        proxy = True
        verbose_name = _("country or territory")
        verbose_name_plural = _("countries and territories")


class Region(Area):
    objects = OfKind(Area.Kind.REGION)  # type: ignore[misc]

    class Meta:
        proxy = True
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class RegionMembershipQuerySet(models.QuerySet):
    def known_at(self, known_at: datetime | None):
        """Keep rows we held for true at ``known_at``; None = what we hold for true now."""
        return self.filter(superseded_at__isnull=True) if known_at is None else self.filter(Within(*RECORDED, known_at))

    def in_force(self, at: datetime):
        """Keep memberships with ``valid_from <= at < valid_to`` (no end = still a member)."""
        return self.filter(Within(*PERIOD, at))


class RegionMembership(models.Model):
    """That a place belongs to an area for a period; two clocks, never edited. A place is the one, permanent member of itself."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="members")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=250, blank=True)
    objects = RegionMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            NoOverlap(name="one_membership", same=["area", "place"], periods=[PERIOD, RECORDED]),
            AppendOnly(name="membership_append_only", closes=["superseded_at"]),
            models.CheckConstraint(name="membership_record", condition=Q(superseded_at=None) | Q(superseded_at__gt=F("recorded_at"))),
            models.CheckConstraint(name="membership_period", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} in {self.area_id}"


class PlaceTier(models.Model):
    """The income group of a place on the World Bank list of ``list_date``; ``NC`` = on the list, not classified. Places without a row have none."""

    class Tier(models.TextChoices):
        HIGH = "H", _("High income")
        UPPER_MIDDLE = "UM", _("Upper-middle income")
        LOWER_MIDDLE = "LM", _("Lower-middle income")
        LOW = "L", _("Low income")
        NOT_CLASSIFIED = "NC", _("Not classified")

    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="tiers")
    tier = models.CharField(max_length=2, choices=Tier.choices)
    list_date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "list_date"], name="one_tier_per_list")]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.tier} ({self.list_date})"
