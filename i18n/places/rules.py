"""What places are called, how names are compared and put in order, and how far apart two points are. Pure: no Django."""

from collections.abc import Iterable
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from i18n.formats import LOCALES
from portal.core.text import fold

# Only articles that stand before a name and are no part of it: "La Réunion" sorts under R, "El Salvador" under E.
ARTICLES = {"en": ("the ",), "fr": ("la ", "le ", "les ", "l’", "l'"), "ar": ("ال",)}
LAST = "\uffff"
ENGLISH = "en"
LETTERS = {  # letters of their own, after the letter they look like
    "es": {"ñ": "n" + LAST},
    "ar": {"ة": "ه", "ى": "ي"},
}


@lru_cache(maxsize=16)
def name_columns(language: str) -> dict[str, str]:
    """Return the columns a name is looked for in, best first, each with its language: the reader's before English, in each staff's word before CLDR's."""
    languages = dict.fromkeys((language if language in LOCALES else ENGLISH, ENGLISH))
    return {f"{field}_{one.replace('-', '_')}": one for one in languages for field in ("staff_name", "name")}


def best_name(names: Iterable[tuple[str | None, str]], code: str) -> tuple[str, str]:
    """Return the first name there is, with its language; a place without any is called by its code."""
    return next(((name, language) for name, language in names if name), (code, ENGLISH))


def called(place: Any, language: str) -> tuple[str, str]:
    """Return what the row of a place or region is called for a reader of ``language``, and in which language that is."""
    return best_name(((getattr(place, column, ""), one) for column, one in name_columns(language).items()), place.code)


@lru_cache(maxsize=4096)
def sort_key(name: str, language: str) -> str:
    """Return what names are sorted by in a language: no case, no accents, no article, its own letters in their place."""
    text = name.casefold()
    for article in ARTICLES.get(language, ()):
        if text.startswith(article) and len(text) > len(article) + 2:
            text = text.removeprefix(article)
            break
    for letter, place in LETTERS.get(language, {}).items():
        text = text.replace(letter, place)
    return LAST.join(fold(part) for part in text.split(LAST))


def closeness(asked: str, names: tuple[str, ...]) -> int | None:
    """Return how well folded ``asked`` fits folded names: 0 the whole name, 1 its start, 2 the start of a word, 3 inside; None = not at all."""
    found = []
    for name in names:
        if name == asked:
            found.append(0)
        elif name.startswith(asked):
            found.append(1)
        elif f" {asked}" in name:
            found.append(2)
        elif len(asked) > 2 and asked in name:
            found.append(3)
    return min(found, default=None)


EARTH = 6371.0  # mean radius in kilometres


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the length of the great circle between two points given as latitude and longitude in degrees."""
    (lat, lon), (other_lat, other_lon) = ((radians(angle) for angle in point) for point in (here, there))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))
