"""The pages editors write in the CMS: one tree, every language on one page (docs/adr/004)."""

from django.db import models
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content.availability import home
from content.pages.panels import by_language

SUFFIXES = ("en", "es", "pt_br", "fr", "ar")
TEXT = ["h2", "h3", "bold", "italic", "link", "ul", "ol", "hr"]
# Wagtail's own fields, in the first and the last tab.
SETTINGS = ([FieldPanel("title"), FieldPanel("slug")], ObjectList([*Page.promote_panels[1:], *Page.settings_panels], heading=_("Settings")))


class TranslatedPage(Page):
    """What every page of ours has beside Wagtail's own fields: a headline and a lede in each language.

    Wagtail's ``title`` is the editors' name of the page, in English only.
    """

    headline = models.CharField(_("headline"), max_length=160)
    lede = models.CharField(_("first sentence"), max_length=400, blank=True)

    search_fields = [*Page.search_fields, *(index.SearchField(f"{name}_{code}") for name in ("headline", "lede") for code in SUFFIXES)]

    class Meta:
        abstract = True

    @property
    def below_home(self) -> str:
        """Its path below the home page, which is the root of the site; the same in every language."""
        return self.url_path.split("/", 2)[2]


class HomePage(TranslatedPage):
    """The front page: words by editors; map, programmes and changes come from the data."""

    body = RichTextField(_("text"), blank=True, features=TEXT)
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "content/home_page.html"
    edit_handler = by_language(("headline", "lede", "body"), *SETTINGS)

    def get_context(self, request, *args, **kwargs):
        front = home.front(now=timezone.now(), language=get_language() or "en")
        return {**super().get_context(request, *args, **kwargs), "front": front}


class TextPage(TranslatedPage):
    """About, contact, privacy, terms, accessibility and the like."""

    body = RichTextField(_("text"), blank=True, features=TEXT)
    parent_page_types = ["content.HomePage", "content.TextPage"]
    subpage_types = ["content.TextPage"]
    template = "content/text_page.html"
    edit_handler = by_language(("headline", "lede", "body"), *SETTINGS)


class ProgrammePage(TranslatedPage):
    """Editors' story of one programme. It is shown on the programme's own page, beside the facts that come from the data."""

    programme = models.OneToOneField("content.Programme", on_delete=models.PROTECT, related_name="page", verbose_name=_("program"))
    body = RichTextField(_("text"), blank=True, features=TEXT)
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    edit_handler = by_language(("headline", "lede", "body"), [FieldPanel("programme"), *SETTINGS[0]], SETTINGS[1])

    def serve(self, request, *args, **kwargs):
        return redirect("programme", self.programme.code)
