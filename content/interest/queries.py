"""What staff read of the demand, and operators of what is late. Only what was confirmed counts; no address is shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from content.availability.queries import offered, spans
from content.availability.rules import by_place
from content.interest.models import Interest
from content.interest.rules import Stated
from i18n.places.models import Area


def demand(rows: QuerySet[Interest]) -> Iterable[Mapping[str, Any]]:
    """Return, for each programme and place of ``rows``, how many want it and how large they are, the most wanted first."""
    named = rows.order_by().values("programme__code", "programme__short_name", "place_id", "place__code")
    counted = named.annotate(
        people=Count("pk"),
        waiting=Count("pk", filter=Q(told_at=None)),
        practices_sum=Sum("practices"),
        volume_sum=Sum("volume"),
        latest=Max("confirmed_at"),
    )
    return counted.order_by("-people", "-latest", "programme__position", "place__code")


def late(*, since: datetime) -> int:
    """Return how many wait still for what was open, and known to be, at ``since``. One statement while nobody waits."""
    waiting = Interest.objects.waiting().filter(confirmed_at__lte=since)
    found = 0
    for programme_id in waiting.order_by("programme").values_list("programme", flat=True).distinct():
        found += waiting.filter(programme=programme_id, place__in=offered(programme_id, at=since, known_at=since)).count()
    return found


def stated(programme_id: int, places: Collection[Area], *, known_at: datetime | None = None) -> dict[int, Stated]:
    """Return what is stated of places for all of time, as known at ``known_at`` (None = now). One statement for all of them."""
    wholes = {place.pk: place.parent_id for place in places}
    wanted = {*wholes, *filter(None, wholes.values())}
    found = by_place(spans(programme_id=programme_id, places=wanted, known_at=known_at).get(programme_id, []))
    return {place: Stated(found.get(place, ()), found.get(whole, ()) if whole else ()) for place, whole in wholes.items()}
