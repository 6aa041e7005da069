"""The words of a price for its reader: units, and why no sum can be named."""

from django.utils.translation import gettext_lazy as _

from licensing.fees.rules import NotPriced

UNITS = {
    "licence": _("License fee"),
    "edition": _("Edition fee"),
    "attendee_over_100": _("Attendance fee, for each attendee above 100"),
    "language": _("Translation rider, for each language"),
    "year": _("Logo display, for each year"),
    "month_begun": _("Late report, for each month begun"),
}
NOT_PRICED = {
    "no_schedule": _("No fee schedule is in force on that day."),
    "no_tier": _("The place has no income group on the World Bank list, so that no fee can be worked out. Staff set it by hand: ask us."),
    "no_price": _("The fee schedule names no price for this income group and currency."),
    "currency_not_offered": _("Fees for this place are not quoted in that currency."),
}


def why_not(error: NotPriced) -> str:
    """Return the reason as a sentence in the active language."""
    return str(NOT_PRICED[error.code])
