"""Figures in the CMS: drafted and published here; without a day and a source there is no publishing."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from content.figures.models import Figure
from content.programmes.models import SUFFIXES
from i18n import formats
from i18n.places.queries import places


class PlaceSelect(forms.Select):
    """Countries and territories in the order of the reader's language."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None):
        self.choices = [("", "---------"), *((place.id, place.name) for place in places(get_language() or "en"))]
        return super().optgroups(name, value, attrs)


class FigureForm(WagtailAdminModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        whom = cleaned.get("whom")
        if whom and (whom.whom_id or whom.programme != cleaned.get("programme")):
            self.add_error("whom", gettext("Choose a figure of the same program that comes from no other."))
        return cleaned


def _as_of(figure: Figure) -> str:
    return formats.day(figure.as_of, get_language() or "en") if figure.as_of else gettext("no day yet")


def _state(figure: Figure) -> str:
    return gettext("Published") if figure.live else pgettext("a text that is not public", "Draft")


class FigureViewSet(SnippetViewSet):
    model = Figure
    copy_view_enabled = False
    icon = "order"
    menu_label = gettext_lazy("Figures")
    menu_name = "figures"
    menu_order = 215
    list_display = [
        "__str__",
        "area",
        Column("as_of", label=gettext_lazy("As of"), accessor=_as_of),
        Column("state", label=gettext_lazy("State"), accessor=_state),
    ]
    list_filter = ["programme", "unit", "live"]
    ordering = ["programme", "-as_of", "pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("programme", widget=forms.Select),
            FieldPanel("area", widget=PlaceSelect),
            FieldRowPanel([FieldPanel("qualifier"), FieldPanel("value"), FieldPanel("unit")]),
            FieldPanel("whom", widget=forms.Select),
            MultiFieldPanel(
                [FieldPanel(f"scope_{suffix}", attrs={"lang": suffix.replace("_", "-")}) for suffix in SUFFIXES],
                heading=gettext_lazy("Of whom or where"),
            ),
            FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")], heading=gettext_lazy("Period")),
            FieldPanel("as_of"),
            FieldPanel("source"),
        ],
        base_form_class=FigureForm,
    )
