"""Takes kits from parsed data through the real intake: draft, items, files, release. A release that is there stays as it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from licensing.models import LicenceOffering, OfferingEdition
from media import intake
from media.kits import actions
from media.kits.actions import ItemFacts
from media.kits.models import Kit, KitRelease


@dataclass(frozen=True, slots=True)
class Entry:
    """One file to take in; entries of an item follow one another. ``titles`` says what the item is called in the file's language."""

    kit: str
    release: str
    item: str
    right: str
    audience: str
    language: str
    name: str
    path: Path
    title: str
    artwork: str = ""


def load_kits(entries: Iterable[Entry], spec: Mapping[str, Any], *, edition: Callable[[str], OfferingEdition | None], now: datetime) -> int:
    """Load and release what is missing; return the number of new releases.

    ``spec`` is the table ``[[kit]]`` of the catalogue. ``edition`` gives the edition a meeting's kit belongs to, by offering code.
    """
    files: dict[str, list[Entry]] = {}
    for entry in entries:
        files.setdefault(entry.kit, []).append(entry)
    return sum(_release(kit, files.get(kit["code"], []), edition=edition, now=now) for kit in spec["kit"])


def _release(spec: Mapping[str, Any], entries: list[Entry], *, edition: Callable[[str], OfferingEdition | None], now: datetime) -> bool:
    offering = LicenceOffering.objects.get(code=spec["offering"])
    kit = Kit.objects.filter(slug=spec["code"]).first() or actions.new_kit(slug=spec["code"], offering=offering, names=spec["name"])
    if kit.releases.filter(number=spec["release"]).exists():
        return False
    at = now - timedelta(days=spec["released_days_ago"])
    bound = edition(offering.code) if offering.term_years is None else None
    draft = actions.draft_release(kit, spec["release"], edition=bound, notes=spec.get("notes"))
    rights = dict(offering.rights.values_list("code", "pk"))
    attributes = {item["code"]: item for item in spec["items"]}
    for code, group in groupby(entries, key=lambda entry: entry.item):
        _item(draft, code, list(group), attributes.get(code, {}), rights, at=at)
    actions.release(draft.pk, by_id=None, now=at)
    return True


def _item(
    draft: KitRelease, code: str, entries: list[Entry], attributes: Mapping[str, Any], rights: Mapping[str, int], *, at: datetime
) -> None:
    first = entries[0]
    embargo = draft.edition.embargo_until if attributes.get("embargo") and draft.edition else None
    facts = ItemFacts(
        names={entry.language: entry.title for entry in entries},
        right_id=rights[first.right],
        audience=first.audience,
        embargo_until=embargo,
        stamped=first.path.suffix in (".pdf", ".pptx"),
        modify=attributes.get("modify", "no"),
        attendees_keep=attributes.get("hand_out", False),
        artwork=first.artwork,
        slug=code,
    )
    item = actions.add_item(draft.pk, facts)
    for entry in entries:
        with entry.path.open("rb") as source:
            intake.take_in(item.pk, source, name=entry.name, language=entry.language, by_id=None, now=at)
