"""Reading places: in order, by name, by region, with their income group."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from i18n.formats import LOCALES
from i18n.interface import SOURCE, own, spoken
from i18n.places.models import Area, PlaceTier, RegionMembership
from i18n.places.rules import best_name, called, closeness, name_columns, sort_key
from portal.core.text import fold

SUFFIXES = {language: language.replace("-", "_") for language in LOCALES}


@dataclass(frozen=True, slots=True)
class Named:
    """A place or region with its name for readers of one language; ``in_english``: that language has none."""

    id: int
    code: str
    kind: str
    name: str
    in_english: bool
    continent: str
    zone: str
    inhabited: bool
    parent_id: int | None


def name_in(area: Named | Area, language: str, *, among: str = "") -> str:
    """Return the name for a reader of ``language``, by the rule of ``called``; it says its language ``among`` words in which, '' = our own."""
    if isinstance(area, Named):
        name, its = area.name, SOURCE if area.in_english else language
    else:
        name, its = called(area, language)
    return own(name, its, among=among or spoken(language))


EVERYWHERE = Q()


def named(language: str, *, areas: Q = EVERYWHERE) -> dict[int, Named]:
    """Return places and regions by id with their names for a reader of ``language``, by the rule of ``called``."""
    columns = name_columns(language)
    facts = ("pk", "code", "kind", "continent", "zone", "inhabited", "parent_id")
    found = {}
    for pk, code, kind, continent, zone, inhabited, parent_id, *names in (
        Area.objects.filter(areas or Q()).rewrite(False).values_list(*facts, *columns)
    ):
        shown, its = best_name(zip(names, columns.values(), strict=True), code)
        found[pk] = Named(pk, code, kind, shown, its != language, continent, zone, inhabited, parent_id)
    return found


def in_order(areas: list[Named], language: str) -> list[Named]:
    """Return them as readers of the language look them up."""
    return sorted(areas, key=lambda area: (sort_key(area.name, language), area.code))


def places(language: str, *, to_live_in: bool = False) -> list[Named]:
    """Return every place in order; ``to_live_in`` leaves out those without a permanent population, where nobody is asked to come from."""
    wanted = Q(kind=Area.Kind.PLACE, inhabited=True) if to_live_in else Q(kind=Area.Kind.PLACE)
    return in_order(list(named(language, areas=wanted).values()), language)


def find(text: str, language: str) -> list[Named]:
    """Return the places whose code or name, in any of our languages, fits what was typed; the best fits only, in order."""
    asked = fold(text)
    if not asked:
        return []
    fits: dict[int, int] = {}
    columns = [f"{field}_{suffix}" for suffix in SUFFIXES.values() for field in ("name", "staff_name")]
    for pk, code, *names in Area.objects.filter(kind=Area.Kind.PLACE).values_list("pk", "code", *columns):
        fit = 0 if fold(code) == asked else closeness(asked, tuple(fold(name) for name in names if name))
        if fit is not None:
            fits[pk] = fit
    best = min(fits.values(), default=0)
    found = named(language, areas=Q(pk__in=[pk for pk, fit in fits.items() if fit == best or (best and fit < 3)]))
    return in_order(list(found.values()), language)


def members(region_code: str, *, at: datetime) -> list[int]:
    """Return the ids of a region's members at an instant, as we know it now. A place is the one member of itself."""
    rows = RegionMembership.objects.filter(area__code=region_code).known_at(None).in_force(at)
    return list(rows.order_by("place__code").values_list("place_id", flat=True))


@dataclass(frozen=True, slots=True)
class TierFound:
    """An income group with the list it stands on and the place it is taken from: its own, or its sovereign state's."""

    tier: str
    list_date: date
    place_id: int
    place_code: str


def tier_of(place_id: int, *, on: date) -> TierFound | None:
    """Return the income group by the newest list of ``on``; a place without a row has its parent's. None: no list says anything.

    The tier ``NC`` (listed, not classified) is an answer, not an absence.
    """
    place: Area | None = Area.objects.select_related("parent").get(pk=place_id)
    while place is not None:
        row = PlaceTier.objects.filter(place=place, list_date__lte=on).order_by("-list_date").first()
        if row:
            return TierFound(row.tier, row.list_date, place.pk, place.code)
        place = place.parent
    return None


def tiers_by_year(place_id: int, *, on: date, years: int) -> list[str]:
    """Return the groups of a place in the last ``years`` list years up to ``on``, newest last: of each year its last list; none for a gap."""
    rows = PlaceTier.objects.filter(place=place_id, list_date__lte=on).order_by("list_date").values_list("list_date", "tier")
    by_year = {day.year: tier for day, tier in rows}
    newest = max(by_year, default=0)
    return [by_year[year] for year in range(newest - years + 1, newest + 1) if year in by_year]
