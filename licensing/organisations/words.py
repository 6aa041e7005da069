"""What roles and refusals are called on screens."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from licensing.organisations.rules import NotAllowed, Role

ROLES = {
    Role.OWNER: pgettext_lazy("role", "Owner"),
    Role.PREPARER: pgettext_lazy("role", "Preparer"),
    Role.SIGNATORY: pgettext_lazy("role", "Authorized signatory"),
    Role.FINANCE: pgettext_lazy("role", "Finance contact"),
    Role.COORDINATOR: pgettext_lazy("role", "Event coordinator"),
    Role.FACULTY: pgettext_lazy("role", "Faculty"),
    Role.DESIGNER: pgettext_lazy("role", "Designer"),
    Role.OBSERVER: pgettext_lazy("role", "Observer"),
}
MEANINGS = {
    Role.OWNER: _(
        "Manages people and the organization’s data, and may do everything the other roles may. To sign, an owner too needs the power to sign, "
        "which is entered besides. There is always one owner."
    ),
    Role.PREPARER: _("Writes and submits applications; does not sign."),
    Role.SIGNATORY: _("Signs agreements, alone or jointly, once the power to sign is entered; the role alone does not give it."),
    Role.FINANCE: _("Sees and pays invoices, accepts offers, asks for waivers; does not download kits."),
    Role.COORDINATOR: _("Runs events and downloads the kit of organizers, faculty and participants."),
    Role.FACULTY: _("Downloads slides, manuals and what participants get."),
    Role.DESIGNER: _("Downloads the logo pack and sends in proofs, nothing else; often an outside agency."),
    Role.OBSERVER: _("Reads along."),
}
REFUSALS = {
    "last_owner": _("An organization always has an owner. Make somebody else an owner first."),
    "not_a_member": _("This person does not belong to the organization any more."),
    "no_role": _("Choose at least one role, or end the membership."),
    "unknown_role": _("There is no such role."),
    "already_a_member": _("You belong to this organization already."),
    "invitation_used": _("This invitation was used already. Each one works once."),
    "invitation_over": _("This invitation has expired or was withdrawn. Ask for a new one."),
    "invited_today": _("This address had an invitation within the last day. It is good for 14 days; send another one tomorrow."),
    "too_many_invitations": _("You can send 20 invitations a day. Send the next ones tomorrow."),
    "too_many_before_vetting": _("Until we have vetted your organization it can send 5 invitations a day. Send the next ones tomorrow."),
    "other_address": _("This invitation is for another address. Sign in with the address it was sent to."),
    "asked_already": _("You asked this organization a few days ago. Its owners have your letter."),
    "already_vetted": _("This organization was vetted already."),
    "name_known": _("The organization has this name already."),
    "no_signing_role": _("Give this person the role of a signatory or owner first; only they sign."),
    "own_organisation": _("You belong to %(organisation)s, so somebody else has to do this."),
    "not_awaited": _("This person is not awaited as a signatory any more."),
    "no_power": _("This person has no power to sign."),
    "power_begins_after_it_ends": _("The power ends before it begins."),
}


def refusal(refused: NotAllowed) -> str:
    """Return the sentence for a refusal."""
    return str(REFUSALS[refused.code]) % refused.facts


# What each command of the history tells, with the person it was about and the roles it gave.
EVENTS = {
    "create": _("The organization was entered."),
    "edit": _("The organization’s data were changed."),
    "add_name": _("A name was added: %(name)s"),
    "join": _("%(person)s joined as %(roles)s."),
    "change_roles": _("%(person)s holds these roles now: %(roles)s."),
    "leave": _("%(person)s does not belong to the organization any more."),
    "invite": _("Somebody was invited as %(roles)s."),
    "withdraw_invitation": _("An invitation was withdrawn."),
    "ask_to_join": _("%(person)s asked to join."),
    "grant_power": _("%(person)s may sign, holding the office “%(office)s”."),
    "end_power": _("%(person)s may not sign any more."),
    "take_over": _("The licensor approved application %(application)s; what it says of the organization and of who signs was taken over."),
    "drop_awaited": _("%(name)s, named in application %(application)s, is not to sign."),
    "vet": _("The licensor vetted the organization."),
}
