"""How a question for papers is asked on a page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import ngettext

from licensing.applications.questions import Question, Type
from portal.core import papers


class FilesWidget(forms.FileInput):
    """The papers given so far, each with a way to open it and to take it out, and a control for more. The raw value is what was given."""

    template_name = "licensing/applications/files.html"
    allow_multiple_selected = True

    def __init__(self, question: Question, options: Mapping[str, Any]):
        super().__init__(attrs={"multiple": True, "accept": ".pdf,.png,.jpg,.jpeg"})
        self.question, self.number = question, ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"files": value or [], "number": self.number, "full": len(value or []) >= self.question.type.high}
        return context

    def format_value(self, value: Any) -> None:
        """A browser takes no value for a file."""


def file_limits(kind: Type) -> str:
    """Return what a question for papers takes, as it stands beside the field."""
    words = ngettext(
        "One file: PDF, PNG or JPEG, at most %(size)s MB.", "Up to %(count)s files: PDF, PNG or JPEG, at most %(size)s MB each.", kind.high
    )
    return words % {"count": kind.high, "size": papers.LIMIT_MB}
