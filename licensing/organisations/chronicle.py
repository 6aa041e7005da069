"""The history of an organisation in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import get_language

from i18n.interface import listing
from licensing.history.models import Event
from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role
from licensing.organisations.words import EVENTS, ROLES


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    text: str
    by: str
    reason: str


def lines(organisation: Organisation, *, internal: bool = False, limit: int = 50) -> list[Line]:
    """Return the latest events, newest first, in the reader's language; ``internal`` includes what only staff may read."""
    events = Event.objects.of(organisation) if internal else Event.objects.of(organisation).shown_to_applicant()
    latest = list(events.reverse()[:limit])
    return [Line(event.recorded_at, text, event.actor_label, event.reason) for event, text in zip(latest, sentences(latest), strict=True)]


def sentences(events: list[Event]) -> list[str]:
    """Return what each event of an organisation says, in the reader's language: one statement for all."""
    names = get_user_model().objects.in_bulk({event.payload["user"] for event in events if "user" in event.payload})
    return [_sentence(event, names) for event in events]


def _sentence(event: Event, names: dict) -> str:
    sentence = EVENTS.get(event.command)
    if sentence is None:
        return event.command
    roles = [str(ROLES[Role(role)]) for role in event.payload.get("roles", [])]
    return str(sentence) % {
        "person": names.get(event.payload.get("user"), ""),
        "roles": listing(roles, get_language() or "en"),
        "name": event.payload.get("name", ""),
        "application": event.payload.get("application", ""),
        "office": event.payload.get("office", ""),
    }
