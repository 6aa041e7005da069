"""The end of an account: nobody signs in with it, every session ends at once, and what the person wrote and signed keeps the name."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from portal.accounts import mails, sessions
from portal.accounts.models import User


class CannotClose(Exception):
    """A duty is left; ``code`` is ``last_owner``, ``of`` names what is left alone without the person."""

    def __init__(self, code: str, *, of: list[str]):
        super().__init__(code)
        self.code, self.of = code, of


# What packages above do for somebody who goes: ends memberships, or raises ``CannotClose``. Each runs in the closing transaction.
PROVIDERS: list[Callable[[User, datetime], None]] = []


@transaction.atomic
def close(user_id: int, *, now: datetime) -> User:
    """Close the account in the name of its person.

    :raises CannotClose: ``last_owner``.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    for leave in PROVIDERS:
        leave(user, now)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    _end(user, now=now)
    return user


@transaction.atomic
def disable(user: User, *, now: datetime) -> None:
    """Follow up that staff have taken the account away; memberships stay, so that it can be given back."""
    _end(user, now=now)


def _end(user: User, *, now: datetime) -> None:
    sessions.end_all(user)
    mails.queue(mails.CLOSED, user.email, {}, user=user, now=now)
