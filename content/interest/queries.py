"""What staff read of the demand: by programme and place, and what was said. Only what was confirmed counts; no address is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

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
