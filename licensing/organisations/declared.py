"""What an application says of its organisation: how it signs and who, its registration, and where invoices go. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
# Data of the organisation and the answer that says it. ``FILLED`` are taken over only where the organisation has said nothing of its own.
DATA = {
    "registration_number": "registration_number",
    "registry": "registry",
    "address": "registered_address",
    "invoice_contact": "finance_contact_name",
    "invoice_email": "finance_contact_email",
    "legal_form": "legal_form",
}
FILLED = frozenset({"legal_form", "tax_number"})
# What the organisation changes itself, so that staff look at it again; a difference is told to whoever decides.
COMPARED = {"legal_name": "legal_name", "register_name": "register_name", "place": "registration_place"}
ALONE, JOINTLY = "alone", "jointly"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who is said to sign; the person is known by the address. ``valid_to`` is exclusive, None = no end known."""

    name: str
    office: str
    email: str
    valid_to: date | None = None

    def over(self, on: date) -> date | None:
        """Return the last day of the power where it is over on that day."""
        return self.valid_to - DAY if self.valid_to is not None and self.valid_to <= on else None


@dataclass(frozen=True, slots=True)
class Declared:
    """``signing`` is ``alone`` or ``jointly``; ``signatories`` stand in the order of signing; ``data`` by the organisation's own names."""

    signing: str
    signatories: tuple[Signatory, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def emails(self) -> list[str]:
        return [one.email for one in self.signatories]


def read(answers: Mapping[str, Any]) -> Declared | None:
    """Return what frozen answers declare; None where they do not say who signs."""
    if not answers.get("signing_mode"):
        return None
    signatories = tuple(_signatory(row) for row in answers.get("signatories") or ())
    data = {name: str(answers[key]).strip() for name, key in (DATA | COMPARED).items() if answers.get(key)}
    if taxes := answers.get("tax_numbers"):
        data["tax_number"] = " ".join(filter(None, (taxes[0].get("kind"), taxes[0].get("value"))))
    return Declared(answers["signing_mode"], signatories, data)


def _signatory(row: Mapping[str, Any]) -> Signatory:
    last = row.get("powers_until")
    return Signatory(row["name"], row["office"], row["email"].strip().lower(), date.fromisoformat(last) + DAY if last else None)


def news(declared: Declared, *, stands: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the data to take over: declared, and other than what ``stands``.

    ``known`` is what the organisation had said when the application was sent: what it changed since is newer than the application.

    >>> said = Declared("alone", data={"address": "2 New Road", "registry": "Registry", "tax_number": "NIF 1"})
    >>> news(said, stands={"address": "1 Old Road", "registry": "Other", "tax_number": "NIF 2"}, known={"address": "1 Old Road", "registry": ""})
    {'address': '2 New Road'}
    """
    found = {}
    for name in (*DATA, "tax_number"):
        value, current = declared.data.get(name, ""), stands.get(name, "")
        untouched = not current if name in FILLED else current == known.get(name, "")
        if value and value != current and untouched:
            found[name] = value
    return found
