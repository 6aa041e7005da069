"""Reference data: places, regions with dated members, income groups. Sources and licences: ``i18n/data/SOURCES.md``."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction

from i18n.formats import LOCALES, locale
from i18n.places.models import Area, PlaceTier, RegionMembership
from portal.core.models import ContentVersion
from portal.core.periods import Period

DATA = Path(__file__).resolve().parents[1] / "data"
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
FACTS = ("kind", "iso2", "numeric", "continent", "zone", "inhabited")
NAMES = {language: f"name_{language.replace('-', '_')}" for language in LOCALES}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run changed; all zero when it ran before."""

    areas: int
    memberships: int
    tiers: int


@transaction.atomic
def load_places() -> Loaded:
    """Bring places, regions, memberships and income groups up to the data files. Safe to repeat.

    What staff set or recorded since (``staff_name``, a membership that changed) is left alone.
    """
    loaded = Loaded(areas=_areas(), memberships=_memberships(), tiers=_tiers())
    if loaded != Loaded(0, 0, 0):
        ContentVersion.raise_number()
    return loaded


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _areas() -> int:
    own = {row["code"]: row for row in _rows("names.csv")}
    wanted = {row["code"]: _place(row) | _names(row["code"], own) for row in _rows("places.csv")}
    wanted |= {row["code"]: _region(row) | _names(row["code"], own) for row in _rows("regions.csv")}
    there = {area.code: area for area in Area.objects.all()}
    changed = _write(wanted, there)
    parents = {row["code"]: row["parent"] for row in _rows("places.csv") if row["parent"]}
    areas = {area.code: area for area in Area.objects.all()}
    moved = [areas[code] for code, parent in parents.items() if areas[code].parent_id != areas[parent].pk]
    for area in moved:
        area.parent = areas[parents[area.code]]
    Area.objects.bulk_update(moved, ["parent"])
    return len(changed | {area.code for area in moved})


def _write(wanted: dict[str, dict], there: dict[str, Area]) -> set[str]:
    """Add what is missing and update what differs; return the codes of both."""
    new = [Area(code=code, **facts) for code, facts in wanted.items() if code not in there]
    old = [
        code for code, area in there.items() if code in wanted and any(getattr(area, key) != value for key, value in wanted[code].items())
    ]
    for code in old:
        for key, value in wanted[code].items():
            setattr(there[code], key, value)
    Area.objects.bulk_create(new)
    Area.objects.bulk_update([there[code] for code in old], [*FACTS, *NAMES.values()], batch_size=100)
    return {area.code for area in new} | set(old)


def _place(row: dict[str, str]) -> dict:
    return {
        "kind": Area.Kind.PLACE.value,
        "iso2": row["iso2"] or None,
        "numeric": row["numeric"],
        "continent": row["continent"],
        "zone": row["zone"],
        "inhabited": row["inhabited"] == "1",
    }


def _region(row: dict[str, str]) -> dict:
    return {"kind": Area.Kind.REGION.value, "zone": row["zone"], "iso2": None, "numeric": "", "continent": "", "inhabited": True}


def _names(code: str, own: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the name in each language: ours where we have one, else CLDR's."""
    return {field: own[code][language] if code in own else locale(language).territories[code] for language, field in NAMES.items()}


def _memberships() -> int:
    areas = dict(Area.objects.values_list("code", "pk"))
    known = set(RegionMembership.objects.values_list("area_id", "place_id"))
    rows = [(areas[row["region"]], areas[row["place"]], _period(row), row["source"]) for row in _rows("region_members.csv")]
    rows += [(areas[row["code"]], areas[row["code"]], Period(ALWAYS), "") for row in _rows("places.csv")]
    new = [row for row in rows if row[:2] not in known]
    RegionMembership.objects.bulk_create(_history(new))
    return len(new)


def _history(rows: Iterable[tuple[int, int, Period, str]]) -> Iterable[RegionMembership]:
    """Yield each membership as it came to be known: from its first day on, and its end from that instant on.

    So a question about what we knew in 2019 still finds the United Kingdom in the Union for ever.
    """
    for area, place, period, source in rows:
        facts = {"area_id": area, "place_id": place, "valid_from": period.valid_from, "source": source}
        yield RegionMembership(recorded_at=period.valid_from, superseded_at=period.valid_to, **facts)
        if period.valid_to:
            yield RegionMembership(recorded_at=period.valid_to, valid_to=period.valid_to, **facts)


def _period(row: dict[str, str]) -> Period:
    return Period(datetime.fromisoformat(row["valid_from"]), datetime.fromisoformat(row["valid_to"]) if row["valid_to"] else None)


def _tiers() -> int:
    """Add the lists that are not there yet: one file a list, its date in the name."""
    places = dict(Area.objects.filter(kind=Area.Kind.PLACE).values_list("code", "pk"))
    known = set(PlaceTier.objects.values_list("place_id", "list_date"))
    new = []
    for path in sorted(DATA.glob("income_groups_*.csv")):
        on = date.fromisoformat(path.stem.removeprefix("income_groups_"))
        new += [PlaceTier(place_id=places[row["place"]], tier=row["tier"], list_date=on) for row in _rows(path.name)]
    new = [tier for tier in new if (tier.place_id, tier.list_date) not in known]
    PlaceTier.objects.bulk_create(new)
    return len(new)
