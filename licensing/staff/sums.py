"""A sum as finance types it: read with either separator, and asked about where it could be read in two ways."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext

from i18n import formats
from licensing.fees.rules import is_ambiguous, read_amount

MOST = 10**15  # minor units; no database column of money holds a thousand times as much
SWAPPED = str.maketrans(",.", ".,")


class SumField(forms.CharField):
    """Gives minor units of ``currency``; the hint shows ``example_minor`` as it may be typed, best the sum of the very invoice."""

    def __init__(self, *, currency: str, example_minor: int, **kwargs: Any):
        digits = formats.minor_digits(currency)
        self.currency, self.example = currency, f"{Decimal(example_minor).scaleb(-digits):,.{digits}f}"
        hint = gettext("As in %(one)s or %(other)s.") % {"one": self.example, "other": self.example.translate(SWAPPED)}
        super().__init__(max_length=30, help_text=hint, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the sum in minor units.

        :raises django.forms.ValidationError: it is no sum, or one that means thousands here and decimals elsewhere: then how we would read it.
        """
        typed = super().clean(value)
        try:
            minor = read_amount(typed, self.currency)
        except ValueError:
            minor = None
        if minor is None or minor > MOST:
            raise forms.ValidationError(gettext("Write a sum such as %(sum)s.") % {"sum": self.example})
        if is_ambiguous(typed) and formats.minor_digits(self.currency):
            understood = formats.money(minor, self.currency, get_language() or "en")
            raise forms.ValidationError(
                gettext("Do you mean %(sum)s? Then write it with its decimals; nothing was done.") % {"sum": understood}
            )
        return minor
