"""A country page as data: what the API answers about one place."""

from typing import Any

from content.availability.country import Country, Event, Here
from content.availability.listing import basis_as_json, stamp
from content.programmes.models import LocalRules
from content.programmes.queries import Participation


def as_json(found: Country, version: int) -> dict[str, Any]:
    """Return what one place says, as the API's schema ``PlaceOut`` describes it; ``version`` is that of the content."""
    return {
        "code": found.place.code,
        "name": found.place.name,
        "parent": found.parent.code if found.parent else None,
        "zone": found.place.zone,
        "regions": [region.code for region in found.regions],
        "as_of": stamp(found.as_of),
        "known_at": stamp(found.known_at),
        "version": version,
        "programmes": [_here(one, found.history[one.programme.code]) for one in found.programmes],
    }


def _here(here: Here, history: list[Event]) -> dict[str, Any]:
    first = here.bases[0] if here.bases else None
    return {
        "programme": here.programme.code,
        "status": here.status,
        "since": stamp(first.since) if first else None,
        "until": stamp(first.until) if first else None,
        "sources": [basis_as_json(basis) for basis in here.bases],
        "ended": ended(here),
        "history": [_event(event) for event in history],
        "participation": _participation(here.participation),
    }


def _participation(rules: Participation | None) -> dict[str, Any]:
    said = {name: getattr(rules, name) for name in LocalRules.TEXTS}
    return {
        **{name: text.text for name, text in said.items()},
        "tool_languages": list(rules.tool_languages if rules else ()),
        "local": [name for name, text in said.items() if text.local and text.text],
        "outdated": [name for name, text in said.items() if text.outdated],
    }


def ended(here: Here) -> dict[str, Any] | None:
    """Return why a programme that is not stated was stated before; None: it is stated, or never was."""
    if here.past is None:
        return None
    region = {"region": here.past.region.code} if here.past.region else {}
    return {"reason": here.past.reason, **region, "at": stamp(here.past.at)}


def _event(event: Event) -> dict[str, Any]:
    region = event.region.code if event.region else None
    return {"at": stamp(event.at), "status": event.status, "region": region, "source": basis_as_json(event.basis)}
