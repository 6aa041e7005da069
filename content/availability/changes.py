"""What staff draft and a second person publishes. Nothing public reads these tables; what they publish is statements."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, Orderable, Revision, RevisionMixin, WorkflowMixin

from content.availability import actions, queries
from content.availability.differences import undone
from content.availability.models import STATUSES, Publication
from content.availability.queries import NOTES
from content.availability.rules import FIRST_DAY, LAST_DAY, Assertion, Status, cut, days, put
from content.programmes.models import Programme
from i18n.places.models import Area
from portal.core import outbox
from portal.core.periods import Period
from portal.core.second_person import SamePerson, refuse_same

# What Wagtail keeps in a revision beside the words of a draft.
KEPT_BESIDE = frozenset(
    """pk live has_unpublished_changes first_published_at last_published_at live_revision latest_revision locked locked_at locked_by
    expired drafted_by publication""".split()
)


class NotPublishable(PermissionDenied):
    """The change cannot be published so; ``code`` is a key of ``WORDS``."""

    def __init__(self, code: str):
        super().__init__(str(WORDS[code]))
        self.code = code


WORDS = {
    "not_confirmed": _("A change is published on its own page, where you confirm it with your password."),
    "not_allowed": _("You may not publish availability."),
    "published_before": _("This change was published before. Draft another one."),
    "changed_since": _("The change was edited since you opened this page. Read it again."),
    "no_author": _(
        "Nobody stands for this change: it came in a file without a person. Whoever has read it takes it on; another person publishes it."
    ),
    "same_person": _("You wrote this change. Another person publishes it."),
    "nothing_changes": _("This changes nothing: all of it is stated already."),
    "scheduled": _("A change is published now; from when it holds is said in its rows."),
}


PUBLISH = "content.publish_availability"
DRAFTED = "content.change_drafted"  # the outbox's name of the letter to who may publish


class AvailabilityChange(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """What staff draft and a second person publishes: a few rows for one programme, and the reason. Published once."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("program"))
    reason = models.CharField(_("reason"), max_length=250, help_text=_("Stands in the public list of changes."))
    source = models.CharField(
        _("source"), max_length=250, blank=True, help_text=_("The document it rests on, cited in English: title, date, address.")
    )
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, null=True, editable=False)
    corrects = models.ForeignKey(Publication, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = _("availability change")
        verbose_name_plural = _("availability changes")
        permissions = [("publish_availability", _("Can publish availability"))]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def from_serializable_data(cls, data, check_fks=True, strict_fks=False):
        """Return what a revision says. Whatever it refers to is protected: to ask whether it is there would cost a statement a row."""
        return super().from_serializable_data(data, check_fks=False, strict_fks=strict_fks)

    @transaction.atomic
    def publish(self, revision, user=None, *, confirmed: bool = False, **options):
        """Publish the revision and make it true, in one transaction: the one door of button, workflow and scheduler.

        :raises NotPublishable: unless somebody who may, and wrote nothing of it, confirmed exactly the latest revision of a change that
            somebody else stands for, that was not published before and changes something.
        """
        now = timezone.now()
        stored = type(self).objects.select_for_update().get(pk=self.pk)
        stored.check_publishable(revision, user, confirmed=confirmed)
        drafted = revision.as_object()
        publication = actions.publish(
            stored.programme_id,
            drafted.applied,
            areas=drafted.areas(),
            by=str(stored.drafted_by),
            approved_by=str(user),
            reason=drafted.reason,
            now=now,
            corrects=drafted.corrects,
        )
        if publication is None:
            raise NotPublishable("nothing_changes")
        super().publish(revision, user=user, **{**options, "skip_permission_checks": True})
        type(self).objects.filter(pk=self.pk).update(publication=publication)
        self.publication = publication

    def check_publishable(self, revision, user, *, confirmed: bool) -> None:
        """Let the publication pass or say why not.

        :raises NotPublishable: see ``publish``.
        """
        if self.publication_id is not None:
            raise NotPublishable("published_before")
        if user is None or not confirmed:
            raise NotPublishable("not_confirmed")
        if not user.has_perm(PUBLISH):
            raise NotPublishable("not_allowed")
        if self.latest_revision_id != revision.pk:
            raise NotPublishable("changed_since")
        if revision.content.get("go_live_at") or revision.content.get("expire_at"):
            raise NotPublishable("scheduled")
        authors = self.authors(revision)
        if not authors:
            raise NotPublishable("no_author")
        try:
            refuse_same("availability.publish", by=user.pk, authors=authors)
        except SamePerson as same:
            raise NotPublishable("same_person") from same

    def unpublish(self, *args, **options):
        """Refuse: what was stated is ended by another change, never by taking one back."""
        raise PermissionDenied(gettext("What was published is ended by another change."))

    def delete(self, *args, **options):
        """Delete a draft.

        :raises PermissionDenied: it was published: it says why statements stand.
        """
        if self.publication_id is not None:
            raise PermissionDenied(gettext("A published change stays: it says why statements stand."))
        return super().delete(*args, **options)

    @transaction.atomic
    def save_revision(self, user=None, *, overwrite_revision=None, **options):
        """Save a revision if anything changed; a change takes the draft out of review. The first one is told to who may publish it, and so
        is the first one somebody stands for: who saves what came without a person takes it on, changed or not.

        Wagtail saves one whenever an edit form is sent and publishes whatever is the latest: without this, who only looked would
        become an author, and an edit sent while another reads would be published unseen. For the same reason ``overwrite_revision``
        is never honoured: what somebody has read under a number stays what it was.
        """
        latest = self.get_latest_revision()
        taken_on = self.drafted_by_id is None and user is not None
        if (
            latest
            and not taken_on
            and _drafted(latest.content) == _drafted(json.loads(json.dumps(self.serializable_data(), cls=DjangoJSONEncoder)))
        ):
            return latest
        if self.workflow_in_progress:
            self.current_workflow_state.cancel(user=user)
        if taken_on:
            self.drafted_by = user
            type(self).objects.filter(pk=self.pk).update(drafted_by=user)
        if latest is None or taken_on:
            outbox.put(DRAFTED, {"change": self.pk}, now=timezone.now())
        return super().save_revision(user=user, **options)

    def authors(self, revision) -> set[int]:
        """Return who wrote any revision up to this one."""
        return set(self.revisions.filter(pk__lte=revision.pk).exclude(user=None).values_list("user", flat=True))

    def said_rows(self) -> "list[AvailabilityChangeRow]":
        """Return the rows with the places and regions they are about, in one statement for all of them."""
        rows = list(self.rows.all())
        areas = Area.objects.in_bulk({row.area_id for row in rows})
        for row in rows:
            row.area = areas[row.area_id]
        return rows

    def areas(self) -> set[int]:
        """Return the places and regions it is about."""
        back = queries.published(self.corrects, self.programme_id) if self.corrects is not None else ()
        return {row.area_id for row in self.rows.all()} | {one.area for some in back for one in some}

    def applied(self, current: frozenset[Assertion]) -> Iterable[Assertion]:
        """Return what is asserted once this is published: what it takes back is taken back, then row after row."""
        if self.corrects is not None:
            current = undone(*queries.published(self.corrects, self.programme_id), current)
        for row in self.said_rows():
            if row.status:
                current = put(current, row.assertion(self.source))
            else:
                current = cut(current, area=row.area_id, period=row.period)
        return current


def to_publish(user_id: int) -> models.QuerySet[AvailabilityChange]:
    """Return the drafts that wait for somebody like ``user_id``: not published, and nothing of them written by that person."""
    waiting = AvailabilityChange.objects.filter(publication=None).exclude(latest_revision=None)
    kind, drafts = AvailabilityChange.get_base_content_type(), [str(pk) for pk in waiting.values_list("pk", flat=True)]
    written = Revision.objects.filter(base_content_type=kind, object_id__in=drafts, user_id=user_id).values_list("object_id", flat=True)
    return waiting.exclude(pk__in=[int(pk) for pk in written])


def _drafted(content: dict) -> dict:
    """Return the words of a draft. ``note`` alone is read in the language of whoever saves: what it says is held in those of each language."""
    said = {key: value for key, value in content.items() if key not in KEPT_BESIDE}
    return said | {"rows": [{key: value for key, value in row.items() if key != "note"} for row in content.get("rows", [])]}


DAYS = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class AvailabilityChangeRow(Orderable):
    """One row of a change: a status for one place or region and period; no status = nothing is stated any more."""

    change = ParentalKey(AvailabilityChange, on_delete=models.CASCADE, related_name="rows")
    area = models.ForeignKey("i18n.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("country, territory or region"))
    status = models.CharField(
        _("status"), max_length=12, choices=STATUSES, blank=True, help_text=_("Empty: nothing is stated any more. That is not “withdrawn”.")
    )
    valid_from = models.DateField(_("from"), validators=DAYS, help_text=_("The first day, from 00:00 on the clock of the place."))
    valid_to = models.DateField(
        _("to"), null=True, blank=True, validators=DAYS, help_text=_("The last day, until 24:00; empty = until changed.")
    )
    note = models.CharField(_("public note"), max_length=300, blank=True)

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                name="change_row_period",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id}: {self.status}"

    @property
    def period(self) -> Period:
        """The instants its days are, on the clock of the place or region."""
        return days(self.valid_from, self.valid_to, self.area.zone)

    @property
    def starts_at(self) -> datetime:
        return self.period.valid_from

    def assertion(self, source: str) -> Assertion:
        """Return what the row asserts on the strength of a source."""
        notes = tuple((language, text) for language, field in NOTES.items() if (text := getattr(self, field)))
        return Assertion(self.area_id, Status(self.status), self.period, notes=notes, source=source)
