"""What an application starts with: what the organisation has said of itself, as answers; and its data as kept with a submission."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from licensing.applications.questions import Question, Wrong, check
from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role

DAY = timedelta(days=1)
SOCIETY = "society"  # the kind, and the legal form it suggests


@dataclass(frozen=True)
class Asked:
    """For which question, in which language of the form, on which day."""

    key: str
    language: str
    on: date


def answers(organisation: Organisation, questions: Iterable[Question], *, language: str, on: date) -> dict[str, Any]:
    """Return an answer for each question that names a source and whose source says something acceptable.

    Of a table only whole rows are filled in: half a row would have to be looked for before the application can be sent.
    """
    found = {}
    for question in questions:
        given = SOURCES.get(question.source, _nothing)(organisation, Asked(question.key, language, on))
        try:
            value = check(question.type, given)
        except Wrong:
            continue  # told differently there than the form accepts: the person says it anew
        if question.type.kind == "rows":
            value = [
                row for row in value or () if not any(column.required and row.get(column.key) is None for column in question.type.columns)
            ]
        if value not in (None, []):
            found[question.key] = value
    return found


def suggestions(organisation: Organisation) -> dict[str, Any]:
    """Return what a page may begin with that is no whole answer yet: the town of the registered address, a tax number whose kind is not known."""
    found: dict[str, Any] = {}
    if organisation.town and not organisation.address:
        found["registered_address"] = f"{organisation.town}, {organisation.place.shown_name}"
    if (taxes := _tax_rows(organisation.tax_number)) and not taxes[0]["kind"]:
        found["tax_numbers"] = taxes
    return found


def former(given: Mapping[str, Any], questions: Iterable[Question]) -> dict[str, Any]:
    """Return the former answers that this form still asks for and accepts; papers are sent in anew, an edition is chosen anew."""
    found = {}
    for question in questions:
        if question.key in given and question.type.kind not in ("file", "edition"):
            try:
                found[question.key] = check(question.type, given[question.key])
            except Wrong:
                continue
    return {key: value for key, value in found.items() if value is not None}


def _nothing(organisation: Organisation, asked: Asked) -> None:
    return None


def _other_names(organisation: Organisation, asked: Asked) -> list[dict[str, str]]:
    own = {organisation.legal_name, organisation.register_name, organisation.short_name}
    return [{"language": row.language, "name": row.name} for row in organisation.names.exclude(name__in=own).order_by("pk")]


def _signing(organisation: Organisation, asked: Asked) -> Any:
    if asked.key == "signing_mode":
        return organisation.signing
    powers = organisation.signing_powers.open_on(asked.on).select_related("user")
    return [
        {
            "name": str(power.user),
            "office": power.office,
            "email": power.user.email,
            "powers_until": power.valid_to - DAY if power.valid_to else None,
        }
        for power in powers
    ]


def _tax_rows(number: str) -> list[dict[str, str]]:
    """Read ``NIF G-123`` as kind and value; a bare number has no kind: the page begins with it, and the person adds the kind."""
    kind, _, value = number.partition(" ")
    if not value or not kind.isalpha():
        kind, value = "", number
    return [{"kind": kind, "value": value}] if value else []


def _finance(organisation: Organisation, asked: Asked) -> str:
    said = organisation.invoice_email if asked.key == "finance_contact_email" else organisation.invoice_contact
    if said:
        return said
    membership = organisation.memberships.filter(role=Role.FINANCE, ended_at=None).select_related("user").order_by("pk").first()
    if membership is None:
        return ""
    return membership.user.email if asked.key == "finance_contact_email" else str(membership.user)


SOURCES: dict[str, Callable[[Organisation, Asked], Any]] = {
    "legal name": lambda organisation, asked: organisation.legal_name,
    "public name": lambda organisation, asked: organisation.register_name,
    "short name": lambda organisation, asked: organisation.short_name,
    "other names": _other_names,
    "legal form": lambda organisation, asked: organisation.legal_form.lower() or (SOCIETY if organisation.kind == SOCIETY else ""),
    "local legal form": _nothing,
    "registration number": lambda organisation, asked: organisation.registration_number,
    "registry": lambda organisation, asked: organisation.registry,
    "address": lambda organisation, asked: organisation.address,
    "place": lambda organisation, asked: organisation.place.code,
    "signing powers": _signing,
    "tax numbers": lambda organisation, asked: _tax_rows(organisation.tax_number),
    "finance contact": _finance,
    "language": lambda organisation, asked: asked.language if asked.language in ("en", "es") else "en",
}


def profile(organisation: Organisation) -> dict[str, Any]:
    """Return the organisation's own data as it stands, for the record beside the answers."""
    return {
        "legal_name": organisation.legal_name,
        "register_name": organisation.register_name,
        "short_name": organisation.short_name,
        "names": list(organisation.names.order_by("pk").values("language", "name")),
        "kind": organisation.kind,
        "legal_form": organisation.legal_form,
        "place": organisation.place.code,
        "town": organisation.town,
        "address": organisation.address,
        "registration_number": organisation.registration_number,
        "registry": organisation.registry,
        "tax_number": organisation.tax_number,
        "invoice_contact": organisation.invoice_contact,
        "invoice_email": organisation.invoice_email,
        "signing": organisation.signing,
        "vetted": organisation.vetted_at is not None,
    }
