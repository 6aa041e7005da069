"""The letter of a draft nobody goes on with: it will be erased. Who goes on with it before the letter leaves gets none."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own
from licensing.applications.models import Application
from licensing.history.models import Event
from licensing.letters import ABOUT_APPLICATION, Letter, application_facts, preparer_and_owners
from portal.accounts.models import User


def people_of_idle(event: Event, row: Application) -> Iterable[User]:
    """Return who wrote the draft and the owners; nobody where somebody went on with it since the warning."""
    return preparer_and_owners(event, row) if row.erased_at else []


def warned_facts(event: Event, row: Application, language: str) -> dict[str, Any]:
    """Return what was applied for and the day on which the draft goes, where the organisation is."""
    facts = application_facts(event, row, language)
    if row.erased_at:
        day = row.erased_at.astimezone(ZoneInfo(row.organisation.place.zone)).date()
        facts["erased"] = own(formats.day(day, language), language)
    return facts


LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("application", "warn"): (
        Letter(
            template="application_warn",
            subject=_("Your draft %(number)s will be erased soon"),
            **{**ABOUT_APPLICATION, "to": people_of_idle, "facts": warned_facts},
        ),
    ),
}
SILENT = {"lapse", "erase"}  # the letter before said so
