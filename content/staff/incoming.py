"""A CSV file in the CMS: held against what is stated first, drafted when somebody says so. What is sent again is read again."""

import base64
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from content.availability.changes import AvailabilityChange
from content.availability.incoming import words
from content.availability.incoming.actions import Checked, check, draft_all
from content.availability.incoming.rules import MOST_BYTES, NEEDED, OPTIONAL, Outcome, Unreadable
from content.availability.rules import NOT_STATED
from content.programmes.models import Programme
from content.staff import availability
from i18n.places.queries import named

SHOWN = 500


class FileForm(forms.Form):
    """A file, or the one that was read before in ``kept``."""

    file = forms.FileField(label=gettext_lazy("File (CSV)"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    programme: Any = forms.ModelChoiceField(
        Programme.objects.all(), label=gettext_lazy("Program of lines that name none"), required=False, to_field_name="code"
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250, help_text=gettext_lazy("Stands in the public list of changes."))
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=250, required=False,
        help_text=gettext_lazy("The document it rests on, cited in English: title, date, address."),
    )  # fmt: skip
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        file = given.get("file")
        if file and file.size > MOST_BYTES:
            self.add_error("file", words.whole(Unreadable("too_large")))
        elif file:
            given["data"] = file.read()
        else:
            given["data"] = self._kept(given.get("kept", ""))
        if given.get("data") is None and not self.errors.get("file"):
            self.add_error("file", forms.ValidationError(gettext("Choose a file."), code="required"))
        return given

    def _kept(self, text: str) -> bytes | None:
        try:
            return base64.b64decode(text, validate=True) or None
        except ValueError:  # no base64, or letters it does not have
            return None


@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: HttpRequest) -> HttpResponse:
    """Show what each line of a file would do; with ``draft``, draft it if it is still so."""
    if not request.user.has_perm("content.add_availabilitychange"):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    checked = _checked(form) if request.method == "POST" and form.is_valid() else None
    if checked and "draft" in request.POST and not checked.problems and checked.new:
        return _drafted(request, form, checked)
    context: dict[str, Any] = {"form": form, "needed": NEEDED, "optional": OPTIONAL}
    if checked:
        context |= _report(checked)
        form = FileForm(initial={**form.cleaned_data, "kept": base64.b64encode(form.cleaned_data["data"]).decode()})
        context["form"] = form
    return availability.page(
        request,
        "content/staff/incoming.html",
        gettext("Import a file"),
        context,
        status=422 if form.errors or context.get("problems") else 200,
    )


def _checked(form: FileForm) -> Checked | None:
    programme = form.cleaned_data["programme"]
    try:
        return check(form.cleaned_data["data"], at=timezone.now(), programme=programme.code if programme else "")
    except Unreadable as refused:
        form.add_error("file", words.whole(refused))
        return None


def _drafted(request: HttpRequest, form: FileForm, checked: Checked) -> HttpResponse:
    given = form.cleaned_data
    drafts = draft_all(checked, by=request.user, reason=given["reason"], source=given["source"])
    count = len(drafts)
    messages.success(
        request, ngettext("One draft waits for a second person.", "%(count)s drafts wait for a second person.", count) % {"count": count}
    )
    if count == 1:
        return redirect("availability_change", drafts[0].pk)
    return redirect(AvailabilityChange.snippet_viewset.get_url_name("list"))


def _report(checked: Checked) -> dict[str, Any]:
    areas = named(get_language() or "en")
    telling = [(line, found) for line, found in checked.lines if found is not Outcome.UNCHANGED]
    return {
        "checked": checked,
        "counts": [(words.outcome(one), count) for one, count in checked.counts.items()],
        "refused": len({problem.line for problem in checked.problems}),
        "problems": [(problem, words.said(problem)) for problem in checked.problems[:SHOWN]],
        "rows": [_row(line, found, areas) for line, found in telling[:SHOWN]],
        "hidden": max(0, len(telling) - SHOWN) + max(0, len(checked.problems) - SHOWN),
    }


def _row(line: Any, found: Outcome, areas: dict) -> dict[str, Any]:
    return {
        "number": line.number,
        "outcome": words.outcome(found),
        "tone": {Outcome.NEW: "good", Outcome.CHANGED: "info", Outcome.CORRECTED: "turn"}[found],
        "programme": line.programme,
        "name": areas[line.area.id].name,
        "status": line.status.value if line.status else NOT_STATED,
        **availability.said_period(areas[line.area.id], line.period),
    }


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("availability/import/", incoming, name="staff_availability_import")]
