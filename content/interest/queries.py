"""What staff read of the demand, and operators of what is late. Only what was confirmed counts; no address is shown."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from content.availability.queries import offered
from content.interest.models import Interest


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
