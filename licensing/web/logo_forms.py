"""What a designer says of a piece."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.fields import DayField
from i18n.places.queries import name_in
from licensing.entitlements.models import Licence
from licensing.logos.actions import Facts
from licensing.logos.kinds import LIMIT
from licensing.logos.models import MEDIA, ArtworkPiece
from licensing.logos.rules import PRINTED, Medium

ACCEPT = ".pdf,.png,.jpg,.jpeg,.svg"


def languages() -> list[tuple[str, str]]:
    """Return every language of two letters, ours first, by its name in the reader's language."""
    reader = get_language() or "en"
    codes = {str(code) for code in Locale.parse("en").languages if len(str(code)) == 2} | {"pt-br"}
    ours = ("en", "es", "pt-br", "fr", "ar")
    rest = sorted((formats.language_name(code, reader), code) for code in codes - set(ours))
    return [(code, formats.language_name(code, reader)) for code in ours] + [(code, name) for name, code in rest]


class FileForm(forms.Form):
    """A file of a piece; what is in it is looked at by ``logos.take_in``."""

    file = forms.FileField(
        label=_("The piece, in one file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, PNG, JPEG or SVG, up to %(size)s MB, with final text and final size. No links and no working files.")
        % {"size": LIMIT // 1_048_576},
    )


class PieceForm(forms.Form):
    """What a piece is, of one licence; with ``file`` the first time."""

    title = forms.CharField(
        label=_("What is it?"), max_length=120, help_text=_("As you would call it to a colleague: Poster for Madrid, June.")
    )
    medium = forms.ChoiceField(label=_("Medium"), choices=MEDIA)
    size = forms.CharField(label=_("Size"), max_length=40, help_text=_("As it will be shown: A2, or 1200 × 630 px."))
    language = forms.ChoiceField(label=_("Language of the piece"), choices=languages)
    venue = forms.CharField(label=_("Where it is shown"), max_length=160, help_text=_("The hall, the city or the address of the website."))
    places = forms.TypedMultipleChoiceField(label=_("Country or territory"), coerce=int, widget=forms.CheckboxSelectMultiple)
    use_from = DayField(label=_("First day"))
    use_until = DayField(label=_("Last day"))
    print_run = forms.IntegerField(
        label=_("Print run"), min_value=1, max_value=10_000_000, required=False, help_text=_("How many copies are printed.")
    )

    def __init__(self, *args: Any, licence: Licence, **kwargs: Any):
        super().__init__(*args, **kwargs)
        places = list(licence.places.all())
        self.fields["places"].choices = [(place.pk, name_in(place, get_language() or "en")) for place in places]
        if len(places) == 1:
            self.fields["places"].initial = [places[0].pk]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("medium") in PRINTED and not given.get("print_run") and "print_run" not in self.errors:
            self.add_error("print_run", _("Say how many copies are printed."))
        return given

    def facts(self) -> Facts:
        """Return what was said; only after ``is_valid``."""
        given = self.cleaned_data
        medium = Medium(given["medium"])
        return Facts(
            title=given["title"],
            medium=medium,
            size=given["size"],
            language=given["language"],
            venue=given["venue"],
            places=tuple(given["places"]),
            use_from=given["use_from"],
            use_until=given["use_until"],
            print_run=given["print_run"] if medium in PRINTED else None,
        )


class NewPieceForm(PieceForm, FileForm):
    field_order = ["title", "medium", "size", "language", "file", "venue", "places", "use_from", "use_until", "print_run"]


def initial(piece: ArtworkPiece) -> dict[str, Any]:
    """Return what the form of a draft begins with."""
    names = ("title", "medium", "size", "language", "venue", "use_from", "use_until", "print_run")
    return {name: getattr(piece, name) for name in names} | {"places": [place.pk for place in piece.places.all()]}
