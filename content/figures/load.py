"""Figures of a catalogue, published as they are read; what is there is left as it is."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from content.figures.models import Figure
from content.programmes.models import Programme
from i18n.places.models import Area

PLAIN = ("value", "unit", "qualifier", "first_day", "last_day", "as_of", "source")


@transaction.atomic
def load_figures(data: Mapping[str, Any]) -> int:
    """Load the shape of ``figures.toml``; return how many sentences were new.

    :raises Programme.DoesNotExist, Area.DoesNotExist: a code is not loaded.
    :raises django.core.exceptions.ValidationError: a figure has no day or no source.
    """
    new = 0
    for entry in data["figure"]:
        programme = Programme.objects.get(code=entry["programme"])
        area = Area.objects.get(code=entry["place"]) if "place" in entry else None
        facts = {name: entry[name] for name in PLAIN if name in entry}
        if Figure.objects.filter(programme=programme, area=area, **facts).exists():
            continue
        words = {f"scope_{language.replace('-', '_')}": text for language, text in entry.get("scope", {}).items()}
        whom = _publish(Figure(programme=programme, area=area, **{**facts, **entry["whom"]})) if "whom" in entry else None
        _publish(Figure(programme=programme, area=area, whom=whom, **facts, **words))
        new += 1
    return new


def _publish(figure: Figure) -> Figure:
    figure.live = False
    figure.save()
    figure.save_revision().publish()
    figure.refresh_from_db()
    return figure
