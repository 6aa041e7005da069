from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from licensing.entitlements.rules import (
    RENEWING,
    RUNNING,
    End,
    EndKind,
    LicenceFacts,
    LicenceStatus,
    may_renew,
    never_begins,
    status,
    until,
)
from licensing.organisations.models import Membership
from licensing.organisations.rules import MAY, Act
from portal.core.guards import AppendOnly
from portal.core.periods import Period

REAL_END = Coalesce("end__at", "valid_to")  # until when a licence holds that has begun


class LicenceQuerySet(models.QuerySet):
    def of(self, organisation):
        return self.filter(organisation=organisation)

    def visible_to(self, user):
        """Keep licences of organisations in which the person has a role that may see them."""
        roles = [role.value for role in MAY[Act.SEE_LICENCES]]
        rows = Membership.objects.filter(user=user, ended_at=None, role__in=roles)
        return self.filter(organisation__in=rows.values("organisation"))

    def with_facts(self):
        """Load what the status is computed from, in one go."""
        return self.select_related("organisation", "offering", "edition", "end").prefetch_related("suspensions", "places")

    def in_status(self, *statuses, at):
        """Keep licences that have one of the statuses at ``at``: the rules of ``status``, said in SQL."""
        over, stands = Q(end__at__lte=at), Q(end__isnull=True) | Q(end__at__gt=at)
        running = Q(valid_from__lte=at, valid_to__gt=at)
        held = Exists(Suspension.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), licence=OuterRef("pk"), valid_from__lte=at))
        said = {
            LicenceStatus.REVOKED: over & Q(end__kind=EndKind.REVOKED),
            LicenceStatus.ENDED: over & Q(end__kind__in=[EndKind.SURRENDERED, EndKind.TERMINATED]),
            LicenceStatus.SCHEDULED: stands & Q(valid_from__gt=at),
            LicenceStatus.EXPIRED: stands & Q(valid_to__lte=at),
            LicenceStatus.SUSPENDED: stands & running & held,
            LicenceStatus.ACTIVE: stands & running & ~held,
        }
        return self.filter(reduce(or_, (said[status] for status in statuses)))

    def held(self, at):
        """Keep licences that their holder has at ``at`` or will have: not over and not ended. ``ends_at`` is their real end."""
        return self.in_status(*RUNNING, at=at).annotate(ends_at=REAL_END)

    def not_followed(self):
        """Keep licences whose end leaves a gap: none follows, or notice is given. One that was ended before it began is out.

        ``ends_at`` is their real end.
        """
        return self.annotate(ends_at=REAL_END).filter(Q(end=None, superseded_by=None) | Q(end__at__gt=F("valid_from")))

    def expiring(self, at):
        """Keep licences in force that end soon, by their term or by notice, and leave a gap: those that somebody may have to do something about."""
        return self.in_status(LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED, at=at).not_followed().filter(ends_at__lte=at + RENEWING)

    def listed(self):
        """Keep what the public register names: neither the licence nor its organisation opted out."""
        return self.filter(listed=True, organisation__listed=True)


class Licence(models.Model):
    """The right in force, made once by ``activate`` when the last of signatures, money and evidence is in. Its status is computed.

    ``valid_to`` is exclusive: 00:00 in ``zone`` of the day after the last day. ``code`` is the public verification code.
    A licence agreed outside the portal has no ``agreement`` here, but a ``source``. The certificate of effect is made once, by the worker.
    ``end`` is the early end that stands: one that was taken back stays among its ``ends``.
    """

    number = models.CharField(max_length=20, unique=True)
    agreement = models.OneToOneField("licensing.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="licence")
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, related_name="licences")
    offering = models.ForeignKey("licensing.LicenceOffering", on_delete=models.PROTECT, related_name="licences")
    edition = models.ForeignKey("licensing.OfferingEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    places = models.ManyToManyField("i18n.Place", through="licensing.LicencePlace", related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    zone = models.CharField(max_length=60)
    code = models.CharField(max_length=19, unique=True)
    listed = models.BooleanField(default=True)
    activated_at = models.DateTimeField()
    last_condition = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=300, blank=True)
    certificate_key = models.CharField(max_length=160, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")
    end = models.OneToOneField("licensing.LicenceEnd", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        permissions = [
            ("suspend_licence", _("May suspend, reinstate and end licenses, with a second person")),
            ("revoke_licence", _("May revoke licenses, with a second person")),
        ]
        constraints = [
            models.CheckConstraint(name="licence_period", condition=Q(valid_to__gt=F("valid_from"))),
            models.CheckConstraint(name="licence_rests_on_something", condition=Q(agreement__isnull=False) | ~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.number

    def facts(self) -> LicenceFacts:
        """Return what its status is computed from (call after ``with_facts`` to spare statements)."""
        suspensions = tuple(Period(row.valid_from, row.valid_to) for row in self.suspensions.all())
        return replace(self._period(), suspensions=suspensions)

    def _period(self) -> LicenceFacts:
        """Return its term and its early end, whatever suspends it."""
        return LicenceFacts(Period(self.valid_from, self.valid_to), end=End(EndKind(self.end.kind), self.end.at) if self.end else None)

    def status(self, *, at: datetime) -> LicenceStatus:
        return status(self.facts(), at=at)

    @property
    def until(self) -> datetime:
        """The instant from which nothing holds, exclusive: an early end comes before the term's."""
        return until(self._period())

    @property
    def never_begins(self) -> bool:
        return never_begins(self._period())

    def is_renewable(self, *, at: datetime) -> bool:
        """Say whether a renewal may begin at ``at``; what belongs to an edition is applied for anew."""
        return self.offering.term_years is not None and may_renew(self.facts(), at=at)


class LicencePlace(models.Model):
    """One place of a licence's territory, frozen at signing."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="territory")
    place = models.ForeignKey("i18n.Place", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "place"], name="licence_place_once"),
            AppendOnly(name="licence_place_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} in {self.place_id}"


class EntitlementQuerySet(models.QuerySet):
    def in_force(self, at: datetime):
        """Keep rows with ``valid_from <= at < valid_to``; suspensions and ends of the licence are not looked at here."""
        return self.filter(valid_from__lte=at, valid_to__gt=at)


class Entitlement(models.Model):
    """One right of one licence for one period: slides, manual, logo… each can have its own period later."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="entitlements")
    right = models.ForeignKey("licensing.LicensedRight", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "right"], name="entitlement_once"),
            models.CheckConstraint(name="entitlement_period", condition=Q(valid_to__gt=F("valid_from"))),
            AppendOnly(name="entitlement_append_only"),
        ]
        indexes = [models.Index("right", "licence", name="entitlement_by_right")]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.right_id}"


class Suspension(models.Model):
    """A period in which a licence is suspended with all its rights; closed by ``valid_to``. It never moves the licence's end."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="suspensions")
    cause = models.CharField(_("cause"), max_length=250)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="suspension_append_only", closes=["valid_to"]),
            models.CheckConstraint(name="suspension_second_person", condition=~Q(second=F("by"))),
            models.UniqueConstraint(fields=["licence"], condition=Q(valid_to=None), name="one_open_suspension"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} suspended"


class TermReminder(models.Model):
    """That its people were reminded of the end of a licence, ``days`` before its last day; once for each end (``valid_to``), its term's or an early one."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="reminders")
    valid_to = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="term_reminder_append_only"),
            models.UniqueConstraint(fields=["licence", "valid_to", "days"], name="term_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id}: {self.days} days"


class LicenceEnd(models.Model):
    """The early end of a licence: surrendered, terminated or revoked, from ``at``. Its holder surrenders alone; staff are two.

    Until it comes two of staff may take it back, or put a revocation in its place: it is lifted then. One at a time stands.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="ends")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in EndKind])
    at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            AppendOnly(name="licence_end_append_only", closes=["lifted_at", "lifted_by", "lifted_second"]),
            models.UniqueConstraint(fields=["licence"], condition=Q(lifted_at=None), name="one_standing_end"),
            models.CheckConstraint(
                name="licence_end_lifted_before_it_comes_by_two",
                condition=Q(lifted_at=None, lifted_by=None, lifted_second=None)
                | (Q(lifted_at__lt=F("at"), lifted_by__isnull=False, lifted_second__isnull=False) & ~Q(lifted_second=F("lifted_by"))),
            ),
            models.CheckConstraint(
                name="licence_end_second_person",
                condition=Q(kind="surrendered", second=None) | (Q(by__isnull=False, second__isnull=False) & ~Q(second=F("by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.kind}"
