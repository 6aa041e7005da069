"""Letters that let one address join an organisation, once, for fourteen days. The token is in the letter only."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from licensing.history.actions import Actor, record
from licensing.organisations.actions import join
from licensing.organisations.models import AwaitedPower, Invitation, Organisation
from licensing.organisations.moves import locked
from licensing.organisations.rules import (
    INVITATION_LASTS,
    INVITATIONS_COUNT_FOR,
    Act,
    Invited,
    NotAllowed,
    in_order,
    may,
    new_roles,
    refuse_more,
)
from portal.accounts.models import User
from portal.core import outbox

LETTER = "licensing.invitation"


def token_of(invitation: Invitation) -> str:
    """Return the secret of the letter. It is made from the key of the portal each time, so neither database nor outbox holds it."""
    facts = f"{invitation.organisation_id} {invitation.email} {invitation.created_at.astimezone(UTC).isoformat()}"
    return salted_hmac("licensing.invitation", facts, algorithm="sha256").hexdigest()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(organisation_id: int, *, email: str, roles: Iterable[str], language: str, by: Actor, now: datetime) -> Invitation:
    """Invite an address, in the name of a person; an older open invitation of the same address is withdrawn. The letter follows by the outbox.

    :raises NotAllowed: ``no_role``, ``unknown_role``, ``invited_today``, ``too_many_invitations`` or ``too_many_before_vetting``.
    """
    wanted = new_roles(roles)
    address = email.strip().lower()
    organisation = locked(organisation_id)
    refuse_more(_invited(organisation, address, by=by, now=now), vetted=organisation.vetted_at is not None)
    organisation.invitations.open(now).filter(email=address).update(withdrawn_at=now)
    invitation = Invitation(organisation=organisation, email=address, roles=in_order(wanted), language=language)
    invitation.invited_by_id = by.person_id
    invitation.created_at, invitation.expires_at = now, now + INVITATION_LASTS
    invitation.token_sha256 = _sha256(token_of(invitation))
    invitation.save()
    payload = {"invitation": invitation.pk, "roles": in_order(wanted)}
    record(organisation, "invite", by=by, now=now, payload=payload, organisation_id=organisation.pk)
    outbox.put(LETTER, {"invitation": invitation.pk}, now=now)
    return invitation


def _invited(organisation: Organisation, address: str, *, by: Actor, now: datetime) -> Invited:
    """Count the invitations of the last day, withdrawn ones too; the person's row is held, so that two of their organisations count as one."""
    User.objects.select_for_update().get(pk=by.person_id)
    lately = Invitation.objects.filter(created_at__gt=now - INVITATIONS_COUNT_FOR)
    return Invited(
        organisation=lately.filter(organisation=organisation).count(),
        person=lately.filter(invited_by=by.person_id).count(),
        address=lately.filter(email=address).count(),
        address_by_organisation=lately.filter(email=address, organisation=organisation).count(),
    )


@transaction.atomic
def withdraw(invitation_id: int, *, organisation_id: int, by: Actor, now: datetime) -> None:
    """Make an open invitation of the organisation worthless.

    :raises NotAllowed: ``invitation_over``.
    """
    organisation = locked(organisation_id)
    if not organisation.invitations.open(now).filter(pk=invitation_id).update(withdrawn_at=now):
        raise NotAllowed("invitation_over")
    record(organisation, "withdraw_invitation", by=by, now=now, payload={"invitation": invitation_id}, organisation_id=organisation.pk)


def read(token: str, *, now: datetime) -> Invitation:
    """Return the invitation a letter belongs to.

    :raises Invitation.DoesNotExist: no such letter was sent. :raises NotAllowed: ``invitation_used`` or ``invitation_over``.
    """
    invitation = Invitation.objects.select_related("organisation__place", "invited_by").get(token_sha256=_sha256(token))
    if not constant_time_compare(token, token_of(invitation)):
        raise Invitation.DoesNotExist
    if invitation.accepted_at:
        raise NotAllowed("invitation_used", invitation=invitation)
    if invitation.withdrawn_at or invitation.expires_at <= now:
        raise NotAllowed("invitation_over", invitation=invitation)
    return invitation


def invited_to_sign(organisation: Organisation, *, now: datetime) -> set[str]:
    """Return the addresses with an open invitation that brings a role that signs; any other invitation brings no power."""
    open_ones = organisation.invitations.open(now).values_list("email", "roles")
    return {email for email, roles in open_ones if may(roles, Act.SIGN)}


def power_of(invitation: Invitation, *, now: datetime) -> AwaitedPower | None:
    """Return the power to sign that takes effect when the invitation is accepted; None if it brings none."""
    if not may(invitation.roles, Act.SIGN):
        return None
    return AwaitedPower.objects.open_on(now.date()).filter(organisation=invitation.organisation_id, email=invitation.email).first()


def is_for(invitation: Invitation, user: User) -> bool:
    """Say whether the letter was sent to an address this person has proved to be theirs; look-alikes are other addresses."""
    return EmailAddress.objects.filter(user=user, verified=True, email=invitation.email).exists()


@transaction.atomic
def accept(token: str, *, user: User, by: Actor, now: datetime) -> Organisation:
    """Let the invited person join with the roles of the letter.

    :raises Invitation.DoesNotExist: no such letter.
    :raises NotAllowed: ``invitation_used``, ``invitation_over``, ``other_address``.
    """
    organisation = locked(read(token, now=now).organisation_id)
    invitation = read(token, now=now)  # again, now that nobody else can be accepting it
    if not is_for(invitation, user):
        raise NotAllowed("other_address", invitation=invitation)
    invitation.accepted_at, invitation.accepted_by_id = now, user.pk
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    try:
        join(organisation.pk, user, invitation.roles, by=by, now=now)
    except NotAllowed as refused:
        if refused.code != "already_a_member":
            raise
    return organisation
