"""A date asked for as people write it: day, month by name, year. No calendar, no order of figures to guess."""

from __future__ import annotations

from datetime import MAXYEAR, date
from typing import Any

from babel.dates import get_month_names
from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from i18n import formats


class DayWidget(forms.Widget):
    """Three controls on one line; keeps what was typed when it is no date."""

    template_name = "components/day.html"
    use_fieldset = True

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_day" if id_ else id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str, str] | str | None:
        parts = [data.get(f"{name}_{part}") for part in ("day", "month", "year")]
        if all(part is None for part in parts):
            return data.get(name)  # one value, as an address or a test gives it
        day, month, year = ((part or "").strip() for part in parts)
        return (day, month, year) if day or month or year else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}_{part}" in data for part in ("day", "month", "year"))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        day, month, year = _parts(value)
        months = get_month_names("wide", context="stand-alone", locale=formats.locale(get_language() or "en"))
        context["widget"] |= {
            "day": day,
            "year": year,
            "months": [(number, months[number], str(number) == month) for number in range(1, 13)],
            "labels": {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")},
        }
        return context


def _parts(value: Any) -> tuple[str, str, str]:
    if isinstance(value, date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, str):
        try:
            return _parts(date.fromisoformat(value))
        except ValueError:
            return "", "", value
    if isinstance(value, (tuple, list)) and len(value) == 3:
        day, month, year = (str(part) for part in value)
        return day, month.lstrip("0"), year
    return "", "", ""


class DayField(forms.Field):
    """A calendar day. Accepts three figures, an ISO date, or a ``date``; gives a ``date`` or ``None``."""

    widget = DayWidget
    default_error_messages = {
        "invalid": gettext_lazy("Enter a date that exists, with day, month and year, such as 27 March 2027"),
        "incomplete": gettext_lazy("Enter the day, the month and the year with four figures"),
    }

    def to_python(self, value: Any) -> date | None:
        """Return the day.

        :raises django.forms.ValidationError: ``incomplete`` when a part is missing, ``invalid`` when there is no such day.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            if isinstance(value, str):
                return date.fromisoformat(value.strip())
            day, month, year = (int(part) if part.isdecimal() else 0 for part in value)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not day or not month or year < 1000:
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        if year >= MAXYEAR:  # the day after has no date
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return date(year, month, day)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except forms.ValidationError:
            return True
