"""Texts of several languages in the CMS: one tab a language, and which translations no longer fit the English."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList

from content.pages.panels import refuse_lacking
from content.programmes.models import SUFFIXES, Translated
from i18n.interface import listing

LANGUAGES = {"en": "English", "es": "Español", "pt_br": "Português", "fr": "Français", "ar": "العربية"}
DIRECTION = {"ar": "rtl"}


class TranslatedForm(WagtailAdminModelForm):
    """Keeps what each translation was made from. A tab whose words no longer fit the English says so, and asks whether they still do."""

    fits_es = forms.BooleanField(required=False)
    fits_pt_br = forms.BooleanField(required=False)
    fits_fr = forms.BooleanField(required=False)
    fits_ar = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.before = self.instance.texts() if self.instance.pk else {}
        for suffix in SUFFIXES[1:]:
            outdated = self.instance.outdated(suffix) if self.instance.pk else []
            if not outdated:
                del self.fields[f"fits_{suffix}"]
                continue
            names = [str(self.instance._meta.get_field(name).verbose_name) for name in outdated]
            field = self.fields[f"fits_{suffix}"]
            field.label = gettext("These words fit the English as it is now")
            field.help_text = gettext(
                "Out of date, because the English has changed: %(texts)s. Readers see a note until you translate or tick."
            ) % {"texts": listing(names, get_language() or "en")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_lacking(self, self.instance.TEXTS)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.renew(self.before, confirmed=self._confirmed())
        return super().save(commit=commit)

    def _confirmed(self) -> Collection[str]:
        ticked = [suffix for suffix in SUFFIXES[1:] if self.cleaned_data.get(f"fits_{suffix}")]
        return {f"{name}_{suffix}" for name in self.instance.TEXTS for suffix in ticked}


def tab(language: str, *fields: str) -> ObjectList:
    """Return one tab with the translated fields of a language, written in its direction."""
    attrs = {"lang": language.replace("_", "-"), "dir": DIRECTION.get(language, "ltr")}
    fits = [] if language == "en" else [FieldPanel(f"fits_{language}")]
    return ObjectList([*fits, *(FieldPanel(f"{field}_{language}", attrs=attrs) for field in fields)], heading=LANGUAGES[language])


def tabs(model: type[Translated]) -> list[ObjectList]:
    return [tab(language, *model.TEXTS) for language in LANGUAGES]


def translations(row: Translated) -> str:
    """Say in a list which translations are out of date."""
    stale = [LANGUAGES[suffix] for suffix in SUFFIXES[1:] if row.outdated(suffix)]
    return gettext("Out of date: %(languages)s") % {"languages": ", ".join(stale)} if stale else gettext("Up to date")


TRANSLATIONS = gettext_lazy("Translations")
