"""Programmes and the names of places in the CMS. What is saved here is printed on kept pages, so saving raises the content version."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from content.programmes.models import LocalRules, Programme
from content.staff.figures import PlaceSelect
from content.staff.translations import DIRECTION, LANGUAGES, TRANSLATIONS, TranslatedForm, tabs, translations
from i18n.places.models import Place
from portal.core.models import ContentVersion


class Saving:
    """What is saved makes every kept page stale, in the same transaction."""

    def save_instance(self) -> Any:
        with transaction.atomic():
            instance = super().save_instance()  # type: ignore[misc]
            ContentVersion.raise_number()
        return instance


class PublicCreateView(Saving, CreateView):
    pass


class PublicEditView(Saving, EditView):
    pass


class PublicDeleteView(DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            super().delete_action()
            ContentVersion.raise_number()


class ProgrammeViewSet(SnippetViewSet):
    """Names carry marks and are never translated; the texts are, one tab a language."""

    model = Programme
    icon = "doc-full-inverse"
    menu_label = _("Programs")
    menu_name = "programmes"
    menu_order = 210
    list_display = ["code", "short_name", "kind", Column("translations", label=TRANSLATIONS, accessor=translations)]
    ordering = ["position", "code"]
    copy_view_enabled = False
    add_view_class, edit_view_class, delete_view_class = PublicCreateView, PublicEditView, PublicDeleteView
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [FieldPanel(name) for name in ("code", "name", "short_name", "family", "kind", "position", "tool_languages", "source")],
                heading=_("General"),
            ),
            *tabs(Programme),
        ],
        base_form_class=TranslatedForm,
    )


class LocalRulesViewSet(SnippetViewSet):
    """Where taking part differs in one country or territory; empty texts are those of the programme."""

    model = LocalRules
    icon = "form"
    menu_label = _("Local rules")
    menu_name = "local-rules"
    menu_order = 212
    list_display = ["programme", "place", Column("translations", label=TRANSLATIONS, accessor=translations)]
    list_filter = ["programme"]
    copy_view_enabled = False
    add_view_class, edit_view_class, delete_view_class = PublicCreateView, PublicEditView, PublicDeleteView
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("programme", widget=forms.Select),
                    FieldPanel("place", widget=PlaceSelect),
                    FieldPanel("tool_languages"),
                    FieldPanel("source"),
                ],
                heading=_("General"),
            ),
            *tabs(LocalRules),
        ],
        base_form_class=TranslatedForm,
    )


class PlaceViewSet(SnippetViewSet):
    """Names come from CLDR; what stands here is shown instead. Places themselves are reference data and neither added nor deleted."""

    model = Place
    icon = "site"
    menu_label = _("Names of places")
    menu_name = "places"
    menu_order = 220
    list_display = ["code", "__str__"]
    list_per_page = 300
    ordering = ["code"]
    search_fields = ["code", "name_en", "name_es", "name_pt_br", "name_fr", "name_ar"]
    copy_view_enabled = False
    add_view_class, edit_view_class, delete_view_class = PublicCreateView, PublicEditView, PublicDeleteView
    panels = [
        FieldPanel(f"staff_name_{language}", attrs={"lang": language.replace("_", "-"), "dir": DIRECTION.get(language, "ltr")})
        for language in LANGUAGES
    ]
