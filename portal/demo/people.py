"""The demonstration's staff and organisations, with their people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from i18n.models import Place
from licensing.history.actions import SYSTEM
from licensing.models import Organisation
from licensing.organisations import actions as organisations
from licensing.organisations import powers
from licensing.organisations.actions import Particulars
from portal.accounts.groups import ensure_groups
from portal.accounts.models import User
from portal.demo.accounts import PASSWORD

LONG_AGO = timedelta(days=400)
LANGUAGES = {"en", "es", "pt-br", "fr", "ar"}
GROUPS = {
    "programme_manager": "Program managers",
    "licensing_manager": "Licensing managers",
    "reviewer": "Reviewers",
    "legal": "Legal",
    "finance": "Finance",
    "brand_reviewer": "Brand",
    "kit_editor": "Kit editors",
    "content_editor": "Editors",
    "auditor": "Auditors",
}


def person(entry: Mapping[str, Any], *, language: str, zone: str, password: str) -> User:
    """Return the account of an entry, made with a verified address if it is not there."""
    user = User.objects.filter(email=entry["email"]).first()
    if user is None:
        language = entry.get("language", language)
        user = User(
            email=entry["email"],
            name=entry["name"],
            language=language if language in LANGUAGES else "en",
            timezone=entry.get("zone", zone),
            is_active=entry.get("login", True),
        )
        user.password = password
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def load_staff(data: Mapping[str, Any]) -> int:
    ensure_groups()
    password = make_password(PASSWORD)
    for entry in data["person"]:
        user = person(entry, language="en", zone="UTC", password=password)
        user.groups.add(*Group.objects.filter(name__in=[GROUPS[code] for code in entry["groups"]]))
    return len(data["person"])


def load_organisations(data: Mapping[str, Any], *, now: datetime) -> int:
    """Make the organisations that are missing, with names, people, roles, signing powers and, where it says so, the vetting tick."""
    password, then, new = make_password(PASSWORD), now - LONG_AGO, 0
    for entry in data["organisation"]:
        if Organisation.objects.filter(legal_name=entry["legal_name"]).exists():
            continue
        new += 1
        organisation = organisations.create(_particulars(entry), owner=None, by=SYSTEM, now=then)
        known = {entry["legal_name"], entry["public_name"], entry.get("short_name", "")}  # found by these from the beginning
        for name in (name for name in entry.get("names", []) if name["name"] not in known):
            organisations.add_name(organisation.pk, name["name"], language=name["language"], by=SYSTEM, now=then)
        users = {}
        for member in entry.get("people", []):
            if "email" in member:
                user = person(member, language=entry["language"], zone=entry["zone"], password=password)
                users[user.email] = (user, member)
                organisations.join(organisation.pk, user, member["roles"], by=SYSTEM, now=then)
        for position, email in enumerate(entry.get("signing", {}).get("order", []), 1):
            user, member = users[email]
            powers.grant_power(
                organisation.pk, user.pk, office=member["office"]["en"], position=position, valid_from=then.date(), by=SYSTEM, now=then
            )
        if entry.get("vetted"):
            organisations.vet(organisation.pk, by=SYSTEM, now=then, reason="DEMO")
    return new


def _particulars(entry: Mapping[str, Any]) -> Particulars:
    kinds = {"society": Organisation.Kind.SOCIETY, "practice": Organisation.Kind.PRACTICE}
    taxes = entry.get("tax_numbers", [])
    language = entry.get("language", "en")
    return Particulars(
        legal_name=entry["legal_name"],
        register_name=entry["public_name"],
        short_name=entry.get("short_name", ""),
        kind=kinds.get(entry["kind"], Organisation.Kind.OTHER),
        legal_form=entry.get("legal_form", ""),
        place_id=Place.objects.get(code=entry["place"]).pk,
        address=entry.get("address", ""),
        registration_number=entry.get("registration_number", ""),
        registry=entry.get("registry", ""),
        tax_number=taxes[0]["value"] if taxes else "",
        language=language if language in LANGUAGES else "en",
        signing=entry.get("signing", {}).get("mode", "alone"),
        listed=entry.get("public_register", True),
    )
