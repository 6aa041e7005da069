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
    Role.OWNER: _("Manages people and the organization’s data, and may do everything the other roles may. There is always one."),
    Role.PREPARER: _("Writes and submits applications; does not sign."),
    Role.SIGNATORY: _("Signs agreements, alone or jointly, as the organization’s powers say."),
    Role.FINANCE: _("Sees and pays invoices, accepts offers, asks for waivers; does not download kits."),
    Role.COORDINATOR: _("Runs events and downloads the kit of organizers, faculty and participants."),
    Role.FACULTY: _("Downloads slides, manuals and what participants get."),
    Role.DESIGNER: _("Downloads logos only; often an outside agency."),
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
    "other_address": _("This invitation is for another address. Sign in with the address it was sent to."),
    "asked_already": _("You asked this organization a few days ago. Its owners have your letter."),
    "already_vetted": _("This organization was vetted already."),
    "name_known": _("The organization has this name already."),
    "no_power": _("This person has no power to sign."),
    "power_begins_after_it_ends": _("The power ends before it begins."),
}


def refusal(refused: NotAllowed) -> str:
    """Return the sentence for a refusal."""
    return str(REFUSALS[refused.code])
