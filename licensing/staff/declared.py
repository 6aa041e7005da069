"""On an application in the CMS, before the decision: what it says of the organisation and its record does not, and what approving takes over."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from i18n import formats
from i18n.interface import own, sentence
from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.organisations import taking_over
from licensing.organisations.declared import COMPARED, DATA, Declared, Signatory, read
from licensing.organisations.models import Organisation
from licensing.staff.applications import PARTS
from licensing.web.step_form import place_names

LABELS = {
    "legal_name": gettext_lazy("Legal name, as registered"),
    "register_name": gettext_lazy("Name for the public register"),
    "place": gettext_lazy("Country or territory of registration"),
    "legal_form": gettext_lazy("Legal form"),
    "registration_number": gettext_lazy("Registration number"),
    "registry": gettext_lazy("Registry that keeps this number"),
    "address": gettext_lazy("Registered address"),
    "tax_number": gettext_lazy("Tax number"),
    "invoice_contact": gettext_lazy("Person for invoices"),
    "invoice_email": gettext_lazy("Email for invoices"),
    "signing": gettext_lazy("Who signs"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """``taken``: approving makes the record say what the application says; else the record stays."""

    label: Any
    said: str
    stands: str
    taken: bool


@dataclass(frozen=True, slots=True)
class SignatoryLine:
    name: str
    office: str
    email: str
    state: str


def differences(organisation: Organisation, declared: Declared, taken: dict[str, str]) -> list[Difference]:
    """Return what the application and the record say differently; what stays first, for somebody has to settle it."""
    said = {name: declared.data.get(name, "") for name in (*COMPARED, *DATA, "tax_number")} | {"signing": declared.signing}
    stands = {name: str(getattr(organisation, name)) for name in said if name != "place"} | {"place": organisation.place.code}
    rows = [
        Difference(LABELS[name], _words(name, value), _words(name, stands[name]), name in taken)
        for name, value in said.items()
        if value and value != stands[name] and (name in taken or name not in ("legal_form", "tax_number"))
    ]
    return sorted(rows, key=lambda row: row.taken)


def _words(name: str, value: str) -> str:
    if name == "place":
        return place_names().get(value, value)
    choices = {"signing": Organisation.Signing.choices, "legal_form": Organisation.LegalForm.choices}
    return str(dict(choices.get(name, ())).get(value, value))


def _signatory_lines(organisation: Organisation, declared: Declared, *, on: date) -> list[SignatoryLine]:
    members = taking_over.members(organisation, declared)
    return [
        SignatoryLine(one.name, one.office, one.email, _state(one, member=member is not None, on=on))
        for one, member in zip(declared.signatories, members, strict=True)
    ]


def _state(said: Signatory, *, member: bool, on: date) -> str:
    """Return what approving on that day does for who is said to sign."""
    language = get_language() or "en"
    if (last := said.over(on)) is not None:
        words = gettext("The power that was named ended on %(last)s: approving gives none. Ask the applicant who signs now.")
        return sentence(words, last=own(formats.day(last, language), language))
    return gettext("Belongs to it: has or gets the power on approval") if member else gettext("Does not belong to it: invited on approval")


def part(request: HttpRequest, row: Application, *, inside: bool) -> dict[str, Any]:
    """Add the comparison to the page of an application that is not decided yet."""
    revision = row.last_revision
    declared = read(revision.answers) if revision else None
    if revision is None or declared is None or row.state not in (State.SUBMITTED, State.IN_REVIEW):
        return {}
    taken = taking_over.changes(row.organisation, declared, taking_over.Sent.of(revision))
    return {
        "differences": differences(row.organisation, declared, taken),
        "declared_signing": Organisation.Signing(declared.signing).label,
        "declared_signatories": _signatory_lines(row.organisation, declared, on=timezone.now().date()),
    }


PARTS.append(part)
