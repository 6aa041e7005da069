from modeltranslation.translator import TranslationOptions, register

from content.availability.changes import AvailabilityChangeRow
from content.availability.models import AvailabilityStatement
from content.figures.models import Figure
from content.inquiries.models import Topic
from content.pages.models import HomePage, ProgrammePage, TextPage
from content.pages.news import NewsIndexPage, NewsPost
from content.programmes.models import LocalRules, Programme


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = Programme.TEXTS


@register(LocalRules)
class LocalRulesTranslation(TranslationOptions):
    fields = LocalRules.TEXTS


@register(AvailabilityStatement)
class AvailabilityStatementTranslation(TranslationOptions):
    fields = ("note",)


@register(AvailabilityChangeRow)
class AvailabilityChangeRowTranslation(TranslationOptions):
    fields = ("note",)


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("scope",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name", "hint")
    required_languages = {"en": ("name",)}


@register(HomePage)
class HomePageTranslation(TranslationOptions):
    fields = ("headline", "lede", "body")
    required_languages = {"en": ("headline",)}


@register(TextPage)
class TextPageTranslation(TranslationOptions):
    fields = ("headline", "lede", "body")
    required_languages = {"en": ("headline",)}


@register(ProgrammePage)
class ProgrammePageTranslation(TranslationOptions):
    fields = ("headline", "lede", "body")
    required_languages = {"en": ("headline",)}


@register(NewsIndexPage)
class NewsIndexPageTranslation(TranslationOptions):
    fields = ("headline", "lede")
    required_languages = {"en": ("headline",)}


@register(NewsPost)
class NewsPostTranslation(TranslationOptions):
    fields = ("headline", "lede", "body")
    required_languages = {"en": ("headline",)}
