"""Offerings in the CMS: what can be licensed, with its rights, required papers and editions, edited by licensing managers.

Four lists beside each other, not one form with parts: Wagtail draws such parts, and its date fields, with scripts in the page, which our
content security policy refuses.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from licensing.offerings.models import EvidenceRequirement, LicenceOffering, LicensedRight, OfferingEdition

LANGUAGES = ("en", "es", "pt_br", "fr", "ar")


def texts(name: str) -> list[Any]:
    """Return one panel for each language of a translated column."""
    return [FieldPanel(f"{name}_{language}") for language in LANGUAGES]


def instants(*names: str) -> list[Any]:
    """Return panels for instants, typed as ``2027-03-22 14:00`` in UTC."""
    return [
        FieldPanel(name, widget=forms.DateTimeInput(format="%Y-%m-%d %H:%M"), help_text=_("UTC, for example 2027-03-22 14:00"))
        for name in names
    ]


def of_offering() -> FieldPanel:
    """Return a plain list to choose the offering from: Wagtail's chooser is one of the scripts named above."""
    return FieldPanel("offering", widget=forms.Select)


class OfferingViewSet(SnippetViewSet):
    model = LicenceOffering
    copy_view_enabled = False
    icon = "clipboard-list"
    menu_label = _("Offerings")
    list_display = ["code", "name", "open", "position"]
    ordering = ["position", "code"]
    panels = [
        MultiFieldPanel([FieldPanel("code"), FieldPanel("programme", widget=forms.Select), *texts("name")], heading=_("What it is")),
        MultiFieldPanel(
            [FieldPanel("open"), FieldPanel("position"), FieldPanel("term_years"), FieldPanel("grace_days"), FieldPanel("closed_to")],
            heading=_("For whom and how long"),
        ),
        MultiFieldPanel([*texts("summary"), *texts("for_whom"), *texts("how_long")], heading=_("Texts"), classname="collapsed"),
        MultiFieldPanel([*texts("may"), *texts("may_not")], heading=_("May and may not"), classname="collapsed"),
        MultiFieldPanel(
            [FieldPanel("fee_unit"), FieldPanel("form_version"), FieldPanel("template_code"), FieldPanel("kit_languages")],
            heading=_("For the machine"),
            classname="collapsed",
        ),
    ]


class RightViewSet(SnippetViewSet):
    model = LicensedRight
    copy_view_enabled = False
    icon = "key"
    menu_label = _("Licensed rights")
    list_display = ["name", "code", "offering", "position"]
    list_filter = ["offering"]
    panels = [of_offering(), FieldPanel("code"), *texts("name"), FieldPanel("position")]


class EvidenceViewSet(SnippetViewSet):
    model = EvidenceRequirement
    copy_view_enabled = False
    icon = "doc-full"
    menu_label = _("Required papers")
    list_display = ["name", "code", "offering", "position"]
    list_filter = ["offering"]
    panels = [of_offering(), FieldPanel("code"), *texts("name"), FieldPanel("position")]


class EditionViewSet(SnippetViewSet):
    model = OfferingEdition
    copy_view_enabled = False
    icon = "date"
    menu_label = _("Editions")
    list_display = ["label", "offering", "starts_at", "rights_until"]
    list_filter = ["offering"]
    panels = [of_offering(), FieldPanel("label"), *instants("starts_at", "ends_at", "embargo_until", "rights_until")]


class OfferingsGroup(SnippetViewSetGroup):
    items = (OfferingViewSet, RightViewSet, EvidenceViewSet, EditionViewSet)
    menu_icon = "clipboard-list"
    menu_label = _("Offerings")
    menu_name = "offerings"
    menu_order = 230


register_snippet(OfferingsGroup)
