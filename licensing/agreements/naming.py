"""What things are called in the language of a text. Reads the rows it is given."""

from collections.abc import Sequence
from typing import Any

from i18n import formats
from i18n.places.rules import called
from licensing.agreements.phrases import say


def in_language(row: Any, field: str, language: str) -> str:
    """Return a translated column, English where it has none."""
    return getattr(row, f"{field}_{language.replace('-', '_')}", None) or getattr(row, f"{field}_en", None) or ""


def place_name(place: Any, language: str) -> str:
    """Return what a place is called in a text of one language."""
    return called(place, language)[0]


def language_names(codes: Sequence[str], language: str) -> list[str]:
    names = formats.locale(language).languages
    return [names.get(_babel(code)) or names.get(code.partition("-")[0], code) for code in codes] or [say("none", language)]


def _babel(code: str) -> str:
    language, _, region = code.partition("-")
    return f"{language}_{region.upper()}" if region else language
