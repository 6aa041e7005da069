"""Enter the demonstration's interests through the real actions; safe to repeat."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from content.interest import actions
from content.interest.models import Interest
from content.programmes.models import Programme
from i18n.places.models import Place


def load(entries: Iterable[Mapping[str, Any]], *, now: datetime) -> int:
    """Register and confirm each entry ``days`` before ``now``; one that is there, or whose programme is available by then, is left out.

    :raises Programme.DoesNotExist, Place.DoesNotExist: an entry names what is not there.
    """
    new = 0
    for entry in entries:
        programme, place = Programme.objects.get(code=entry["programme"]), Place.objects.get(code=entry["place"])
        if Interest.objects.of(programme.pk, place.pk, entry["email"]).exists():
            continue
        said = actions.Said(**{name: entry[name] for name in actions.Said.__slots__ if name in entry})
        about, at = {"email": entry["email"], "language": entry["language"], "said": said}, now - timedelta(days=entry["days"])
        try:
            made = actions.register(programme.pk, place.pk, **about, now=at)
        except actions.NotNeeded:
            continue
        actions.confirm(actions.token_of(made), now=at)
        new += 1
    return new
