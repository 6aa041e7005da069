"""Edit forms with one tab per language: what is translated stands in each, the rest in the first. Names keep their marks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info, gettext, gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, TabbedInterface

from content.marks.rules import lacking

GENERAL = gettext_lazy("General")


def by_language(translated: Sequence[str], general: Sequence[Panel], *more: ObjectList, heading: Any = GENERAL) -> TabbedInterface:
    """Return tabs: general, one for each language with its direction, then ``more``."""
    tabs = [ObjectList(list(general), heading=heading)]
    for code, name in settings.LANGUAGES:
        attributes = {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
        suffix = code.replace("-", "_")
        tabs.append(ObjectList([FieldPanel(f"{field}_{suffix}", attrs=attributes) for field in translated], heading=name))
    return TabbedInterface([*tabs, *more], base_form_class=_marked(tuple(translated)))


def refuse_lacking(form: Any, fields: Sequence[str]) -> None:
    """Add an error where a name lacks its mark in some language's texts, read in the order of ``fields``."""
    for code, _name in settings.LANGUAGES:
        columns = [f"{field}_{code.replace('-', '_')}" for field in fields]
        texts = {column: str(form.cleaned_data.get(column) or "") for column in columns if column in form.fields}
        for name in lacking(texts.values()):
            column = next(column for column, text in texts.items() if name in lacking([text]))
            form.add_error(
                column, gettext("“%(name)s” lacks its mark: write QOPI® at its first mention, and ASCO Direct™.") % {"name": name}
            )


def _marked(translated: tuple[str, ...]) -> type[WagtailAdminPageForm]:
    """Return the form of pages whose ``translated`` texts keep the marks of names."""

    class MarkedForm(WagtailAdminPageForm):
        def clean(self) -> dict[str, Any]:
            cleaned = super().clean()
            refuse_lacking(self, translated)
            return cleaned

    return MarkedForm
