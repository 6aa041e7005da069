"""Edit forms with one tab per language: what is translated stands in each, the rest in the first."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, TabbedInterface

SUFFIXES = tuple(code.replace("-", "_") for code, _name in settings.LANGUAGES)
GENERAL = gettext_lazy("General")


def by_language(translated: Sequence[str], general: Sequence[Panel], *more: ObjectList, heading: Any = GENERAL) -> TabbedInterface:
    """Return tabs: general, one for each language with its direction, then ``more``."""
    tabs = [ObjectList(list(general), heading=heading)]
    for code, name in settings.LANGUAGES:
        attributes = {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
        suffix = code.replace("-", "_")
        tabs.append(ObjectList([FieldPanel(f"{field}_{suffix}", attrs=attributes) for field in translated], heading=name))
    return TabbedInterface([*tabs, *more])
