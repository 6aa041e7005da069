"""How each kind of question is asked on a page. Between page and answer stands the *raw* value: what the control shows, wrong or not.

``field_for(question)`` gives a form field whose ``raw_of`` turns a kept answer into a raw value and whose ``answer`` turns a raw value into an
answer, or says what is wrong. Every control works without a script; a group grows by a button that sends the page.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext

from i18n import formats
from i18n.fields import DayField, DayWidget
from i18n.interface import own, spoken
from licensing.applications.questions import CURRENCIES, LANGUAGES, Column, Known, Question, Type, Wrong, check
from licensing.web.answer_words import CURRENCY_NAMES, LANGUAGE_NAMES, column_words
from licensing.web.file_widget import FilesWidget, file_limits

Options = list[tuple[str, str]]


class AnswerField(forms.Field):
    """A question as a form field; ``required`` only decides whether "(optional)" is printed."""

    def __init__(self, question: Question, *, places: Options | None = None, editions: Options | None = None):
        self.question, self.options = question, {"place": places or [], "edition": editions or []}
        hints = [gettext(question.hint) if question.hint else "", file_limits(question.type) if question.type.kind == "file" else ""]
        super().__init__(
            label=gettext(question.label), help_text=" ".join(filter(None, hints)), required=question.needed,
            widget=WIDGETS[question.type.kind](question, self.options),
        )  # fmt: skip

    def raw_of(self, value: Any) -> Any:
        return raw_of(self.question.type, value)

    def answer(self, raw: Any, *, known: Known) -> Any:
        """Return the answer to keep.

        :raises Wrong: see ``licensing.applications.questions``.
        """
        return check(self.question.type, loose(self.question.type, raw), known=known)


def raw_of(kind: Type, value: Any) -> Any:
    """Return what a control shows for a kept answer."""
    if value is None:
        return None
    match kind.kind:
        case "yes_no":
            return "yes" if value else "no"
        case "money":
            digits = formats.minor_digits(value["currency"])
            return {"amount": f"{value['amount_minor'] / 10**digits:.{digits}f}", "currency": value["currency"]}
        case "rows":
            return [{column.key: raw_of(column.type, row.get(column.key)) for column in kind.columns} for row in value]
        case _:
            return value


def loose(kind: Type, raw: Any) -> Any:
    """Return what a control says, as ``check`` takes it.

    :raises Wrong: ``no_date``, ``no_sum``.
    """
    if raw in (None, "", [], ()):
        return None
    match kind.kind:
        case "date":
            return _day(raw)
        case "money":
            return _sum(raw)
        case "rows":
            return [_loose_row(kind.columns, row, number) for number, row in enumerate(raw, 1)]
        case _:
            return raw


def _loose_row(columns: Iterable[Column], row: dict[str, Any], number: int) -> dict[str, Any]:
    values = {}
    for column in columns:
        try:
            values[column.key] = loose(column.type, row.get(column.key))
        except Wrong as wrong:
            raise Wrong(wrong.code, **{**wrong.facts, "row": number, "column": column.key}) from None
    return values


def _day(raw: Any) -> date | None:
    try:
        return DayField(required=False).clean(raw)
    except forms.ValidationError:
        raise Wrong("no_date") from None


def _sum(raw: dict[str, str]) -> dict[str, Any] | None:
    """Read ``1,500.00`` and ``1.500,00`` alike: a sign with three digits after it groups thousands, one with two splits off cents."""
    text, currency = "".join((raw.get("amount") or "").split()), raw.get("currency") or ""
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,3}(?:[.,’']\d{3})+|\d+)(?:[.,](\d{1,2}))?", text)
    if not found:
        raise Wrong("no_sum")
    whole = int(re.sub(r"\D", "", found[1]))
    return {"amount_minor": whole * 100 + int((found[2] or "").ljust(2, "0")), "currency": currency}


class GroupWidget(forms.Widget):
    """Several controls that make one answer. ``wrong`` says what is wrong where; the page puts it there."""

    use_fieldset = True

    def __init__(self, question: Question, options: dict[str, Options]):
        super().__init__()
        self.question, self.options = question, options
        self.wrong: dict[str, str] = {}  # the end of a control's name -> sentence

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}-{next(iter(self.wrong), self.first())}" if id_ else id_

    def first(self) -> str:
        raise NotImplementedError

    def subfield(self, name: str, key: str, label: str, widget: forms.Widget, value: Any, *, optional: bool = False) -> dict[str, Any]:
        """Return what the template needs for one control of the group."""
        id_ = f"id_{name}-{key}"
        attrs = {"id": id_} | ({"aria-invalid": "true", "aria-describedby": f"{id_}_error"} if key in self.wrong else {})
        day = isinstance(widget, DayWidget)
        html = widget.render(f"{name}-{key}", value, attrs)
        return {
            "id": widget.id_for_label(id_),
            "error_id": f"{id_}_error",
            "label": label,
            "html": html,
            "error": self.wrong.get(key, ""),
            "optional": optional,
            "fieldset": day,
        }


class RowsWidget(GroupWidget):
    template_name = "licensing/applications/rows.html"

    def first(self) -> str:
        return f"0-{self.question.type.columns[0].key}"

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        found, columns = super().id_for_label(id_, index), self.question.type.columns
        return next((control(column.type).id_for_label(found) for column in columns if found.endswith(f"-{column.key}")), found)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        rows = []
        for number in range(self.question.type.high):
            if not any(key.startswith(f"{name}-{number}-") for key in data):
                break
            rows.append(
                {
                    column.key: control(column.type).value_from_datadict(data, files, f"{name}-{number}-{column.key}")
                    for column in self.question.type.columns
                }
            )
        return rows

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        kind, rows = self.question.type, list(value or [])
        rows += [{}] * (max(kind.low, 0) - len(rows))
        context["widget"] |= {
            "rows": [{"number": number, "fields": [self._cell(name, number, column, row) for column in kind.columns]} for number, row in enumerate(rows)],
            "more": len(rows) < kind.high, "fewer": len(rows) > kind.low, "next": len(rows), "single": len(rows) == 1 and kind.high == 1,
            "first": kind.columns[0].key,
        }  # fmt: skip
        return context

    def _cell(self, name: str, number: int, column: Column, row: dict[str, Any]) -> dict[str, Any]:
        words = column_words(self.question, column.key)
        return self.subfield(name, f"{number}-{column.key}", words, control(column.type), row.get(column.key), optional=not column.required)


class PlacesWidget(GroupWidget):
    template_name = "licensing/applications/places.html"

    def first(self) -> str:
        return "0"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        numbers = sorted(int(key.removeprefix(f"{name}-")) for key in data if re.fullmatch(rf"{name}-\d{{1,3}}", key))
        return [data.get(f"{name}-{number}") for number in numbers]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        label = gettext("Country or territory")
        select = forms.Select(choices=[("", ""), *self.options["place"]])
        given = list(value or [""])
        context["widget"] |= {
            "fields": [self.subfield(name, str(number), label, select, code) for number, code in enumerate(given)],
            "next": len(given),
        }
        return context


class MoneyWidget(GroupWidget):
    template_name = "licensing/applications/money.html"

    def first(self) -> str:
        return "amount"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return {"amount": data.get(f"{name}-amount"), "currency": data.get(f"{name}-currency")}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context, value = super().get_context(name, None, attrs), value or {}
        amount = forms.TextInput(attrs={"inputmode": "decimal", "class": "input--m", "autocomplete": "off"})
        currency = forms.Select(choices=[(code, CURRENCY_NAMES[code]) for code in CURRENCIES])
        context["widget"]["fields"] = [
            self.subfield(name, "amount", gettext("Sum"), amount, value.get("amount")),
            self.subfield(name, "currency", gettext("Currency"), currency, value.get("currency")),
        ]
        return context


class PercentsWidget(GroupWidget):
    template_name = "licensing/applications/money.html"

    def first(self) -> str:
        return self.question.type.codes[0]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return {code: data.get(f"{name}-{code}") for code in self.question.type.codes}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context, value = super().get_context(name, None, attrs), value or {}
        box = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--s", "autocomplete": "off", "maxlength": "3"})
        codes = self.question.type.codes
        context["widget"]["fields"] = [self.subfield(name, code, column_words(self.question, code), box, value.get(code)) for code in codes]
        return context


def control(kind: Type) -> forms.Widget:
    """Return the control of a single value, as it stands in a row of a group."""
    match kind.kind:
        case "number":
            return forms.TextInput(
                attrs={"inputmode": "numeric", "class": "input--s", "autocomplete": "off", "maxlength": len(str(kind.high))}
            )
        case "date":
            return DayWidget()
        case "yes_no":
            return forms.Select(choices=[("", ""), *yes_no()])
        case "email":
            return forms.EmailInput(attrs={"autocomplete": "off"})
        case _:
            return forms.TextInput(attrs={"class": "input--s" if kind.high <= 12 else "", "autocomplete": "off"})


def months() -> Options:
    """Return the months by number and name, in the reader's language."""
    return [(str(number), formats.month(number, get_language() or "en")) for number in range(1, 13)]


def yes_no() -> Options:
    return [("yes", pgettext("answer", "Yes")), ("no", pgettext("answer", "No"))]


def _line(question: Question, options: dict[str, Options]) -> forms.Widget:
    width = "input--m" if question.type.high <= 40 else "input--l" if question.type.high <= 80 else ""
    return forms.TextInput(attrs={"class": width})


def _lines(question: Question, options: dict[str, Options]) -> forms.Widget:
    return forms.Textarea(attrs={"rows": 4 if question.type.high <= 60 else 8})


def languages() -> list[tuple[str, str]]:
    """Return the languages by code, each named and marked in its own words."""
    page = spoken(get_language() or "en")
    return [(code, own(LANGUAGE_NAMES[code], code, among=page)) for code in LANGUAGES]


WIDGETS: dict[str, Any] = {
    "text": _line,
    "words": _lines,
    "choice": lambda question, options: forms.RadioSelect(choices=[(code, column_words(question, code)) for code in question.type.codes]),
    "yes_no": lambda question, options: forms.RadioSelect(choices=yes_no()),
    "tick": lambda question, options: forms.CheckboxInput(),
    "number": lambda question, options: control(question.type),
    "month": lambda question, options: forms.Select(choices=[("", ""), *months()]),
    "date": lambda question, options: DayWidget(),
    "email": lambda question, options: forms.EmailInput(attrs={"class": "input--l", "autocomplete": "email"}),
    "place": lambda question, options: forms.Select(choices=[("", ""), *options["place"]]),
    "places": PlacesWidget,
    "languages": lambda question, options: forms.CheckboxSelectMultiple(choices=languages()),
    "money": MoneyWidget,
    "percents": PercentsWidget,
    "rows": RowsWidget,
    "file": FilesWidget,
    "edition": lambda question, options: forms.RadioSelect(choices=options["edition"]),
}
