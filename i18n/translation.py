from modeltranslation.translator import TranslationOptions, register

from i18n.places.models import Area, Place, Region


@register(Area)
class AreaTranslation(TranslationOptions):
    fields = ("name", "staff_name")


@register(Place)
class PlaceTranslation(TranslationOptions):
    pass


@register(Region)
class RegionTranslation(TranslationOptions):
    pass
