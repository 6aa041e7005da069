"""Who would be told, if a draft of availability were published: for the page on which a second person decides."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Count, Q
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
    opening = {one.place for one in changes if one.after in OFFERED and (one.period.valid_to is None or one.period.valid_to > at)}
    if not opening:
        return []
    parts = Area.objects.filter(kind=Area.Kind.PLACE, parent__in=opening).exclude(pk__in=answers(programme_id, as_of=at))
    where = opening | set(parts.values_list("pk", flat=True))
    rows = Interest.objects.waiting().filter(programme=programme_id, place__in=where).order_by()
    counts = dict(rows.values("place").annotate(people=Count("pk")).values_list("place", "people"))
    lines = _lines(programme_id, counts) if counts and may(VIEW) else []
    return [Group(label=gettext("People who asked to be told"), count=sum(counts.values()), lines=lines)]


def _lines(programme_id: int, counts: dict[int, int]) -> list[Touched]:
    language, code = get_language() or "en", Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    places = in_order(list(named(language, areas=Q(pk__in=counts)).values()), language)
    url = f"{reverse('staff_interest')}?programme={code}&view=waiting&place="
    return [
        Touched(
            title=place.name, text=ngettext("%(count)s person", "%(count)s people", counts[place.id]) % {"count": formats.number(counts[place.id], language)},
            url=f"{url}{place.code}",
        )
        for place in places[:SHOWN]
    ]  # fmt: skip
