"""Who would be told, or was told otherwise, if a draft of availability were published: for the page on which a second person decides."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from content.availability.differences import Difference
from content.availability.impact import Group, Touched
from content.availability.queries import answers
from content.availability.rules import OFFERED
from content.interest.models import Interest
from content.programmes.models import Programme
from i18n import formats
from i18n.places.models import Area
from i18n.places.queries import in_order, named

VIEW = "content.view_interest"
SHOWN = 20


def people_told(programme_id: int, changes: Sequence[Difference], *, at: datetime, may: Callable[[str], bool]) -> Sequence[Group]:
    """Return how many wait in the places where the programme opens, now or later; a part that has no answer of its own opens with its whole."""
    opening = {one.place for one in changes if one.after in OFFERED and _still(one, at)}
    found = _counted(Interest.objects.waiting(), programme_id, opening, at=at)
    return [_group(gettext("People who asked to be told"), programme_id, found, view="waiting", may=may)]


def people_told_otherwise(programme_id: int, changes: Sequence[Difference], *, at: datetime, may: Callable[[str], bool]) -> Sequence[Group]:
    """Return how many have a letter about a place that opens or closes otherwise than was known: they hear of it once that is so."""
    otherwise = {one.place for one in changes if (one.before in OFFERED) is not (one.after in OFFERED) and _still(one, at)}
    found = _counted(Interest.objects.told(at), programme_id, otherwise, at=at)
    return [_group(gettext("People who were told otherwise"), programme_id, found, view="told", may=may)]


def _still(change: Difference, at: datetime) -> bool:
    return change.period.valid_to is None or change.period.valid_to > at


def _counted(people: QuerySet[Interest], programme_id: int, places: set[int], *, at: datetime) -> dict[int, int]:
    """Return how many there are by place, in some places and in their parts that have no answer of their own."""
    if not places:
        return {}
    parts = Area.objects.filter(kind=Area.Kind.PLACE, parent__in=places).exclude(pk__in=answers(programme_id, as_of=at))
    where = places | set(parts.values_list("pk", flat=True))
    rows = people.filter(programme=programme_id, place__in=where).order_by()
    return dict(rows.values("place").annotate(people=Count("pk")).values_list("place", "people"))


def _group(label: str, programme_id: int, counts: dict[int, int], *, view: str, may: Callable[[str], bool]) -> Group:
    lines = _lines(programme_id, counts, view) if counts and may(VIEW) else []
    return Group(label=label, count=sum(counts.values()), lines=lines, of=len(counts))


def _lines(programme_id: int, counts: dict[int, int], view: str) -> list[Touched]:
    language, code = get_language() or "en", Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    places = in_order(list(named(language, areas=Q(pk__in=counts)).values()), language)
    url = f"{reverse('staff_interest')}?programme={code}&view={view}&place="
    return [
        Touched(
            title=place.name, text=ngettext("%(count)s person", "%(count)s people", counts[place.id]) % {"count": formats.number(counts[place.id], language)},
            url=f"{url}{place.code}",
        )
        for place in places[:SHOWN]
    ]  # fmt: skip
