"""What every package stands on: the outbox, the mails that left, numbers without gaps, the version of what the public reads."""

from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, models
from django.db.models import F, Q

from portal.core.faults import VaultFault
from portal.core.periods import TICK


class OutboxMessage(models.Model):
    """A side effect to be done once its transaction has committed; kept after it is done.

    ``due_at`` moves on with each failed try; ``given_up_at`` is set when a person has to look.
    """

    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("due_at", condition=Q(done_at=None, given_up_at=None), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SentMail(models.Model):
    """A mail as it left, or, in a demonstration, as it would have left. ``message`` is the outbox row it answers, once.

    ``attachments``: [{name, key, sha256, size}], files of the vault that went with it.
    """

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, null=True, related_name="mails")
    recipient = models.EmailField()
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "recipient"], condition=Q(message__isnull=False), name="one_mail_per_message_and_recipient"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class FileFault(models.Model):
    """A file that the vault could not give when it was asked for: how often and when last, for staff to look after.

    ``kind``: missing, damaged, unreachable; the last is about the vault as a whole, and its ``key`` is empty.
    """

    key = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=12)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-last_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="fault_once_per_key_and_kind")]

    def __str__(self) -> str:
        return f"{self.key or 'vault'} {self.kind}"

    @classmethod
    def note(cls, fault: VaultFault, *, now: datetime) -> None:
        """Write down that it happened; stands outside the transaction that met it."""
        key = "" if fault.kind == VaultFault.kind else fault.key
        _, is_new = cls.objects.get_or_create(key=key, kind=fault.kind, defaults={"first_at": now, "last_at": now})
        if not is_new:
            cls.objects.filter(key=key, kind=fault.kind).update(last_at=now, times=F("times") + 1)


class NumberSeries(models.Model):
    """The last number given out in a series such as ``L-2026``; whoever takes one holds the row until the transaction ends."""

    code = models.CharField(max_length=30, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.code}: {self.last}"


class ContentVersion(models.Model):
    """One row: the number of the last change of what the public reads. Caches are keyed by it; whoever publishes holds its lock."""

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    seen: int | None = None  # the number this process has read last

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the number now; 0 before anything was published."""
        db: Any = connection
        if db.connection is not None and db.health_check_enabled and not db.health_check_done:
            # The first question of a request shows whether the connection still lives: Django's own question before it would be a second.
            db.health_check_done = True
            try:
                cls.seen = cls._read()
            except OperationalError:
                db.close()
                cls.seen = cls._read()
        else:
            cls.seen = cls._read()
        return cls.seen

    @classmethod
    def _read(cls) -> int:
        # On every public request: plain SQL costs a third of building the same query.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number FROM {cls._meta.db_table} WHERE id = 1")  # noqa: S608
            row = cursor.fetchone()
        return row[0] if row else 0

    @classmethod
    def lock(cls) -> "ContentVersion":
        """Let publishers pass one by one. Must run inside the publishing transaction."""
        return cls.objects.select_for_update().get_or_create(pk=1)[0]

    @classmethod
    def raise_number(cls) -> None:
        """Make every kept page stale: something printed on it changed (a name, a text)."""
        cls.seen = None
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.create(pk=1, number=1)

    def next(self, *, now: datetime) -> "ContentVersion":
        """Raise the number. ``changed_at`` always moves forward, whatever the callers' clocks say."""
        self.number += 1
        self.changed_at = self.instant(now=now)
        self.save()
        return self

    def instant(self, *, now: datetime) -> datetime:
        """Return what ``changed_at`` would become."""
        return max(now, self.changed_at + TICK) if self.changed_at else now
