from modeltranslation.translator import TranslationOptions, register

from licensing.agreements.models import ClauseVersion
from licensing.offerings.models import EvidenceRequirement, LicenceOffering, LicensedRight
from licensing.payments.models import BillingDetails


@register(LicenceOffering)
class LicenceOfferingTranslation(TranslationOptions):
    fields = ("name", "summary", "for_whom", "may", "may_not", "how_long")


@register(LicensedRight)
class LicensedRightTranslation(TranslationOptions):
    fields = ("name",)


@register(EvidenceRequirement)
class EvidenceRequirementTranslation(TranslationOptions):
    fields = ("name",)


@register(ClauseVersion)
class ClauseVersionTranslation(TranslationOptions):
    fields = ("title", "body")


@register(BillingDetails)
class BillingDetailsTranslation(TranslationOptions):
    fields = ("tax_note", "charges")
