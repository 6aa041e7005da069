"""What organisations do when a person closes the account."""

from datetime import datetime

from licensing.history.actions import Actor
from licensing.organisations import actions
from licensing.organisations.models import Organisation
from licensing.organisations.rules import NotAllowed
from portal.accounts.closing import CannotClose
from portal.accounts.models import User


def leave_all(user: User, now: datetime) -> None:
    """End every membership of the person; the other owners get a letter. Runs in the closing transaction, so that all end or none.

    :raises CannotClose: ``last_owner`` of one or several organisations.
    """
    alone = []
    for organisation in Organisation.objects.of(user).order_by("pk"):
        try:
            actions.leave(organisation.pk, user.pk, by=Actor(user.pk, str(user), organisation.pk), now=now)
        except NotAllowed:
            alone.append(str(organisation))
    if alone:
        raise CannotClose("last_owner", of=alone)
