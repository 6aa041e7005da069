"""Load a catalogue folder: reference data, then people, then every story replayed through the real actions with its own ``now``.

Safe to repeat: what is there is left as it is. History is told in absolute dates, societies' lives are counted from the day of loading.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from content.availability import load as availability
from content.figures.load import load_figures
from content.inquiries import load as inquiries
from content.interest import load as interest
from content.pages.load import load_pages
from content.programmes.models import LocalRules, Programme
from i18n.places.load import load_places
from i18n.places.models import Place
from licensing.agreements import load as agreements
from licensing.fees import load as fees
from licensing.models import LicenceOffering
from licensing.payments import load as payments
from media import load as kits
from portal.demo import kit_files, people, stories


@dataclass
class Loaded:
    """What a run did: one sentence a part."""

    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)


def read(folder: Path, name: str) -> dict[str, Any]:
    with (folder / name).open("rb") as file:
        return tomllib.load(file)


@transaction.atomic
def load(folder: Path, *, now: datetime) -> Loaded:
    """Load all of ``folder``; all or nothing.

    :raises FileNotFoundError, KeyError, tomllib.TOMLDecodeError: the folder is not a catalogue, or a file of it is broken.
    """
    loaded = Loaded()
    load_places()
    loaded.say("places, regions and income groups")
    programmes = read(folder, "programmes.toml")
    loaded.say(f"{load_programmes(programmes)} programs, {load_local_rules(programmes)} places with rules of their own")
    published = availability.load_lists(json.loads((folder / "availability.json").read_text()), now=now)
    published += availability.load_statements(read(folder, "availability_other.toml"), now=now)
    loaded.say(f"{published} publications of availability")
    loaded.say(f"{load_figures(read(folder, 'figures.toml'))} figures")
    loaded.say(f"{interest.load(read(folder, 'interest.toml')['interest'], now=now)} interests in programs")
    loaded.say(f"{inquiries.load(read(folder, 'inquiries.toml'), now=now)} inquiries")
    loaded.say(f"{fees.load_schedules(read(folder, 'fees.toml'))} fee schedules")
    loaded.say(f"{load_offerings(read(folder, 'offerings.toml'), now=now)} license offerings")
    templates, staff = read(folder, "templates.toml"), read(folder, "staff.toml")
    payments.load_billing({"billing": {**read(folder, "fees.toml")["billing"], "address": staff["licensor"]["address"]}})
    agreements.load(
        read(folder, "clauses.toml")["clause"],
        templates["template"],
        key_terms=templates["key_terms"],
        licensor=staff["licensor"],
        now=now,
    )
    organisations = read(folder, "organisations.toml")
    names = {entry["key"]: entry["legal_name"] for entry in organisations["organisation"]}
    loaded.say(f"{people.load_staff(staff)} staff, {people.load_organisations(organisations, now=now)} organizations")
    host = urlsplit(settings.PORTAL_ORIGIN)
    told = {entry["code"]: entry["about"] for entry in programmes["programme"]}
    words = read(folder, "pages.toml")
    pages = load_pages(
        words["page"],
        told,
        origin_host=host.hostname or "localhost",
        port=host.port or 80,
        news=words["news"],
        today=now.date(),
    )
    loaded.say(f"{len(pages)} pages")
    loaded.say(f"{load_kits(folder, now=now)} kit releases")
    loaded.say(f"{stories.replay(read(folder, 'stages.toml'), folder / 'answers', names=names, now=now)} steps of demonstration stories")
    return loaded


def translated(entry: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return modeltranslation columns of the tables ``names`` of an entry; a list of lines becomes one text."""
    columns = {}
    for name in names:
        for language, text in entry.get(name, {}).items():
            words = "\n".join(text) if isinstance(text, list) else text.strip()
            columns[f"{name}_{language.replace('-', '_')}"] = words
    return columns


def sources_of(entry: Mapping[str, Any]) -> str:
    """Return the sources of an entry as one line: titles with their days."""
    return "; ".join(f"{one['title']}, {one['date']}" for one in entry.get("source", ()))[:250]


def load_programmes(data: Mapping[str, Any]) -> int:
    new = 0
    for position, entry in enumerate(data["programme"]):
        if Programme.objects.filter(code=entry["code"]).exists():
            continue
        words = translated(entry, *Programme.TEXTS)
        plain = {name: entry[name] for name in ("code", "name", "short_name", "family", "kind")}
        plain["tool_languages"] = entry.get("tool_languages", "")
        programme = Programme(position=position, source=sources_of(entry), **plain, **words)
        programme.renew({})
        programme.save()
        new += 1
    return new


def load_local_rules(data: Mapping[str, Any]) -> int:
    """Load how taking part differs in single places (``[[local]]`` of programmes.toml); return how many were new."""
    new = 0
    for entry in data.get("local", ()):
        programme, place = Programme.objects.get(code=entry["programme"]), Place.objects.get(code=entry["place"])
        if LocalRules.objects.filter(programme=programme, place=place).exists():
            continue
        words = translated(entry, *LocalRules.TEXTS)
        rules = LocalRules(
            programme=programme, place=place, source=entry["source"], tool_languages=entry.get("tool_languages", ""), **words
        )
        rules.renew({})
        rules.save()
        new += 1
    return new


def load_offerings(data: Mapping[str, Any], *, now: datetime) -> int:
    new = 0
    for position, entry in enumerate(data["offering"]):
        if LicenceOffering.objects.filter(code=entry["code"]).exists():
            continue
        words = {
            **translated(entry, "name", "summary", "may", "may_not", "how_long"),
            **{f"for_whom_{column.removeprefix('who_may_apply_')}": text for column, text in translated(entry, "who_may_apply").items()},
        }
        offering = LicenceOffering.objects.create(
            code=entry["code"],
            programme=Programme.objects.get(code=entry["programme"]),
            position=position,
            fee_unit=entry.get("unit", "licence"),
            term_years=entry.get("term", {}).get("years"),
            grace_days=entry.get("grace_days", 0),
            kit_languages=entry.get("kit_languages", []),
            template_code=TEMPLATES.get(entry["code"], ""),
            open=entry["open"],
            **words,
        )
        for at, right in enumerate(entry.get("right", [])):
            offering.rights.create(code=right["code"], position=at, **translated(right, "name"))
        for at, paper in enumerate(entry.get("evidence", [])):
            offering.evidence.create(code=paper["code"], position=at, **translated(paper, "name"))
        for edition in entry.get("edition", []):
            offering.editions.create(**_edition(edition, now=now))
        offering.save()  # the parts of a cluster are written with it
        new += 1
    return new


TEMPLATES = {"QTP1-L": "QTP-1", "QCS-DH": "QCS-1"}


def _edition(entry: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    if "relative" not in entry:
        return {name: entry[name] for name in ("label", "starts_at", "ends_at", "embargo_until", "rights_until")}
    spec = entry["relative"]
    zone = ZoneInfo(spec["zone"])
    end = (now + timedelta(days=30 * spec["ends_months_ahead"])).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start = end - timedelta(days=spec["days"])
    return {
        "label": str(end.year),
        "starts_at": start + timedelta(hours=8),
        "ends_at": end,
        "embargo_until": start + timedelta(hours=8),
        "rights_until": end + timedelta(days=30 * spec["rights_months_after"]),
    }


def load_kits(folder: Path, *, now: datetime) -> int:
    """Build the demonstration's files once, and release them through the real intake."""
    built = kit_files.build(Path(settings.MEDIA_ROOT).parent / "kit-files" / kit_files.edition())
    return kits.load_kits(
        [
            kits.Entry(
                file.kit, file.release, file.item, file.right, file.audience, file.language, file.name, file.path, file.title, file.artwork
            )
            for file in built
        ],
        read(folder, "kits/kits.toml"),
        edition=lambda code: stories.edition_of_the_year(code, now=now),
        now=now,
    )
