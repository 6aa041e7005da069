"""Answering what staff ask: each question beside the answer it is about. Kept at every press, sent back when all are answered.

The page is one step of the form made of the answers asked about and one reply for each question, so nothing typed is lost here either.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from licensing import lifecycle
from licensing.applications import actions, clarifying, form
from licensing.applications.answers import days_of, form_of, known
from licensing.applications.clarifying import REPLY
from licensing.applications.models import Application, Clarification
from licensing.applications.questions import Question, Wrong
from licensing.applications.rules import NotAllowed, State
from licensing.organisations.rules import Act
from licensing.web.acting import actor
from licensing.web.answer_words import printed
from licensing.web.applications import file_address, label, of_application, side_of
from licensing.web.files import take_in
from licensing.web.refusals import application_refusal
from licensing.web.step_form import StepForm, place_names, read_seen, seen_of
from portal.core.typed import typed_text


class Asked:
    """What is asked and not answered yet, with the page's form."""

    def __init__(self, application: Application, *, now: datetime):
        self.on = now.date()
        order = [question.key for question in form.questions(form_of(application))]
        self.application = application
        self.rows = sorted(clarifying.open_of(application), key=lambda row: (order.index(row.key) if row.key else -1, row.pk))
        self.changeable = clarifying.changeable(application)
        self.given, self.changed = clarifying.drafted(application)
        replies = [self._reply(number, row) for number, row in enumerate(self.rows, 1)]
        self.step = form.Step("questions", "", "", "", (*self.changeable.values(), *replies))
        self.form = StepForm(application, self.step, now=now)
        for reply in replies:
            self.form.fields[reply.key].widget.attrs["rows"] = 4

    def _reply(self, number: int, row: Clarification) -> Question:
        alone = not form.changeable(form_of(self.application), [row.key]) if row.key else True
        hint = "" if alone else gettext("Not needed when the changed answer says it.")
        return Question(
            f"{REPLY}{row.pk}", "words(600)", gettext("Your reply to question %(number)s") % {"number": number}, required=alone, hint=hint
        )

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers and replies as they are kept."""
        drafts = {f"{REPLY}{row.pk}": row.draft.text for row in self.rows if hasattr(row, "draft")}
        return {**{key: self.given[key] for key in self.changeable if key in self.given}, **drafts}

    def problems(self) -> dict[str, list[Wrong]]:
        """Return what keeps the answers from being sent, by field."""
        found = form.problems(form.questions(form_of(self.application)), self.given, on=self.on, edition=days_of(self.application))
        silent = {f"{REPLY}{row.pk}": [Wrong("unanswered")] for row in clarifying.unanswered(self.application, self.changed)}
        return {key: wrong for key, wrong in found.items() if key in self.changeable} | silent


@require_http_methods(["GET", "POST"])
@of_application(Act.APPLY)
def questions(request: HttpRequest, application: Application) -> HttpResponse:
    """Show each question beside the answers it opens; a press keeps them, another sends them back."""
    if application.state != State.CLARIFICATION:
        return _too_late(request, application)
    now = timezone.now()
    asked = Asked(application, now=now)
    if request.method == "POST":
        return _sent(request, application, asked, now=now)
    asked.form.show(asked.form.raws(asked.answers))
    return _page(request, application, asked)


def _too_late(request: HttpRequest, application: Application) -> HttpResponse:
    """Go to the application; who typed while it was sent gets the text back, to copy."""
    rows = application.clarifications.all()
    typed = [(row.text, text) for row in rows if (text := typed_text(request, f"{REPLY}{row.pk}"))]
    if request.method == "POST" and typed:
        context = {"application": application, "label": label(application), "typed": typed}
        return render(request, "licensing/applications/questions_late.html", context, status=409)
    return redirect("application", application.number)


def _sent(request: HttpRequest, application: Application, asked: Asked, *, now: datetime) -> HttpResponse:
    raws = asked.form.read(request.POST)
    try:
        refused = take_in(request, application, list(asked.step.questions), now=now)
    except NotAllowed:
        return _too_late(request, application)
    if "take_out" in request.POST or (refused and {"add", "remove"} & request.POST.keys()):
        return _redrawn(request, application, Asked(application, now=now), raws, refused)
    if pressed := request.POST.get("add"):
        return _redrawn(request, application, asked, asked.form.more(raws, pressed))
    if pressed := request.POST.get("remove"):
        return _redrawn(request, application, asked, asked.form.fewer(raws, pressed))
    good, wrong = asked.form.answers(raws, known=known(application.offering, now=now))
    try:
        saved = clarifying.revise(
            application.pk, good, side=side_of(request.acting), by=actor(request), now=now, seen=read_seen(request.POST.get("seen", ""))
        )
    except NotAllowed as refusal:
        if refusal.code == "wrong_state":
            return _too_late(request, application)
        messages.error(request, application_refusal(refusal))
        return redirect("application_questions", application.number)
    return _after_save(request, application, raws, {**wrong, **refused}, saved, now=now)


def _redrawn(
    request: HttpRequest, application: Application, asked: Asked, raws: dict[str, Any], wrong: dict[str, list[Wrong]] | None = None
) -> HttpResponse:
    """Draw the page again as typed, with what it saw before: nothing was saved but papers."""
    asked.form.show({**asked.form.raws(asked.answers), **raws})
    asked.form.complain(wrong or {})
    return _page(request, application, asked, seen=request.POST.get("seen", ""))


def _after_save(
    request: HttpRequest,
    application: Application,
    raws: dict[str, Any],
    wrong: dict[str, list[Wrong]],
    saved: actions.Saved,
    *,
    now: datetime,
) -> HttpResponse:
    asked = Asked(application, now=now)  # as it is kept now
    sending = "send" in request.POST
    if sending:
        wrong = {**asked.problems(), **wrong}
    if not wrong and not saved.conflicts:
        return _send(request, application, now=now) if sending else _kept(request, application)
    typed = {
        key: raws[key] for key in (*wrong, *(conflict.key for conflict in saved.conflicts)) if key in raws and key in asked.form.fields
    }
    asked.form.show({**asked.form.raws(asked.answers), **typed})
    asked.form.complain(wrong)
    return _page(request, application, asked, conflicts=saved.conflicts, kept=True)


def _kept(request: HttpRequest, application: Application) -> HttpResponse:
    messages.success(request, gettext("Saved, not sent yet. You can go on at any time, on any device."))
    return redirect("application_questions", application.number)


def _send(request: HttpRequest, application: Application, *, now: datetime) -> HttpResponse:
    try:
        moved = lifecycle.advance(application.pk, "answer", side=side_of(request.acting), by=actor(request), now=now)
    except (NotAllowed, actions.Incomplete) as refusal:
        messages.error(request, application_refusal(refusal))
        return redirect("application_questions", application.number)
    count = moved.clarifications.filter(reply__revision=moved.revisions.count()).count()
    words = ngettext("Your answer is with us. The review goes on.", "Your %(count)s answers are with us. The review goes on.", count)
    messages.success(request, words % {"count": count})
    return redirect("application", application.number)


def _page(
    request: HttpRequest,
    application: Application,
    asked: Asked,
    *,
    seen: str | None = None,
    conflicts: tuple[actions.Conflict, ...] = (),
    kept: bool = False,
) -> HttpResponse:
    places = place_names()
    asked_about = {question.key: question for question in asked.step.questions}
    told = [
        {
            "label": gettext(asked_about[one.key].label),
            "who": one.by,
            "at": one.at,
            "theirs": printed(asked_about[one.key], one.theirs, places=places),
            "field": asked.form[one.key],
        }
        for one in conflicts
        if one.key in asked_about
    ]
    context = {
        "application": application,
        "label": label(application),
        "items": _items(asked, places),
        "form": asked.form,
        "seen": seen if seen is not None else seen_of(asked.answers, asked.step),
        "conflicts": told,
        "kept": kept,
        "due": min((row.due_on for row in asked.rows), default=None),
        "url": reverse("application_questions", args=[application.number]),
        "waiting": len(clarifying.unanswered(application, asked.changed)),
    }
    return render(request, "licensing/applications/questions.html", context)


def _items(asked: Asked, places: dict[str, str]) -> list[dict[str, Any]]:
    """Return the questions as drawn: what is asked, the fields it opens (once, where two questions open the same), the reply."""
    steps, drawn, items = form_of(asked.application), set(), []
    last = asked.application.last_answers
    by_key = {question.key: question for question in form.questions(steps)}
    for number, row in enumerate(asked.rows, 1):
        opens = [question for question in form.changeable(steps, [row.key]) if question.key in asked.form.fields] if row.key else []
        fields = [asked.form[question.key] for question in opens if question.key not in drawn]
        drawn |= {question.key for question in opens}
        items.append(
            {
                "number": number,
                "row": row,
                "about": gettext(by_key[row.key].label) if row.key else "",
                "was": printed(by_key[row.key], last.get(row.key), places=places, file_url=file_address(asked.application))
                if row.key
                else "",
                "fields": fields,
                "elsewhere": bool(opens) and not fields,
                "reply": asked.form[f"{REPLY}{row.pk}"],
            }
        )
    return items
