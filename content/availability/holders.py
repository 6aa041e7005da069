"""Who runs a programme near a place where it is not available: asked of the packages above, which register themselves in ``AppConfig.ready``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from i18n.places.distances import between
from i18n.places.models import RegionMembership
from i18n.places.queries import Named, in_order, named

FAR = float("inf")


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation that holds a license for a programme in some ``places`` and is named in public; ``code`` verifies the licence."""

    programme_id: int
    name: str
    language: str
    code: str
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Near:
    """A holder with its places in the reader's order, the nearest first; ``here``: its licence covers the very place."""

    holder: Holder
    places: tuple[Named, ...]
    here: bool


PROVIDERS: list[Callable[[datetime], list[Holder]]] = []


def nearest(place_id: int, *, language: str, at: datetime) -> dict[int, Near]:
    """Return the nearest holder for each programme somebody holds a licence for.

    Nearest is: whose licence covers the place itself; then who shares a region with it; then whose city is the least far; of two who are
    equally far, who writes in the reader's language; then the name.
    """
    holders = [holder for provider in PROVIDERS for holder in provider(at)]
    if not holders:
        return {}
    ids = {place_id}.union(*(holder.places for holder in holders))
    areas, regions = named(language, areas=Q(pk__in=ids)), _regions(ids, at=at)
    here = areas[place_id]

    def far(other: int) -> tuple[bool, bool, float]:
        distance = between(here.zone, areas[other].zone)
        shared = bool(regions.get(place_id, set()) & regions.get(other, set()))
        return other != place_id, not shared, FAR if distance is None else distance

    def order(holder: Holder) -> tuple:
        return (*min(map(far, holder.places)), holder.language != language, holder.name, holder.code)

    found: dict[int, Near] = {}
    for holder in sorted((one for one in holders if one.places), key=order):
        if holder.programme_id not in found:
            places = in_order([areas[pk] for pk in holder.places], language)
            nearest_first = tuple(sorted(places, key=lambda area: far(area.id)))
            found[holder.programme_id] = Near(holder, nearest_first, place_id in holder.places)
    return found


def _regions(places: Iterable[int], *, at: datetime) -> dict[int, set[int]]:
    """Return, by place, the regions it belongs to at an instant; a place is no region."""
    rows = RegionMembership.objects.filter(place__in=list(places), area__kind="region").known_at(None).in_force(at)
    found: dict[int, set[int]] = {}
    for place, area in rows.values_list("place_id", "area_id"):
        found.setdefault(place, set()).add(area)
    return found
