"""One page of an application as a form. It is always drawn from raw values, never bound: what was typed, what a colleague saved meanwhile
and what is wrong are put together by the view, so that a page drawn again shows all three.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import get_language, gettext

from i18n.interface import sentence
from i18n.places.models import Place
from i18n.places.queries import name_in
from licensing.applications import form
from licensing.applications.answers import digest
from licensing.applications.models import Application
from licensing.applications.questions import Known, Wrong
from licensing.offerings import queries as offerings
from licensing.web.answer_fields import AnswerField, GroupWidget, Options
from licensing.web.answer_words import column_words, wrong_words
from licensing.web.file_widget import FilesWidget
from portal.core.text import fold
from portal.core.typed import whole_number

Raw = dict[str, Any]


def place_options() -> Options:
    """Return every place where somebody lives, by name in the reader's language."""
    named = [(place.code, place.shown_name) for place in Place.objects.filter(inhabited=True)]
    return sorted(named, key=lambda option: fold(option[1]))


def place_names() -> dict[str, str]:
    """Return every place's name by its code, which says its language where that is not the reader's."""
    reader = get_language() or "en"
    return {place.code: name_in(place, reader, among=reader) for place in Place.objects.all()}


class StepForm(forms.Form):
    """The questions of one step. ``data`` is never given: see the module."""

    use_required_attribute = False

    def __init__(self, application: Application, step: form.Step, *, now: datetime):
        super().__init__()
        self.step = step
        asked = {question.type.kind for question in step.questions}
        places = place_options() if asked & {"place", "places"} else []
        editions = (
            [(edition.label, edition.label) for edition in offerings.editions(application.offering, at=now)] if "edition" in asked else []
        )
        for question in step.questions:
            self.fields[question.key] = field = AnswerField(question, places=places, editions=editions)
            if isinstance(field.widget, FilesWidget):
                field.widget.number = application.number

    def show(self, values: Raw) -> None:
        """Draw the page from these raw values."""
        self.initial = values

    def raws(self, answers: Mapping[str, Any]) -> Raw:
        """Return what the controls show for kept answers."""
        return {key: field.raw_of(answers.get(key)) for key, field in self.fields.items()}

    def read(self, data: Any) -> Raw:
        """Return what the controls of a sent page say; a control that was not sent is left out. Papers are taken in by ``files``."""
        return {
            key: field.widget.value_from_datadict(data, {}, key)
            for key, field in self.fields.items()
            if not isinstance(field.widget, FilesWidget)
            and not field.widget.value_omitted_from_data(data, {}, key)
            or isinstance(field.widget, GroupWidget)
        }

    def answers(self, raws: Raw, *, known: Known) -> tuple[dict[str, Any], dict[str, list[Wrong]]]:
        """Split raw values into answers that can be kept and what is wrong with the others."""
        good, wrong = {}, {}
        for key, raw in raws.items():
            try:
                good[key] = self.fields[key].answer(raw, known=known)
            except Wrong as refused:
                wrong[key] = [refused]
        return good, wrong

    def complain(self, wrongs: Mapping[str, list[Wrong]]) -> None:
        """Put what is wrong at the fields, and in a group at the controls, in the order of the page."""
        self._errors = ErrorDict()
        for key, field in self.fields.items():
            if found := wrongs.get(key):
                self._errors[key] = self.error_class(
                    [_error(one, field) for one in found], renderer=self.renderer, field_id=self[key].auto_id
                )
                if isinstance(field.widget, GroupWidget):
                    field.widget.wrong = {_end(one): wrong_words(one) for one in found if "row" in one.facts}

    def more(self, raws: Raw, pressed: str) -> Raw:
        """Return the raw values with one empty row more in the group ``pressed``."""
        rows = list(raws.get(pressed) or [])
        field = self.fields.get(pressed)
        if isinstance(field, AnswerField) and isinstance(field.widget, GroupWidget):
            rows += [""] if field.question.type.kind == "places" else [{}]
        return {**raws, pressed: rows}

    def fewer(self, raws: Raw, pressed: str) -> Raw:
        """Return the raw values without one row; ``pressed`` is ``key-number``."""
        key, _, number = pressed.rpartition("-")
        rows = list(raws.get(key) or [])
        at = whole_number(number)
        if at is not None and at < len(rows):
            del rows[at]
        return {**raws, key: rows}


def _end(wrong: Wrong) -> str:
    return f"{wrong.facts['row'] - 1}-{wrong.facts['column']}"


def _error(wrong: Wrong, field: AnswerField) -> ValidationError:
    if wrong.code == "missing" and "row" not in wrong.facts:
        return ValidationError(field.error_messages["required"], code="required")
    if "row" in wrong.facts:
        facts = {"row": wrong.facts["row"], "column": column_words(field.question, wrong.facts["column"]), "problem": wrong_words(wrong)}
        return ValidationError(sentence(gettext("No. %(row)s, %(column)s: %(problem)s"), **facts), code=wrong.code)
    return ValidationError(wrong_words(wrong), code=wrong.code)


def seen_of(answers: Mapping[str, Any], step: form.Step) -> str:
    """Return what the page keeps of the answers it was drawn from, to tell later what changed meanwhile."""
    return json.dumps({question.key: digest(answers[question.key]) for question in step.questions if question.key in answers})


def read_seen(text: str) -> dict[str, str]:
    """Read it back; what cannot be read saw nothing, so that nothing is overwritten unseen."""
    try:
        seen = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in seen.items()} if isinstance(seen, dict) else {}
