"""The only writers of inquiries: receive (or merge), the moves of staff, and what time does. Letters follow by the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from content.inquiries.models import Inquiry, InquiryStep, ReuseRequest, Topic
from content.inquiries.rules import (
    ANSWER_WITHIN,
    DECISIONS,
    LETTERS,
    MERGED_WITHIN,
    Command,
    NotAllowed,
    State,
    closes_at,
    fingerprint,
    next_state,
)
from portal.accounts.models import User
from portal.core import numbers, outbox
from portal.core.models import OutboxMessage, SentMail
from portal.core.working_days import Calendar

RECEIVED = "inquiry.received"  # the outbox's names of the letters
ANSWERED = "inquiry.answered"
ANSWER = "content.answer_inquiry"
SERIES = "Q"
BATCH = 200  # rows forgotten in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to reuse; ``copies`` None: not known."""

    kind: str
    what: str
    where: str
    copies: int | None
    work_language: str
    commercial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody writes. ``topic_id`` None where no topic is offered; ``suspect``: a program seems to have filled in the form."""

    topic_id: int | None
    place_id: int | None
    language: str
    email: str
    text: str
    name: str = ""
    organisation: str = ""
    suspect: bool = False
    wanted: Wanted | None = None


@transaction.atomic
def receive(said: Said, *, now: datetime) -> Inquiry:
    """Write down an inquiry and acknowledge it; the very same one again within the hour is counted at the first and not acknowledged again."""
    numbers.hold(SERIES, now=now)  # two that come at once wait for one another, so that the second finds the first
    email = said.email.strip().lower()
    asked = [str(getattr(said.wanted, name)) for name in Wanted.__slots__] if said.wanted else []
    print_ = fingerprint(str(said.topic_id), str(said.place_id), email, said.text, *asked)
    alike = Inquiry.objects.filter(fingerprint=print_, received_at__gt=now - MERGED_WITHIN, suspect=said.suspect)
    same = alike.exclude(state=State.CLOSED.value).order_by("pk").first()
    if same is not None:
        Inquiry.objects.filter(pk=same.pk).update(times=F("times") + 1)
        _step(same, "again", now=now)
        return same
    made = Inquiry.objects.create(
        number=numbers.take(SERIES, now=now),
        topic_id=said.topic_id,
        place_id=said.place_id,
        language=said.language,
        name=said.name,
        organisation=said.organisation,
        email=email,
        text=said.text,
        suspect=said.suspect,
        fingerprint=print_,
        received_at=now,
        due_on=Calendar(settings.LICENSOR_HOLIDAYS).after(now.date(), ANSWER_WITHIN),
    )
    if said.wanted:
        ReuseRequest.objects.create(inquiry=made, **{name: getattr(said.wanted, name) for name in Wanted.__slots__})
    _step(made, "received", now=now)
    if not said.suspect:
        outbox.put(RECEIVED, {"inquiry": made.pk}, now=now)
    return made


def assign(inquiry_id: int, to: User | None, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Name the one who answers, or nobody: then whoever has the queue may.

    :raises NotAllowed: ``wrong_state``, ``stale``; ``nobody``: the person may not answer inquiries.
    """

    def write(inquiry: Inquiry) -> str:
        if to is not None and not (to.is_active and to.has_perm(ANSWER)):
            raise NotAllowed("nobody")
        inquiry.assigned_to = to
        return str(to or "")

    return _move(inquiry_id, Command.ASSIGN, write, by=by, seen=seen, now=now)


def route(inquiry_id: int, topic: Topic, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Put it into the queue of another topic, where nobody is named for it yet.

    :raises NotAllowed: ``wrong_state``, ``stale``.
    """

    def write(inquiry: Inquiry) -> str:
        inquiry.topic, inquiry.assigned_to = topic, None
        return topic.code

    return _move(inquiry_id, Command.ROUTE, write, by=by, seen=seen, now=now)


def answer(inquiry_id: int, text: str, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Send a letter, as written; it is kept with the inquiry.

    :raises NotAllowed: ``wrong_state``, ``stale``; ``no_text``.
    """
    return _move(inquiry_id, Command.ANSWER, lambda inquiry: _text(text), by=by, seen=seen, now=now)


def decide(inquiry_id: int, command: Command, text: str, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Grant or refuse a permission by letter, once; ``text``: its conditions, or the reasons. It makes no right and no licence.

    :raises NotAllowed: ``wrong_state``, ``stale``, ``no_text``; ``not_a_request``: nothing was asked for that could be granted; ``decided``.
    """

    def write(inquiry: Inquiry) -> str:
        request = ReuseRequest.objects.filter(inquiry=inquiry).first()
        if request is None or command not in DECISIONS:
            raise NotAllowed("not_a_request")
        if request.decision:
            raise NotAllowed("decided")
        said = _text(text)
        request.decision = command.value
        request.save(update_fields=["decision"])
        return said

    return _move(inquiry_id, command, write, by=by, seen=seen, now=now)


def close(inquiry_id: int, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Put it away; it is deleted a year later.

    :raises NotAllowed: ``wrong_state``, ``stale``.
    """
    return _move(inquiry_id, Command.CLOSE, lambda inquiry: "", by=by, seen=seen, now=now)


def reopen(inquiry_id: int, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Take it up again.

    :raises NotAllowed: ``wrong_state``, ``stale``.
    """
    return _move(inquiry_id, Command.REOPEN, lambda inquiry: "", by=by, seen=seen, now=now)


def trust(inquiry_id: int, *, by: User, seen: int, now: datetime) -> Inquiry:
    """Say that it was a person: it goes into its queue and is acknowledged.

    :raises NotAllowed: ``wrong_state``, ``stale``; ``not_suspect``.
    """

    def write(inquiry: Inquiry) -> str:
        if not inquiry.suspect:
            raise NotAllowed("not_suspect")
        inquiry.suspect = False
        outbox.put(RECEIVED, {"inquiry": inquiry.pk}, now=now)
        return ""

    return _move(inquiry_id, Command.TRUST, write, by=by, seen=seen, now=now)


@transaction.atomic
def _move(inquiry_id: int, command: Command, write: Callable[[Inquiry], str], *, by: User, seen: int, now: datetime) -> Inquiry:
    inquiry = Inquiry.objects.select_for_update().get(pk=inquiry_id)
    if seen != latest(inquiry):
        raise NotAllowed("stale")
    if inquiry.suspect and command not in (Command.TRUST, Command.CLOSE):
        raise NotAllowed("held_back")
    inquiry.state = next_state(State(inquiry.state), command).value
    inquiry.closed_at = now if inquiry.state == State.CLOSED else None
    text = write(inquiry)
    inquiry.save()
    step = _step(inquiry, command.value, text, by=by, now=now)
    if command in LETTERS:
        outbox.put(ANSWERED, {"inquiry": inquiry.pk, "step": step.pk}, now=now)
    return inquiry


def latest(inquiry: Inquiry) -> int:
    """Return what a page has seen of an inquiry: its last step."""
    return inquiry.steps.order_by("-pk").values_list("pk", flat=True).first() or 0


def unsent(inquiry: Inquiry) -> set[int]:
    """Return the steps whose letter has not left: it waits still, or the mail server refused it for good."""
    rows = OutboxMessage.objects.filter(kind=ANSWERED, payload__inquiry=inquiry.pk, done_at=None)
    return set(rows.values_list("payload__step", flat=True))


def refused() -> set[int]:
    """Return the inquiries with an answer that the mail server refused for good."""
    rows = OutboxMessage.objects.filter(kind=ANSWERED, done_at=None, given_up_at__isnull=False)
    return set(rows.values_list("payload__inquiry", flat=True))


def _text(text: str) -> str:
    if not text.strip():
        raise NotAllowed("no_text")
    return text.strip()


def _step(inquiry: Inquiry, command: str, text: str = "", *, by: User | None = None, now: datetime) -> InquiryStep:
    return InquiryStep.objects.create(inquiry=inquiry, command=command, text=text, by=by, by_label=str(by or ""), at=now)


def close_answered(*, now: datetime) -> int:
    """Close what was answered some time ago; return how many."""
    return sum(_lapse(pk, now=now) for pk in Inquiry.objects.done_with(now).order_by("pk").values_list("pk", flat=True))


def closing(inquiry: Inquiry) -> datetime | None:
    """Return when it closes by itself; None: not before somebody does something. What has not left has answered nobody."""
    if unsent(inquiry):
        return None
    answered_at = inquiry.steps.filter(command__in=LETTERS).aggregate(at=Max("at"))["at"]
    return closes_at(State(inquiry.state), answered_at=answered_at)


@transaction.atomic
def _lapse(inquiry_id: int, *, now: datetime) -> bool:
    """Close one, unless somebody answered it again meanwhile, or an answer has not left. However late this runs, it is closed since the day
    it was due."""
    inquiry = Inquiry.objects.select_for_update().filter(pk=inquiry_id).first()
    due = closing(inquiry) if inquiry else None
    if inquiry is None or due is None or due > now:
        return False
    inquiry.state, inquiry.closed_at = next_state(State(inquiry.state), Command.LAPSE).value, due
    inquiry.save()
    _step(inquiry, Command.LAPSE.value, now=now)
    return True


def forget_old(*, now: datetime) -> int:
    """Delete what was kept long enough, with its letters, unless somebody takes it up at this moment; return how many."""
    gone = 0
    while batch := list(Inquiry.objects.over(now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            list(Inquiry.objects.select_for_update().filter(pk__in=batch).order_by("pk").values_list("pk", flat=True))
            held = list(Inquiry.objects.over(now).filter(pk__in=batch).values_list("pk", flat=True))
            letters = OutboxMessage.objects.filter(kind__in=[RECEIVED, ANSWERED], payload__inquiry__in=held)
            SentMail.objects.filter(message__in=letters).delete()
            Inquiry.objects.filter(pk__in=held).delete()
            gone += len(held)
    return gone
