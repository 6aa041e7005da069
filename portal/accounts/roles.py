"""What the roles of staff are called and mean, in plain words (design: roles of the catalogue)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES = {
    "Program managers": pgettext_lazy("role of staff", "Program manager"),
    "Licensing managers": pgettext_lazy("role of staff", "Licensing manager"),
    "Reviewers": pgettext_lazy("role of staff", "Reviewer"),
    "Legal": pgettext_lazy("role of staff", "Legal"),
    "Finance": pgettext_lazy("role of staff", "Finance"),
    "Brand": pgettext_lazy("role of staff", "Brand reviewer"),
    "Kit editors": pgettext_lazy("role of staff", "Kit editor"),
    "Editors": pgettext_lazy("role of staff", "Content editor"),
    "Auditors": pgettext_lazy("role of staff", "Auditor"),
}
MEANINGS = {
    "Program managers": _("drafts and publishes where programs are available; a second person confirms"),
    "Licensing managers": _("offers, applications, decisions, terms, suspensions; vets organizations"),
    "Reviewers": _("reads applications and says what they think; decides nothing"),
    "Legal": _("approves agreements to be sent and countersigns them"),
    "Finance": _("books payments, sees invoices; approves no waiver they asked for"),
    "Brand": _("logos, artwork and what licensees make of them"),
    "Kit editors": _("makes, releases and withdraws course kits; reads the download log"),
    "Editors": _("pages, images and documents of the public site"),
    "Auditors": _("reads everything, changes nothing"),
}


def role_of(group: Any) -> str:
    """Return what people of a group of staff are called, in the reader's language; a group somebody added by hand keeps its name."""
    return str(NAMES.get(group.name, group.name)) if group else ""
