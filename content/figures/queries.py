"""What the public reads of figures: the newest of each thing, with the former ones behind it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from content.figures.models import Figure
from content.figures.rules import Count, sentence, when
from i18n import formats
from i18n.places.queries import Named, named


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in words, and the place it is about. ``lang``: their language, English where the reader's words of its scope are missing.

    ``whom``: the published second figure of the sentence.
    """

    figure: Figure
    place: Named | None
    text: str
    lang: str
    fallback: bool
    former: tuple["Shown", ...] = ()
    whom: Figure | None = None


def published(*, by: date | None = None) -> QuerySet[Figure]:
    """Return published figures, the newest first, without those that are the second part of a sentence.

    :param by: leave out what is true of a later day only.
    """
    rows = Figure.objects.filter(live=True).select_related("programme", "whom", "area").order_by("programme__position", "-as_of", "-pk")
    seconds = Figure.objects.filter(live=True).exclude(whom=None).values("whom")
    rows = rows.exclude(pk__in=seconds)
    return rows.filter(as_of__lte=by) if by else rows


def shown(rows: Collection[Figure], language: str) -> list[Shown]:
    """Return figures in the reader's words; of figures about the same thing the first is shown, the others stand behind it."""
    groups: dict[Any, list[Figure]] = {}
    for row in rows:
        whom = row.whom.unit if row.whom else ""
        groups.setdefault((row.programme_id, row.area_id, row.unit, whom, row.scope_en), []).append(row)
    areas = named(language, areas=Q(pk__in={row.area_id for row in rows if row.area_id}))
    return [_shown(first, areas, language, former=former) for first, *former in groups.values()]


def _shown(figure: Figure, areas: Mapping[int, Named], language: str, *, former: Iterable[Figure] = ()) -> Shown:
    own = getattr(figure, f"scope_{language.replace('-', '_')}", None)
    fallback = bool(figure.scope_en) and not own and language != "en"
    lang = "en" if fallback or language not in formats.LOCALES else language
    if figure.as_of is None:
        raise ValueError("only published figures are shown")  # the database lets no other one be published
    time = when(first_day=figure.first_day, last_day=figure.last_day, as_of=figure.as_of, language=lang)
    whom = figure.whom if figure.whom and figure.whom.live else None
    text = sentence(
        count(figure), lang, time=time, whom=count(whom) if whom else None, scope=(figure.scope_en if lang == "en" else own) or ""
    )
    place = areas[figure.area_id] if figure.area_id else None
    return Shown(figure, place, text, lang, fallback, tuple(_shown(one, areas, language) for one in former), whom)


def count(figure: Figure) -> Count:
    return Count(figure.value, figure.unit, figure.qualifier)


def of_programme(programme_id: int, language: str) -> list[Shown]:
    """Return the figures of a programme: those about it as a whole, then those of single places."""
    rows = sorted(published().filter(programme=programme_id), key=lambda row: row.area_id is not None)
    return shown(rows, language)


def of_place(place_id: int, language: str, *, by: date | None = None) -> list[Shown]:
    """Return the figures about one place, by programme; ``by`` leaves out those of a later day."""
    return shown(list(published(by=by).filter(area=place_id)), language)
