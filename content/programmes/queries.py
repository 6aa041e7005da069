"""How one takes part in a programme, everywhere or in one place, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from content.programmes.models import LocalRules, Programme, Translated
from content.programmes.rules import language_codes
from i18n import formats
from i18n.interface import own_listing
from i18n.places.queries import Named, in_order, named


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language. ``fallback``: English, because the reader's is missing. ``outdated``: the reader's own language, made from
    an earlier English text; ``english`` is then the text as it is now. ``local``: said for the place, not for everywhere.
    """

    text: str
    lang: str
    fallback: bool = False
    outdated: bool = False
    english: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True)
class Participation:
    """The rules of taking part. A text may be empty; ``tool_languages`` are codes, ``languages`` their names in words."""

    eligibility: Text
    cost: Text
    requirements: Text
    how_to_get_it: Text
    tool_languages: tuple[str, ...]
    languages: str


def text_of(row: Translated, name: str, language: str, *, local: bool = False) -> Text:
    """Return one text whole and in one language: an older translation stays as it is, never mixed with newer English."""
    suffix = language.replace("-", "_")
    english = getattr(row, f"{name}_en") or ""
    own = getattr(row, f"{name}_{suffix}", None) or ""
    if not own:
        return Text(english, "en", fallback=bool(english) and language != "en", local=local)
    outdated = name in row.outdated(suffix)
    return Text(own, language, outdated=outdated, english=english if outdated else "", local=local)


def participation(programme: Programme, language: str, *, local: LocalRules | None = None) -> Participation:
    """Return the rules of a programme, with those of ``local`` in their place."""

    def said(name: str) -> Text:
        here = text_of(local, name, language, local=True) if local else None
        return here if here and here.text else text_of(programme, name, language)

    codes = tuple(language_codes((local.tool_languages if local else "") or programme.tool_languages))
    words = own_listing((formats.language_name(code, language) for code in codes), language)
    return Participation(
        eligibility=said("eligibility"),
        cost=said("cost"),
        requirements=said("requirements"),
        how_to_get_it=said("how_to_get_it"),
        tool_languages=codes,
        languages=words,
    )


def participation_at(programmes: Iterable[Programme], places: Sequence[int], language: str) -> dict[int, Participation]:
    """Return the rules of programmes in a place, by programme. ``places``: the place, then the one it belongs to."""
    found: dict[int, LocalRules] = {}
    rows = LocalRules.objects.filter(place__in=places).select_related("place")
    for row in sorted(rows, key=lambda row: places.index(row.place_id)):
        found.setdefault(row.programme_id, row)
    return {one.pk: participation(one, language, local=found.get(one.pk)) for one in programmes}


def places_with_rules(programme_id: int, language: str) -> list[Named]:
    """Return the places where something of taking part in the programme differs, in the reader's order."""
    some = LocalRules.objects.filter(programme=programme_id).values("place")
    return in_order(list(named(language, areas=Q(pk__in=some)).values()), language)
