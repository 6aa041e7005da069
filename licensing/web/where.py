"""What is stated of a programme where an organisation wants to use it. It informs and never blocks: open is what the offering says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from content.availability import queries
from content.availability.rules import NOT_STATED
from i18n.places.models import Place


@dataclass(frozen=True, slots=True)
class Stated:
    """``status`` is one of the availability statuses, or ``not_stated``."""

    place: Place
    status: str


def stated_in(codes: Iterable[str], programme_id: int, *, at: datetime) -> list[Stated]:
    """Return what is stated of the programme at ``at`` in each of these places, in their order; a territory shows its state's status."""
    places = Place.objects.in_bulk(list(codes), field_name="code")
    answers = queries.answers(programme_id, as_of=at) if places else {}
    found = []
    for place in places.values():
        answer = answers.get(place.pk) or answers.get(place.parent_id or 0)
        found.append(Stated(place, answer.status if answer else NOT_STATED))
    return found
