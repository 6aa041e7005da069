"""What narrows a queue of the CMS. Every choice stands in the address, so that a queue can be kept as a bookmark and sent to a colleague."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy, pgettext

from content.programmes.models import Programme
from i18n.places.models import Area
from i18n.places.queries import in_order, named

PAGE = 25
Row = TypeVar("Row", bound=Model)


class QueueForm(forms.Form):
    """Words, a program and a country; a choice that does not exist narrows nothing. ``occurring``: the places of the rows, as ids.

    ``programme_path`` and ``place_path`` say where the rows of a queue name them.
    """

    programme_path: ClassVar[str] = "offering__programme__code"
    place_path: ClassVar[str] = "organisation__place__code"

    q = forms.CharField(label=gettext_lazy("Name or number"), required=False, max_length=200)
    programme = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Country or territory"), required=False)

    def __init__(self, data: Any, *, occurring: QuerySet):
        super().__init__(data)
        language, everything = get_language() or "en", ("", pgettext("filter", "All"))
        there = in_order(list(named(language, areas=_among(occurring)).values()), language)
        choices: dict[str, Any] = {
            "programme": [everything, *((one.code, str(one)) for one in Programme.objects.all())],
            "place": [everything, *((area.code, area.name) for area in there)],
        }
        for name in choices.keys() & self.fields.keys():
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined]
        self.is_valid()

    def given(self, name: str) -> Any:
        """Return what was chosen; '' for nothing, or for what does not exist."""
        return self.cleaned_data.get(name, "")

    @property
    def narrows(self) -> bool:
        return any(self.given(name) for name in self.fields)

    def narrow(self, rows: "QuerySet[Row]") -> "QuerySet[Row]":
        """Keep the rows of the chosen program and country; words are the queue's own question."""
        paths = {"programme": self.programme_path, "place": self.place_path}
        return rows.filter(**{paths[name]: self.given(name) for name in paths if self.given(name)})


def _among(occurring: QuerySet) -> Any:
    return Q(pk__in=occurring, kind=Area.Kind.PLACE)


def page_of(request: HttpRequest, rows: Any, *, size: int = PAGE) -> Page[Any]:
    """Return the page the address asks for; past the end the last one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
