"""The main menu and the columns of the footer, as editors keep them in the CMS. A fresh portal shows what ``MENU`` and ``FOOTER`` say.

The lines on copyright, marks and the funder are no part of it: they stand below every footer.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField

from content.pages.rules import is_address

SUFFIXES = tuple(code.replace("-", "_") for code, _name in settings.LANGUAGES)

MENU = (
    (pgettext_lazy("place in the portal", "Availability"), "/availability/"),
    (pgettext_lazy("place in the portal", "Licensing"), "/licensing/"),
    (pgettext_lazy("place in the portal", "Register"), "/register/"),
    (pgettext_lazy("place in the portal", "Verify"), "/verify/"),
)
FOOTER = (
    (
        _("Programs"),
        (
            (_("Availability by country"), "/availability/"),
            (_("What can be licensed"), "/licensing/"),
            (_("Who holds a license"), "/register/"),
        ),
    ),
    (
        pgettext_lazy("heading of links", "Check"),
        ((_("Verify a license or logo"), "/verify/"), (_("Open data and API"), "/api/v1/docs"), (_("Report misuse"), "/contact/")),
    ),
    (
        _("Help"),
        (
            (_("About this portal"), "/about/"),
            (_("News"), "/news/"),
            (_("Contact"), "/contact/"),
            (_("Accessibility"), "/accessibility/"),
            (_("Privacy"), "/privacy/"),
            (_("Terms of use"), "/terms/"),
        ),
    ),
)


def in_each_language(name: str, *, length: int = 60) -> list[tuple[str, blocks.Block]]:
    """Return a field for each language; where one stays empty, the English words are shown, marked as English."""
    languages = zip(SUFFIXES, settings.LANGUAGES, strict=True)
    return [
        (f"{name}_{suffix}", blocks.CharBlock(required=suffix == "en", max_length=length, label=language))
        for suffix, (_code, language) in languages
    ]


def check_address(text: str) -> None:
    if not is_address(text):
        raise ValidationError(_("Enter a path of this portal such as /verify/, or an address that begins with https://."))


class LinkBlock(blocks.StructBlock):
    """A link with its words in each language: to a page of the CMS, or to any address."""

    def __init__(self, **options: Any):
        page = blocks.PageChooserBlock(required=False, label=_("Page"))
        hint = _("Instead of a page: a path without language, such as /verify/, or https://…")
        address = blocks.CharBlock(required=False, max_length=250, label=_("Address"), help_text=hint, validators=[check_address])
        super().__init__([*in_each_language("label"), ("page", page), ("address", address)], **options)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            problem = ValidationError(_("Choose a page or enter an address: one of the two."))
            raise blocks.StructBlockValidationError(block_errors={"address": problem})
        return cleaned

    class Meta:
        label = _("Link")
        icon = "link"
        label_format = "{label_en}"


class ColumnBlock(blocks.StructBlock):
    """A column of the footer: a heading over links."""

    def __init__(self, **options: Any):
        super().__init__([*in_each_language("heading"), ("links", blocks.ListBlock(LinkBlock(), label=_("Links")))], **options)

    class Meta:
        label = _("Column")
        icon = "list-ul"
        label_format = "{heading_en}"


def _said(name: str, words: Any) -> dict[str, str]:
    """Return the words in every language that has them."""
    said = {}
    for suffix, (code, _name) in zip(SUFFIXES, settings.LANGUAGES, strict=True):
        with override(code):
            said[f"{name}_{suffix}"] = str(words)
    return {key: "" if key != f"{name}_en" and text == said[f"{name}_en"] else text for key, text in said.items()}


def _links(rows: Iterable[tuple[Any, str]]) -> list[dict[str, Any]]:
    return [{**_said("label", words), "page": None, "address": address} for words, address in rows]


def default_menu() -> list[tuple[str, Any]]:
    return [("link", link) for link in _links(MENU)]


def default_footer() -> list[tuple[str, Any]]:
    return [("column", {**_said("heading", heading), "links": _links(rows)}) for heading, rows in FOOTER]


@register_setting(icon="list-ul")
class Navigation(BaseGenericSetting):
    """One row; without it the portal's own menu and footer stand."""

    menu = StreamField([("link", LinkBlock())], verbose_name=_("main menu"), default=default_menu, max_num=7)
    footer = StreamField([("column", ColumnBlock())], verbose_name=_("footer"), default=default_footer, max_num=5)

    panels = [
        FieldPanel("menu", help_text=_("Four or five short words: they stand in one line. What leads to no published page is left out.")),
        FieldPanel("footer", help_text=_("The lines on copyright, marks and the funder stand below and cannot be changed here.")),
    ]

    class Meta:
        verbose_name = _("menu and footer")

    def __str__(self) -> str:
        return "menu and footer"
