from modeltranslation.translator import TranslationOptions, register

from media.kits.models import Kit, KitItem, KitRelease


@register(Kit)
class KitTranslation(TranslationOptions):
    fields = ("name",)


@register(KitRelease)
class KitReleaseTranslation(TranslationOptions):
    fields = ("notes",)


@register(KitItem)
class KitItemTranslation(TranslationOptions):
    fields = ("name",)
