"""Every text editors wrote, page by page and language by language, and what is wrong with it: marks that lack, figures typed by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import strip_tags
from wagtail.models import Page

from content.figures.rules import typed
from content.marks.rules import lacking
from content.pages.models import TranslatedPage
from content.programmes.models import SUFFIXES, LocalRules, Programme


@dataclass(frozen=True, slots=True)
class Finding:
    """``where`` is the path of a page or the code of a programme; ``kind`` is ``mark`` or ``figure``; ``text`` what was found."""

    where: str
    language: str
    kind: str
    text: str


def findings() -> list[Finding]:
    """Return what is wrong in everything published."""
    return [finding for where, language, texts in _stored() for finding in _wrong(where, language, texts)]


def _wrong(where: str, language: str, texts: list[str]) -> Iterator[Finding]:
    yield from (Finding(where, language, "mark", name) for name in lacking(texts))
    yield from (Finding(where, language, "figure", figure) for text in texts for figure in typed(strip_tags(text)))


def _stored() -> Iterator[tuple[str, str, list[str]]]:
    for page in Page.objects.live().filter(depth__gt=1).specific():
        if isinstance(page, TranslatedPage):
            parts = [part for part in ("headline", "lede", "body") if hasattr(page, f"{part}_en")]
            for suffix in SUFFIXES:
                yield f"/{page.below_home}", suffix, [getattr(page, f"{part}_{suffix}") or "" for part in parts]
    for programme in Programme.objects.all():
        for suffix in SUFFIXES:
            texts = programme.texts()
            yield programme.code, suffix, [programme.name, *(texts[f"{name}_{suffix}"] for name in Programme.TEXTS)]
    for row in LocalRules.objects.select_related("programme", "place"):
        for suffix in SUFFIXES:
            texts = row.texts()
            yield (
                f"{row.programme.code}, {row.place.code}",
                suffix,
                [row.programme.name, *(texts[f"{name}_{suffix}"] for name in LocalRules.TEXTS)],
            )
