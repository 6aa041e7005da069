"""In which languages the portal's own words are complete. In the others its pages speak English, and whatever is in the reader's language says so.

How it works: a page's ``lang`` is that of its own words (``spoken``), its direction that of the reader's language; values that are there
in the reader's language carry theirs. A language becomes complete when its catalogue is, and its name stands in ``COMPLETE``.
"""

from django.utils.translation.trans_real import DjangoTranslation

SOURCE = "en"
COMPLETE = (SOURCE, "es")


def spoken(language: str) -> str:
    """Return the language our own words are in, for a reader of ``language``."""
    return language if language in COMPLETE else SOURCE


class OwnWords(DjangoTranslation):
    """The catalogue of a language: of an incomplete one only our own, else some words of other packages would stand among English ones."""

    def _init_translation_catalog(self) -> None:
        if self.language() in COMPLETE:
            super()._init_translation_catalog()  # type: ignore[misc]

    def _add_installed_apps_translations(self) -> None:
        if self.language() in COMPLETE:
            super()._add_installed_apps_translations()  # type: ignore[misc]
