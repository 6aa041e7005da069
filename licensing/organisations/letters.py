"""The letter an invitation is."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from i18n.interface import listing
from licensing.organisations.invitations import power_of, token_of
from licensing.organisations.models import Invitation
from licensing.organisations.rules import Role
from licensing.organisations.words import MEANINGS, ROLES
from portal.core import mail
from portal.core.models import OutboxMessage


def send_invitation(message: OutboxMessage, now: datetime) -> None:
    """Send the letter with the link that lets one address join; nothing if the invitation is over by now."""
    invitation = Invitation.objects.open(now).select_related("organisation", "invited_by").filter(pk=message.payload["invitation"]).first()
    if invitation is None:
        return
    token = token_of(invitation)
    with translation.override(invitation.language):
        roles = [Role(role) for role in invitation.roles]
        vetted = invitation.organisation.vetted_at is not None
        named = _("%(organisation)s invites you to the Program Portal") % {"organisation": invitation.organisation}
        subject = named if vetted else _("You are invited to the Program Portal")
        context = {
            "organisation": invitation.organisation,
            "inviter": str(invitation.invited_by),
            "roles": listing([str(ROLES[role]) for role in roles], invitation.language),
            "meanings": [str(MEANINGS[role]) for role in roles],
            "power": power_of(invitation, now=now),
            "expires_at": invitation.expires_at,
            "address": invitation.email,
            "vetted": vetted,
            "action": _("Read the invitation"),
            "action_url": settings.PORTAL_ORIGIN + reverse("invitation", args=[token]),
        }
    mail.send(
        message=message,
        to=invitation.email,
        language=invitation.language,
        subject=subject,
        template="licensing/letters/invitation",
        context=context,
        secrets=[token],
        now=now,
    )
