"""Why a file, an item or a release was not accepted, and what to do: one sentence each, in the reader's language."""

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from i18n.interface import listing
from licensing import explain
from media.kits.actions import Missing, NotReady
from media.kits.models import KitRelease
from media.kits.rules import NotAccepted

# What a file can be refused for: the codes of media.kits.rules and of media.stamping.rules.
NOT_ACCEPTED = {
    "empty": gettext_lazy("The file holds nothing. Save it again, then upload it."),
    "too_large": gettext_lazy(
        "The file is larger than 500 MB, or a page or slide of it is too heavy. Reduce its pictures, then upload it again."
    ),
    "unknown_type": gettext_lazy(
        "This is no PDF, PowerPoint, SVG or PNG, whatever its name says. Export it as one of these, then upload it."
    ),
    "active_content": gettext_lazy(
        "The drawing carries scripts, events, pictures or links to other files. Export it as a plain SVG made of outlines, then upload it."
    ),
    "not_stampable": gettext_lazy(
        "The item carries the licensee’s name, which only a PDF or PowerPoint can. Upload one of these, or change the item."
    ),
    "unreadable_name": gettext_lazy(
        "Nothing of the file’s name can stand in an address. Rename it with the letters a to z, digits and hyphens."
    ),
    "unknown_language": gettext_lazy("Choose one of the languages listed."),
    "name_taken": gettext_lazy("Another item of this release has a file named %(name)s in this language. Rename the file, then upload it."),
    "released": gettext_lazy("This release is out, and nothing in it changes any more. Begin a new release."),
    "not_a_pdf": gettext_lazy("The file does not begin as a PDF. Export it as a PDF again, then upload it."),
    "damaged": gettext_lazy(
        "The file is cut short or breaks the format. Export it again from the program it was made with, then upload it."
    ),
    "encrypted": gettext_lazy("The file asks for a password. Save it without any protection, then upload it: the stamp protects it."),
    "signed": gettext_lazy("The file carries a signature, which the stamp would break. Upload it without the signature."),
    "xfa": gettext_lazy("The PDF is an XFA form, which cannot be stamped. Print it to a plain PDF, then upload that."),
    "javascript": gettext_lazy("The PDF runs scripts. Save it without actions and scripts, then upload it."),
    "portfolio": gettext_lazy("The PDF is a portfolio of attached files. Upload each of them by itself."),
    "already_stamped": gettext_lazy("This is a licensed copy that names somebody. Upload the master instead."),
    "no_pages": gettext_lazy("The file has no page or slide. Export it again, then upload it."),
    "too_many_pages": gettext_lazy("The file has more than %(limit)s pages or slides. Divide it, then upload the parts."),
    "not_a_deck": gettext_lazy("This is an archive or another document, whatever its name says. Upload a PowerPoint presentation (.pptx)."),
    "other_deck": gettext_lazy(
        "This is a template, a slide show or a strict dialect. Save it as a “PowerPoint Presentation (.pptx)”, then upload it."
    ),
    "old_office": gettext_lazy("This is a PowerPoint file of the years before 2007. Save it as .pptx, then upload it."),
    "macros": gettext_lazy(
        "The presentation carries macros, controls or actions that start a program. Save it without them as .pptx, then upload it."
    ),
    "external": gettext_lazy("The presentation fetches something from elsewhere: %(found)s. Embed it or remove the link, then upload it."),
    "embedded": gettext_lazy("The presentation holds another file: %(found)s. Paste it as a picture, or upload it by itself."),
    "entities": gettext_lazy(
        "A part of the presentation could fetch or multiply text: %(found)s. Save it again with PowerPoint, then upload it."
    ),
    "unsafe_names": gettext_lazy(
        "A part of the presentation has a name that leads elsewhere: %(found)s. Save it again with PowerPoint, then upload it."
    ),
    "duplicate_parts": gettext_lazy(
        "Two parts of the presentation are both named %(found)s. Save it again with PowerPoint, then upload it."
    ),
    "too_many_parts": gettext_lazy("The presentation has more than %(limit)s parts. Divide it, then upload each by itself."),
    "bomb": gettext_lazy("The presentation unpacks to far more than it is: %(found)s. Save it again with PowerPoint, then upload it."),
    "too_heavy": gettext_lazy(
        "Preparing this file took too long or too much memory. Reduce its pictures or divide it, then upload it again."
    ),
    "characters": gettext_lazy("A name is written in letters the stamp cannot show. Ask for its Latin form."),
}
NOT_READY = {
    "wrong_state": gettext_lazy("This release is not in the state for that any more. Look at what has changed; nothing was done."),
    "no_reason": gettext_lazy("Write the reason: licensees read it. Nothing was done."),
    "slug_taken": gettext_lazy("Another kit stands at this address, or the address is reserved. Choose another."),
    "number_taken": gettext_lazy("The kit has a release %(number)s already. Choose the next number."),
    "number_form": gettext_lazy("Write the number as 2.1: what changes what is taught, a dot, what corrects it."),
    "other_offering": gettext_lazy("The edition, the right or the model belongs to another license offering. Nothing was done."),
    "no_name": gettext_lazy("Write the English name: the other languages fall back to it."),
    "marked_name": gettext_lazy("A name with ™ or ® is never translated. Keep it as it is in the English name."),
    "not_ready": gettext_lazy("The release is not complete; what is missing is listed here. Nothing was released."),
}
FAULTS = {
    "missing": gettext_lazy("It is not in the vault. Restore it from the backup."),
    "damaged": gettext_lazy("What lies in the vault is not what was stored. Restore it from the backup."),
    "unreachable": gettext_lazy("The vault did not answer. Tell whoever runs the servers if it happens again."),
}
STATES = {
    KitRelease.State.DRAFT: ("info", "begun", gettext_lazy("Draft")),
    KitRelease.State.RELEASED: ("good", "done", gettext_lazy("Released")),
    KitRelease.State.WITHDRAWN: ("stop", "withdrawn", gettext_lazy("Withdrawn")),
}


def refusal(refused: NotAccepted | NotReady) -> str:
    """Return the sentence for what was refused."""
    words = NOT_ACCEPTED if isinstance(refused, NotAccepted) else NOT_READY
    return str(words[refused.code]) % refused.facts


def lacking(missing: Missing, *, rights: dict[str, str], items: dict[str, str]) -> list[str]:
    """Return what to do before a draft can go out, a sentence each. ``rights`` and ``items``: their names by code."""

    def listed(names: list[str]) -> str:
        return listing(names, get_language() or "en")

    said = []
    if missing.edition:
        said.append(_("Licenses of this offering are for one edition: begin a release that names it."))
    if missing.empty:
        said.append(_("Add the first item."))
    if missing.rights:
        names = [rights.get(code, code) for code in missing.rights]
        said.append(
            ngettext(
                "One licensed right has no file in English: %(rights)s. Add an item that needs it, with its English file.",
                "%(count)s licensed rights have no file in English: %(rights)s. Add an item for each, with its English file.",
                len(names),
            )
            % {"count": len(names), "rights": listed(names)}
        )
    if missing.items:
        names = [items.get(slug, slug) for slug in missing.items]
        said.append(
            ngettext(
                "One item has no file: %(items)s. Upload one or remove the item.",
                "%(count)s items have no file: %(items)s. Upload a file for each or remove them.",
                len(names),
            )
            % {"count": len(names), "items": listed(names)}
        )
    if missing.unstamped:
        said.append(_("Upload again, so that they can carry the licensee’s name: %(files)s.") % {"files": listed(missing.unstamped)})
    return said


def verdict(code: str) -> str:
    """Return what a verdict of the log is called."""
    if code == "granted":
        return _("Granted")
    return _("Not known to the organization") if code == "stranger" else str(explain.TITLES[code])
