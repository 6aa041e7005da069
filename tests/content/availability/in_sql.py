"""The law once more, as one statement of SQL: what the resolver is held against."""

from datetime import datetime

from django.db.models import Case, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber

from content.availability.models import AvailabilityStatement
from content.availability.rules import STRENGTH


def deciding(programme_id: int, *, as_of: datetime, known_at: datetime | None = None):
    """Return one row per place, ``(covered_id, status)`` of the statement that decides."""
    strength = Case(*(When(status=status, then=Value(rank)) for status, rank in STRENGTH.items()), output_field=IntegerField())
    own = Case(When(area=F("covered_id"), then=Value(0)), default=Value(1), output_field=IntegerField())
    rank = Window(RowNumber(), partition_by=F("area__members__place"), order_by=[own, strength, "valid_from", "area__code"])
    rows = AvailabilityStatement.objects.of(programme_id).covering(as_of=as_of, known_at=known_at)
    return rows.annotate(rank=rank).filter(rank=1).values_list("covered_id", "status")
