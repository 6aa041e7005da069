"""The matrix: every place and region × every program as of an instant. What is picked in it becomes rows of drafts.

Real form controls, no script needed: a cell is a check box, a whole row or column has one of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.availability import asked, drafting, leavers
from content.availability.asked import BadValues
from content.availability.changes import DAYS, AvailabilityChange
from content.availability.drafting import Draft, NewRow, NotDraftable
from content.availability.grid import SCHEDULED, STATED, Asked, Cell, Grid, grid
from content.availability.models import STATUS_WORDS
from content.availability.rules import NOT_STATED
from content.availability.web import say
from content.programmes.models import Programme
from content.staff import availability
from content.templatetags.availability_tags import colour, shape
from i18n import formats
from i18n.places.models import Region

VIEW = "content.view_availabilitychange"
DRAFT = ("content.add_availabilitychange", "content.change_availabilitychange")
EVERYTHING = ("", pgettext_lazy("filter", "All"))
LATER = pgettext_lazy("availability", "Available from a later date")
UNSTATED = pgettext_lazy("availability", "Not stated")
SHOWN = {STATED: gettext_lazy("Stated somewhere"), **STATUS_WORDS, SCHEDULED: LATER, NOT_STATED: UNSTATED}
NOTES = {"en": "English", "es": "Español", "pt-br": "Português", "fr": "Français", "ar": "العربية"}


def may_draft(request: HttpRequest) -> bool:
    return all(request.user.has_perm(permission) for permission in DRAFT)


class FilterForm(forms.Form):
    """What narrows the matrix; it stands in the address."""

    as_of = forms.CharField(label=gettext_lazy("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False, choices=[EVERYTHING, *SHOWN.items()])
    programme = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    q = forms.CharField(label=gettext_lazy("Name or code"), required=False, max_length=100)

    def __init__(self, data: Any):
        super().__init__(data, auto_id="filter_%s")
        self.fields["region"].choices = [EVERYTHING, *sorted((one.code, str(one)) for one in Region.objects.all())]  # type: ignore[attr-defined]
        self.fields["programme"].choices = [EVERYTHING, *((one.code, str(one)) for one in Programme.objects.all())]  # type: ignore[attr-defined]
        if len(str(data.get("as_of", ""))) > len("2027-03-01"):
            self.fields["as_of"].widget = forms.TextInput()

    def clean_as_of(self) -> datetime | None:
        text = self.cleaned_data["as_of"].strip()
        try:
            return asked.instant(text, "as_of") if text else None
        except BadValues as bad:
            raise forms.ValidationError(say(bad.problems[0])) from bad

    def asked(self, *, now: datetime) -> Asked:
        """Return what was asked for; what cannot be used narrows nothing, and is said beside its field."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            given.get("as_of") or now,
            given.get("region", ""),
            given.get("status", ""),
            given.get("q", "").strip(),
            given.get("programme", ""),
        )

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class StateForm(forms.Form):
    """What is to be stated of the cells that are picked."""

    status = forms.ChoiceField(label=gettext_lazy("Status"))
    valid_from = forms.DateField(
        label=gettext_lazy("From"), validators=DAYS, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day, from 00:00 on the clock of each place."),
    )  # fmt: skip
    valid_to = forms.DateField(
        label=gettext_lazy("To"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day, until 24:00; empty = until changed."),
    )  # fmt: skip
    into = forms.ChoiceField(label=gettext_lazy("Draft"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=250, required=False,
        help_text=gettext_lazy("Stands in the public list of changes. A new draft needs one; an open draft keeps its own."),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=250, required=False,
        help_text=gettext_lazy("The document it rests on, cited in English: title, date, address."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, drafts: Iterable[Draft]):
        super().__init__(data)
        self.drafts = {str(one.id): one for one in drafts}
        nothing = ("none", gettext("Nothing is stated any more"))
        self.fields["status"].choices = [("", "---------"), *STATUS_WORDS.items(), nothing]  # type: ignore[attr-defined]
        open_ones = [(key, f"{one.programme}: {one.reason}") for key, one in self.drafts.items()]
        self.fields["into"].choices = [("", gettext("A new draft for each program")), *open_ones]  # type: ignore[attr-defined]
        for language, name in NOTES.items():
            label = gettext("Public note: %(language)s") % {"language": name}
            widget = forms.TextInput(attrs={"lang": language, "dir": "rtl" if language == "ar" else "ltr"})
            self.fields[f"note_{language.replace('-', '_')}"] = forms.CharField(label=label, max_length=300, required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", gettext("The last day is before the first."))
        if not given.get("into") and not given.get("reason", "").strip():
            self.add_error("reason", forms.ValidationError(self.fields["reason"].error_messages["required"], code="required"))
        return given

    @property
    def notes(self) -> list[forms.BoundField]:
        return [self[f"note_{language.replace('-', '_')}"] for language in NOTES]

    def row(self, area: int) -> NewRow:
        given = self.cleaned_data
        notes = tuple((language, text) for language in NOTES if (text := given[f"note_{language.replace('-', '_')}"].strip()))
        status = "" if given["status"] == "none" else given["status"]
        return NewRow(area, status, given["valid_from"], given["valid_to"], notes)


@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: HttpRequest) -> HttpResponse:
    """Show the matrix; sent, draft what is picked in it."""
    if not request.user.has_perm(VIEW) or (request.method == "POST" and not may_draft(request)):
        raise PermissionDenied
    language, now = get_language() or "en", timezone.now()
    filters = FilterForm(request.GET)
    wanted = filters.asked(now=now)
    found = grid(wanted, language=language, regions_heading=gettext("Regions"))
    drafts = drafting.waiting()
    form = StateForm(request.POST or None, drafts=drafts)
    picked, refusal = _picked(request, found), ""
    if request.method == "POST" and form.is_valid():
        try:
            return _drafted(request, form, found, picked)
        except NotDraftable as refused:
            refusal = str(drafting.WORDS[refused.code])
    context = {
        "grid": found,
        "groups": _printed(found, picked, drafts, may=may_draft(request)),
        "filters": filters,
        "form": form,
        "refusal": refusal,
        "legend": [*STATUS_WORDS, SCHEDULED, NOT_STATED],
        "note_given": any(field.value() for field in form.notes) if form.is_bound else False,
        "tasks": len(leavers.tasks()),
        "as_of": wanted.as_of,
        "picked": len(picked),
        "drafts": drafts,
        "may": may_draft(request),
        "changes_url": reverse(AvailabilityChange.snippet_viewset.get_url_name("list")),
        "breadcrumbs_items": [{"url": "", "label": gettext("Availability")}],
    }
    status = 422 if filters.errors or refusal or form.errors else 200
    return availability.page(request, "content/staff/matrix.html", gettext("Availability"), context, status=status)


Picked = set[tuple[str, str]]  # codes of area and programme


def _picked(request: HttpRequest, found: Grid) -> Picked:
    """Return the cells that were picked: one by one, by the row, or by the column as far as it is shown."""
    shown = [(row.area.code, one.code) for row in found.rows for one in found.programmes]
    single = {tuple(value.split(".", 1)) for value in request.POST.getlist("cell")}
    rows, columns = set(request.POST.getlist("row")), set(request.POST.getlist("column"))
    return {cell for cell in shown if cell in single or cell[0] in rows or cell[1] in columns}


def _drafted(request: HttpRequest, form: StateForm, found: Grid, picked: Picked) -> HttpResponse:
    """Draft the cells, all of them or none.

    :raises NotDraftable: no cell is picked, or the draft they should go into is not what it was.
    """
    ids = {area.code: area.id for area in found.areas.values()}
    rows: dict[int, list[NewRow]] = {}
    for one in found.programmes:
        some = [form.row(ids[area]) for area, programme in sorted(picked) if programme == one.code]
        if some:
            rows[one.pk] = some
    given = form.cleaned_data
    into = int(given["into"]) if given["into"] else None
    done = drafting.put_cells(rows, into=into, by=request.user, reason=given["reason"].strip(), source=given["source"].strip())
    said = ngettext(
        "%(count)s cell drafted. It holds only once a second person has read and published it.",
        "%(count)s cells drafted. They hold only once a second person has read and published them.",
        len(picked),
    )
    messages.success(request, said % {"count": formats.number(len(picked), get_language() or "en")})
    if len(done) == 1:
        return redirect("availability_change", done[0].pk)
    return redirect(AvailabilityChange.snippet_viewset.get_url_name("list"))


def _printed(found: Grid, picked: Picked, drafts: list[Draft], *, may: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the rows ready to print: a cell is one piece of HTML, so that a thousand cost the template nothing."""
    waiting = {(one.programme.pk, row.area) for one in drafts for row in one.rows}
    icons = {status: shape(status) for status in (*STATUS_WORDS, SCHEDULED, NOT_STATED)}
    groups = []
    for heading, rows in found.groups:
        printed = []
        for row in rows:
            cells = [_cell(cell, icons, (cell.programme.pk, cell.area.id) in waiting, picked, may=may) for cell in row.cells]
            printed.append({"area": row.area, "cells": cells})
        groups.append((heading, printed))
    return groups


def _cell(cell: Cell, icons: dict[str, SafeString], drafted: bool, picked: Picked, *, may: bool) -> SafeString:
    words = _words(cell, drafted)
    classes = " ".join(name for name, on in (("cell", True), ("via", cell.via or cell.from_parent), ("draft", drafted)) if on)
    inside = format_html('{}<span class="visually-hidden">{}</span>', icons[cell.status], words)
    if not may:
        return format_html('<td data-status="{}"><span class="{}" title="{}">{}</span></td>', colour(cell.status), classes, words, inside)
    here = (cell.area.code, cell.programme.code)
    checked = " checked" if here in picked else ""
    return format_html(
        '<td data-status="{}"><label class="{}" title="{}"><input type="checkbox" name="cell" value="{}.{}"{}>{}</label></td>',
        colour(cell.status), classes, words, *here, checked, inside,
    )  # fmt: skip


def _words(cell: Cell, drafted: bool) -> str:
    status = str(STATUS_WORDS.get(cell.status) or (LATER if cell.status == SCHEDULED else UNSTATED))
    facts = {"place": cell.area.name, "program": cell.programme.code, "status": status, "via": cell.via.name if cell.via else ""}
    if cell.from_parent:
        said = gettext("%(place)s, %(program)s: %(status)s, as stated for the state it belongs to") % facts
    elif cell.via:
        said = gettext("%(place)s, %(program)s: %(status)s, through the region: %(via)s") % facts
    else:
        said = gettext("%(place)s, %(program)s: %(status)s") % facts
    return gettext("%(cell)s; a draft waits") % {"cell": said} if drafted else said


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("availability/", matrix, name="staff_availability")]


class AvailabilityItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return AvailabilityItem(
        pgettext_lazy("place in the portal", "Availability"),
        reverse("staff_availability"),
        name="availability-matrix",
        icon_name="globe",
        order=199,
    )
