"""What people write to the licensor, by topic. Rows are deleted, with the letters about them, some time after they are closed."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.inquiries.rules import CLOSED_AFTER, KEPT_CLOSED, KEPT_GRANTED, KEPT_SUSPECT, LETTERS, Command, State

STATES = {
    State.OPEN.value: pgettext_lazy("inquiry", "Open"),
    State.ANSWERED.value: pgettext_lazy("inquiry", "Answered"),
    State.CLOSED.value: pgettext_lazy("inquiry", "Closed"),
}


class Topic(models.Model):
    """What one may write about, and the group of staff whose queue it is. Without a group it waits in the queue nobody has, which all see.

    ``permission``: requests to reuse a figure, a table or a text, which ask for more and are granted or refused.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    hint = models.CharField(_("what it is about"), max_length=200, blank=True)
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("queue of"),
        help_text=_("Empty: it lands in the queue nobody has, which everybody sees who answers inquiries."),
    )  # fmt: skip
    permission = models.BooleanField(_("requests to reuse something"), default=False)
    open = models.BooleanField(_("offered on the page"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("topic of inquiries")
        verbose_name_plural = _("topics of inquiries")
        constraints = [models.CheckConstraint(name="topic_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name


class InquiryQuerySet(models.QuerySet):
    def in_state(self, *states: State):
        """Keep what is in one of the states, without what looks like spam."""
        return self.filter(state__in=[state.value for state in states], suspect=False)

    def with_nobody(self):
        """Keep what no queue takes: without a topic, or the topic's group has nobody active in it, and nobody is named for it."""
        people = Group.user_set.through.objects.filter(group=OuterRef("topic__group"), user__is_active=True)
        return self.filter(~Exists(people), assigned_to=None)

    def for_person(self, user):
        """Keep what waits for somebody: assigned to them, or in a queue of theirs and assigned to nobody."""
        return self.filter(Q(assigned_to=user) | Q(assigned_to=None, topic__group__in=user.groups.all()))

    def late(self, on: date):
        """Keep what is open past the day on which an answer was promised."""
        return self.in_state(State.OPEN).filter(due_on__lt=on)

    def done_with(self, at: datetime):
        """Keep what was answered and not answered again until it closes by itself at ``at`` or before: ``rules.closes_at`` said in SQL."""
        later = InquiryStep.objects.filter(inquiry=OuterRef("pk"), command__in=LETTERS, at__gt=at - CLOSED_AFTER)
        return self.filter(~Exists(later), state=State.ANSWERED.value)

    def over(self, at: datetime):
        """Keep what has been kept long enough at ``at``: ``rules.ends_at`` said in SQL."""
        granted = Q(request__decision=Command.GRANT)
        spam = Q(suspect=True, received_at__lte=at - KEPT_SUSPECT)
        closed = Q(suspect=False, closed_at__lte=at - KEPT_CLOSED)
        return self.filter(spam | (closed & ~granted) | (Q(suspect=False, closed_at__lte=at - KEPT_GRANTED) & granted))


class Inquiry(models.Model):
    """One letter to the licensor. ``times``: how often the very same came within the hour. ``suspect``: a program filled what people do not
    see; nobody is written to until somebody of staff has looked."""

    number = models.CharField(max_length=20, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="inquiries")
    place = models.ForeignKey("i18n.Area", on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(max_length=150, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField()
    text = models.TextField()
    received_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default=State.OPEN.value)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    suspect = models.BooleanField(default=False)
    objects = InquiryQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("inquiry")
        permissions = [("answer_inquiry", _("Can answer inquiries"))]
        indexes = [models.Index("fingerprint", "received_at", name="inquiry_same"), models.Index("state", "due_on", name="inquiry_queue")]
        constraints = [
            models.CheckConstraint(name="inquiry_state", condition=Q(state__in=list(STATES))),
            models.CheckConstraint(name="inquiry_closed_has_its_day", condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class InquiryStep(models.Model):
    """What was done with an inquiry, oldest first. ``text``: the letter that was sent, or what it was changed to."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="steps")
    command = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.inquiry_id}: {self.command}"


class ReuseRequest(models.Model):
    """What somebody wants to reprint, and the decision. It is answered by letter and never becomes a right: nothing else reads this table."""

    class Kind(models.TextChoices):
        FIGURE = "figure", _("A figure")
        TABLE = "table", _("A table")
        TEXT = "text", _("A text or a part of one")

    inquiry = models.OneToOneField(Inquiry, on_delete=models.CASCADE, related_name="request")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    what = models.TextField()
    where = models.TextField()
    copies = models.PositiveIntegerField(null=True)
    work_language = models.CharField(max_length=60)
    commercial = models.BooleanField()
    decision = models.CharField(max_length=10, blank=True)
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.CheckConstraint(name="reuse_decision", condition=Q(decision__in=["", "grant", "refuse"]))]

    def __str__(self) -> str:
        return f"{self.inquiry_id}: {self.kind}"
