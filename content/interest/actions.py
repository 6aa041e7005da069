"""Register, confirm, withdraw, tell once, correct, forget. What the screen says never depends on whether an address is known."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from content.availability.queries import known_now, offered
from content.interest import corrections
from content.interest.models import Interest
from content.interest.rules import State
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail

CONFIRM = "interest.confirm"  # the outbox's names of the letters
OPEN = "interest.open"
CORRECTED = "interest.corrected"
BATCH = 500  # rows forgotten in one transaction


class NotNeeded(Exception):
    """The programme is available there: ``offered``. Nothing is written."""

    code = "offered"


class Unknown(Exception):
    """No letter of ours has this secret any more: ``unknown``."""

    code = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of the interest; ``volume`` is the number of new patients a year."""

    organisation: str = ""
    practices: int | None = None
    volume: int | None = None
    message: str = ""


def token_of(interest: Interest) -> str:
    """Return the secret of the letters about it, made from the key of the portal each time: neither database nor outbox holds it."""
    facts = f"{interest.nonce} {interest.programme_id} {interest.place_id} {interest.email}"
    return salted_hmac("content.interest", facts, algorithm="sha256").hexdigest()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def register(programme_id: int, place_id: int, *, email: str, language: str, said: Said, now: datetime) -> Interest:
    """Write down an interest that counts once its letter is answered.

    Older ones, confirmed or not, stand as they are until this one is confirmed: a stranger who knows an address changes nothing.

    :raises NotNeeded: the programme is available there.
    """
    if place_id in offered(programme_id, at=now):
        raise NotNeeded
    address = email.strip().lower()
    made = Interest(programme_id=programme_id, place_id=place_id, email=address, language=language, created_at=now)
    made.organisation, made.practices, made.volume, made.message = said.organisation, said.practices, said.volume, said.message
    made.nonce = secrets.token_hex(16)
    made.token_sha256 = _sha256(token_of(made))
    made.save()
    outbox.put(CONFIRM, {"interest": made.pk}, now=now)
    return made


def read(token: str, *, now: datetime) -> Interest:
    """Return the interest a letter is about.

    :raises Unknown: withdrawn, replaced, out of time, or never sent.
    """
    found = Interest.objects.select_related("programme", "place").filter(token_sha256=_sha256(token)).first()
    if found is None or not constant_time_compare(token, token_of(found)) or found.state(at=now) is State.OVER:
        raise Unknown
    return found


@transaction.atomic
def confirm(token: str, *, now: datetime) -> Interest:
    """Let it count, in place of what the same address confirmed before; a second time changes nothing.

    :raises Unknown: see ``read``.
    """
    asked = read(token, now=now)
    same = Interest.objects.of(asked.programme_id, asked.place_id, asked.email)
    list(same.select_for_update().order_by("pk").values_list("pk", flat=True))  # two letters confirmed at once wait for one another
    found = read(token, now=now)
    if found.confirmed_at is None:
        _forget(same.exclude(pk=found.pk))
        found.confirmed_at = now
        found.save(update_fields=["confirmed_at"])
    return found


@transaction.atomic
def withdraw(token: str, *, now: datetime) -> Interest:
    """Delete everything about it, the letters too; return what it was about.

    :raises Unknown: see ``read``.
    """
    found = read(token, now=now)
    _forget(Interest.objects.filter(pk=found.pk))
    return found


def tell_all(*, now: datetime) -> int:
    """Tell everybody who waits for what is open at ``now``; return how many. One statement while nobody waits."""
    told = 0
    for programme_id in Interest.objects.waiting().order_by("programme").values_list("programme", flat=True).distinct():
        there = Interest.objects.waiting().filter(programme=programme_id, place__in=offered(programme_id, at=now))
        told += sum(tell(pk, now=now) for pk in there.order_by("pk").values_list("pk", flat=True))
    return told


@transaction.atomic
def tell(interest_id: int, *, now: datetime) -> bool:
    """Write down that somebody is told, so that the letter follows; False if another worker did, or the interest is gone."""
    if not Interest.objects.waiting().filter(pk=interest_id).update(told_at=now):
        return False
    outbox.put(OPEN, {"interest": interest_id}, now=now)
    return True


def tell_again(*, now: datetime) -> int:
    """Let the letter follow once more to everybody whose letter was given up a day ago; return how many. One statement while all have left.

    When somebody was to be told stays: an address that takes no letter is deleted in time.
    """
    unsent = list(Interest.objects.unsent().order_by("pk").values_list("pk", flat=True))
    begun = set(outbox.begun(OPEN, now=now).values_list("payload__interest", flat=True)) if unsent else set()
    return sum(_tell_again(pk, now=now) for pk in unsent if pk not in begun)


@transaction.atomic
def _tell_again(interest_id: int, *, now: datetime) -> bool:
    held = Interest.objects.unsent().select_for_update().filter(pk=interest_id).first()
    if held is None or outbox.begun(OPEN, now=now).filter(payload__interest=interest_id).exists():
        return False
    outbox.put(OPEN, {"interest": interest_id}, now=now)
    return True


@transaction.atomic
def wait_again(interest_id: int) -> None:
    """Take back that somebody is told, when the programme was closed again before the letter left."""
    Interest.objects.filter(pk=interest_id, known_at=None).update(told_at=None)


@transaction.atomic
def said(interest_id: int, *, known_at: datetime | None, opens_at: datetime | None = None, now: datetime) -> None:
    """Write down on what the letter rests that leaves in this very transaction, what was known at ``known_at``, and for when it says that the
    programme opens later."""
    Interest.objects.filter(pk=interest_id).update(told_at=now, known_at=known_at, opens_at=opens_at)


def correct_all(*, now: datetime) -> int:
    """Tell everybody whose letter does not hold any more; return how many. One statement while nobody was told."""
    told = Interest.objects.told(now)
    known_at = known_now(now=now) if told.exists() else None
    if known_at is None:
        return 0
    before = list(told.filter(known_at__lt=known_at).select_related("place").order_by("pk"))
    due, written = corrections.due(before, at=now, known_at=known_at), {one.pk: one.known_at for one in before}
    return sum(correct(pk, known_at=written[pk], now=now) for pk in due)


@transaction.atomic
def correct(interest_id: int, *, known_at: datetime | None, now: datetime) -> bool:
    """Let a correction follow to a letter that rests on what was known at ``known_at``; False if one waits, was given up today or left
    already, or the interest is gone.

    What it says, and whether anything is to be corrected still, is decided when it leaves.
    """
    held = Interest.objects.select_for_update().filter(pk=interest_id, known_at=known_at).first()
    if held is None or outbox.begun(CORRECTED, now=now).filter(payload__interest=interest_id).exists():
        return False
    outbox.put(CORRECTED, {"interest": interest_id}, now=now)
    return True


def forget_old(*, now: datetime) -> int:
    """Delete what is of no more use, with its letters; return how many."""
    gone = 0
    while batch := list(Interest.objects.over(now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            gone += _forget(Interest.objects.over(now).filter(pk__in=batch))
    return gone


def _forget(rows) -> int:
    """Delete interests and every letter about them, one that leaves at this moment too: who sends it holds the row. The outbox keeps its
    rows: they hold nothing of a person."""
    ids = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    letters = OutboxMessage.objects.filter(kind__in=[CONFIRM, OPEN, CORRECTED], payload__interest__in=ids)
    SentMail.objects.filter(message__in=letters).delete()
    return Interest.objects.filter(pk__in=ids).delete()[0]
