"""The pages editors write in the CMS: one tree, every language on one page (docs/adr/004)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import Page

TEXT = ["h2", "h3", "bold", "italic", "link", "document-link", "ul", "ol", "hr"]


class TranslatedPage(Page):
    """What every page of ours has beside Wagtail's own fields: a headline and a lede in each language.

    Wagtail's ``title`` is the editors' name of the page, in English only.
    """

    headline = models.CharField(_("headline"), max_length=160)
    lede = models.CharField(_("first sentence"), max_length=400, blank=True)

    class Meta:
        abstract = True


class HomePage(TranslatedPage):
    """The front page: words by editors; map, programmes and changes come from the data."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "content/home_page.html"


class TextPage(TranslatedPage):
    """About, contact, privacy, terms, accessibility and the like."""

    body = RichTextField(_("text"), blank=True, features=TEXT)
    parent_page_types = ["content.HomePage", "content.TextPage"]
    subpage_types = ["content.TextPage"]
    template = "content/text_page.html"


class ProgrammePage(TranslatedPage):
    """Editors' story of one programme; facts, availability and fees come from the data."""

    programme = models.OneToOneField("content.Programme", on_delete=models.PROTECT, related_name="page", verbose_name=_("program"))
    body = RichTextField(_("text"), blank=True, features=TEXT)
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    template = "content/programme_page.html"
