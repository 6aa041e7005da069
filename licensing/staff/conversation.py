"""What staff say about an application while they review it: questions to the applicant, letters filed, notes among colleagues."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from licensing.applications import clarifying, clock
from licensing.applications.answers import form_of
from licensing.applications.clarifying import Asked
from licensing.applications.models import Application
from licensing.applications.rules import NotAllowed, State
from licensing.history.actions import Stale, latest
from licensing.staff.actor import staff_actor
from licensing.staff.applications import DECIDE, ICON, PARTS, VIEW, file_address, found
from licensing.web.answer_words import language_name
from licensing.web.applications import label
from licensing.web.exchange import exchanges
from licensing.web.files import send
from licensing.web.refusals import application_refusal
from licensing.web.step_form import place_names
from portal.core.typed import typed_number, typed_text

NOTE = "licensing.note_application"


class AskForm(forms.Form):
    """One question; without a text it asks nothing."""

    key = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What you ask"), required=False, max_length=clarifying.LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = forms.DateField(
        label=gettext_lazy("Answer by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any):
        super().__init__(*args, **kwargs)
        steps = [(_(step.title), [(question.key, _(question.label)) for question in step.questions]) for step in form_of(application)]
        self.fields["key"].choices = [("", _("The whole application")), *steps]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("text") and "due_on" in given and given["due_on"] is None:
            self.add_error("due_on", _("Say by when"))
        return given


def questions_formset(application: Application, *, extra: int) -> Any:
    made = forms.formset_factory(AskForm, extra=extra, max_num=clarifying.MOST, absolute_max=clarifying.MOST + 1)
    return lambda data=None, initial=None: made(data, initial=initial, prefix="q", form_kwargs={"application": application})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(DECIDE, raise_exception=True)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Write the questions, each about one answer or the whole; ``?key=`` begins with that answer. Nothing leaves before all are in order."""
    row = found(number)
    if row.state != State.IN_REVIEW:
        messages.error(request, application_refusal(NotAllowed("wrong_state")))
        return redirect("staff_application", row.number)
    due = clock.answer_due(timezone.now())
    if request.method != "POST":
        blank = {"due_on": due}
        return _ask_page(
            request, row, questions_formset(row, extra=0)(initial=[{**blank, "key": request.GET.get("key", "")}]), seen=latest(row)
        )
    data = request.POST.copy()
    asked = questions_formset(row, extra=0)(data)
    if "add" in data:
        data["q-TOTAL_FORMS"] = str(min(asked.total_form_count() + 1, clarifying.MOST))
        data[f"q-{asked.total_form_count()}-due_on"] = due.isoformat()
        return _ask_page(request, row, questions_formset(row, extra=0)(data), seen=typed_text(request, "seen"))
    if not asked.is_valid():
        return _ask_page(request, row, asked, seen=typed_text(request, "seen"), status=422)
    wanted = [Asked(one["key"], one["text"], one["due_on"]) for one in asked.cleaned_data if one.get("text")]
    try:
        clarifying.ask(row.pk, wanted, by=staff_actor(request), now=timezone.now(), seen=typed_number(request, "seen") or 0)
    except (NotAllowed, Stale) as refusal:
        return _ask_page(request, row, asked, seen=typed_text(request, "seen"), problem=application_refusal(refusal), status=422)
    words = ngettext(
        "Asked. The applicant has a letter; the clock stands still.",
        "All %(count)s are asked. The applicant has a letter; the clock stands still.",
        len(wanted),
    )
    messages.success(request, words % {"count": len(wanted)})
    return redirect("staff_application", row.number)


def _ask_page(request: HttpRequest, row: Application, asked: Any, *, seen: Any, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "application": row,
        "label": label(row),
        "asked": asked,
        "seen": seen,
        "problem": problem,
        "language": language_name(row.language),
        "most": clarifying.MOST,
        "breadcrumbs_items": [
            {"url": reverse("staff_applications"), "label": _("Applications")},
            {"url": reverse("staff_application", args=[row.number]), "label": row.number},
            {"url": "", "label": _("Ask the applicant")},
        ],
        "header_title": _("Ask the applicant"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/ask.html", context, status=status)


def _act(request: HttpRequest, row: Application, done: str, act: Callable[[], Any], *, typed: dict[str, str]) -> HttpResponse:
    """Do one thing and say what came of it; what was typed comes back after a refusal."""
    try:
        act()
    except (NotAllowed, Stale) as refusal:
        request.session[f"typed-{row.pk}"] = typed
        messages.error(request, application_refusal(refusal))
    else:
        messages.success(request, done)
    return redirect("staff_application", row.number)


@require_POST
@permission_required(DECIDE, raise_exception=True)
def file_reply(request: HttpRequest, number: str) -> HttpResponse:
    """File answers that came by letter or mail, with the day on which they came."""
    row = found(number)
    replies = {one.pk: typed_text(request, f"reply-{one.pk}") for one in clarifying.open_of(row)}
    typed = {f"reply-{pk}": text for pk, text in replies.items()} | {"received_on": typed_text(request, "received_on")}
    try:
        received_on = date.fromisoformat(typed["received_on"])
    except ValueError:
        received_on = date.max  # no day: refused as one that lies ahead
    by, now = staff_actor(request), timezone.now()
    return _act(
        request, row, _("Filed."),
        lambda: clarifying.file_reply(row.pk, replies, received_on=received_on, by=by, now=now, seen=typed_number(request, "seen") or 0),
        typed=typed,
    )  # fmt: skip


@require_POST
@permission_required(NOTE, raise_exception=True)
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Leave a note for colleagues."""
    row, text = found(number), typed_text(request, "note", limit=20_000)
    by, now = staff_actor(request), timezone.now()
    return _act(
        request, row, _("Your note stands with the application."), lambda: clarifying.write_note(row.pk, text, by=by, now=now), typed={"note": text}
    )  # fmt: skip


@require_safe
@permission_required(VIEW, raise_exception=True)
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Send a paper that a submitted copy names; what the applicant has not sent yet is nobody's business."""
    file = found(number).files.frozen().filter(pk=pk).first()
    if file is None:
        raise Http404
    return send(request, file)


def parts(request: HttpRequest, row: Application, *, inside: bool) -> dict[str, Any]:
    """Return what the application's page shows of the conversation. Who belongs to the applicant reads no notes."""
    may = request.user.has_perm(DECIDE) and not inside
    open_ = list(clarifying.open_of(row)) if row.state == State.CLARIFICATION else []
    typed = request.session.pop(f"typed-{row.pk}", {})
    every = exchanges(row, places=place_names(), file_url=file_address(row))
    return {
        "exchanges": every,
        "may_ask": may and row.state == State.IN_REVIEW,
        "fileable": [(one, typed.get(f"reply-{one.row.pk}", "")) for one in every if not one.replied_at] if may and open_ else [],
        "received_on": typed.get("received_on") or timezone.now().date().isoformat(),
        "may_resume": may and row.state == State.CLARIFICATION and not open_,
        "notes": [] if inside else row.notes.select_related("written_by"),
        "may_note": request.user.has_perm(NOTE) and not inside,
        "typed_note": typed.get("note", ""),
    }


PARTS.append(parts)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("applications/<slug:number>/ask/", ask, name="staff_application_ask"),
        path("applications/<slug:number>/file/", file_reply, name="staff_application_file"),
        path("applications/<slug:number>/papers/<int:pk>/", paper, name="staff_application_paper"),
        path("applications/<slug:number>/note/", note, name="staff_application_note"),
    ]
