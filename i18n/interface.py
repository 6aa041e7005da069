"""In which languages the portal's own words are complete. In the others its pages speak English, and whatever is in the reader's language says so.

How it works: a page's ``lang`` is that of its own words (``spoken``), its direction that of the reader's language; values that are there
in the reader's language carry theirs. A language becomes complete when its catalogue is, and its name stands in ``COMPLETE``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import DjangoTranslation

from i18n import formats

SOURCE = "en"
COMPLETE = (SOURCE, "es")


def spoken(language: str) -> str:
    """Return the language our own words are in, for a reader of ``language``."""
    return language if language in COMPLETE else SOURCE


class Marked(str):
    """A text that says in HTML which words of it are in another language; it is plain anywhere else."""

    __slots__ = ("html",)
    html: SafeString

    def __str__(self) -> str:
        return self  # as a form does to the words of an error; what is plain stays plain

    def __html__(self) -> SafeString:
        return self.html


def _marked(text: str, html: SafeString) -> Marked:
    made = Marked(text)
    made.html = html
    return made


def own(text: str, language: str, *, among: str = "") -> str:
    """Return a text that is in ``language``, for HTML and plain text alike; ``among`` words in which language, '' = our own for its reader."""
    if not text or language == (among or spoken(language)):
        return text
    return _marked(text, format_html('<bdi lang="{}">{}</bdi>', language, text))


def sentence(words: str, /, **facts: Any) -> str:
    """Return our own words with their facts filled in; those that say their language still do."""
    return _marked(words % facts, SafeString(escape(words) % {name: conditional_escape(fact) for name, fact in facts.items()}))


def joined(between: str, texts: Sequence[str]) -> str:
    """Return texts one after another; words of them that say their language still do."""
    return _marked(between.join(texts), SafeString(escape(between).join(map(conditional_escape, texts))))


def listing(items: Iterable[Any], language: str, *, style: Literal["standard", "or", "unit"] = "standard") -> str:
    """Return a list in a sentence of our own words for a reader of ``language``; items that say their language still do."""
    known = list(items)
    plain = formats.listing([str(one) for one in known], spoken(language), style=style)
    return _marked(plain, SafeString(formats.listing([conditional_escape(one) for one in known], spoken(language), style=style)))


def own_listing(items: Iterable[Any], language: str) -> str:
    """Return names that are in ``language`` as a list in that language, which says so; those in another one still say theirs."""
    known = list(items)
    plain = formats.listing([str(one) for one in known], language)
    return own(_marked(plain, SafeString(formats.listing([conditional_escape(one) for one in known], language))), language)


class OwnWords(DjangoTranslation):
    """The catalogue of a language: of an incomplete one only our own, else some words of other packages would stand among English ones."""

    def _init_translation_catalog(self) -> None:
        if self.language() in COMPLETE:
            super()._init_translation_catalog()  # type: ignore[misc]

    def _add_installed_apps_translations(self) -> None:
        if self.language() in COMPLETE:
            super()._add_installed_apps_translations()  # type: ignore[misc]
