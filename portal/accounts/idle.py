"""Accounts nobody needs any more: the person is told by one letter, then the account ends by the door by which everybody closes theirs."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal.accounts import closing, mails
from portal.accounts.models import User
from portal.accounts.rules import KEPT_IDLE, WARNED_BEFORE

# For what packages above keep an account: each names the people who needed theirs after an instant, or need it still.
PROVIDERS: list[Callable[[datetime], Q]] = []


def idle(since: datetime) -> QuerySet[User]:
    """Return the people who have not signed in after ``since``, joined us before, are not of staff and named by no provider."""
    unseen = Q(last_login=None) | Q(last_login__lte=since)
    rows = User.objects.filter(unseen, is_active=True, is_superuser=False, groups=None, user_permissions=None, date_joined__lte=since)
    for needed in PROVIDERS:
        rows = rows.exclude(needed(since))
    return rows


def _told(now: datetime) -> Q:
    """Say who was told since they signed in last; what was said years ago counts no more."""
    return Q(warned_at__gt=now - KEPT_IDLE) & (Q(last_login=None) | Q(warned_at__gt=F("last_login")))


def to_warn(now: datetime) -> QuerySet[User]:
    return idle(now - KEPT_IDLE + WARNED_BEFORE).exclude(_told(now))


def over(now: datetime) -> QuerySet[User]:
    return idle(now - KEPT_IDLE).filter(_told(now), warned_at__lte=now - WARNED_BEFORE)


def warn_all(*, now: datetime) -> int:
    """Tell everybody whose account ends soon; return how many."""
    return sum(_warn(pk, now=now) for pk in to_warn(now).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _warn(user_id: int, *, now: datetime) -> bool:
    """Tell one, unless they came back or another worker did it."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not to_warn(now).filter(pk=user.pk).exists():
        return False
    user.warned_at = now
    user.save(update_fields=["warned_at"])
    mails.warn(user, now=now)
    return True


def close_all(*, now: datetime) -> int:
    """Close what nobody needs; return how many. One transaction each: a closing also ends sessions and writes a letter."""
    return sum(_close(pk, now=now) for pk in over(now).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _close(user_id: int, *, now: datetime) -> bool:
    """Close one, unless they came back at this moment: who signs in or joins an organisation writes the same row."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not over(now).filter(pk=user.pk).exists():
        return False
    closing.close(user.pk, now=now)
    return True
