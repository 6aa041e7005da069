"""Filling in an application, one step a page, then reading it over and sending it.

Nothing typed is lost: what can be kept is kept at every press, what cannot stays on the page with what is wrong, and what a colleague
changed meanwhile is shown beside one's own.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from i18n.interface import joined
from licensing import lifecycle
from licensing.applications import actions, clock, form, prefill, queries
from licensing.applications.answers import answers_of, days_of, form_of, known
from licensing.applications.models import Application
from licensing.applications.questions import Question, Wrong
from licensing.applications.rules import NotAllowed, State
from licensing.organisations.rules import Act
from licensing.web.acting import actor
from licensing.web.answer_words import parts, printed, wrong_words
from licensing.web.applications import decision_due, file_address, label, of_application, side_of
from licensing.web.files import take_in
from licensing.web.refusals import application_refusal
from licensing.web.step_form import StepForm, place_names, read_seen, seen_of
from licensing.web.where import stated_in
from portal.core.typed import typed_text

WHY_LIMIT = 1000  # characters of why another licence is needed


@require_http_methods(["GET", "POST"])
@of_application(Act.APPLY)
def step(request: HttpRequest, application: Application, step: str) -> HttpResponse:
    """Ask the questions of one step; a press keeps what can be kept."""
    page = form.step(form_of(application), step)
    if page is None:
        raise Http404
    if application.state != State.DRAFT:
        return redirect("application", application.number)
    now = timezone.now()
    asked = StepForm(application, page, now=now)
    if request.method == "POST":
        return _sent(request, application, asked, now=now)
    answers = answers_of(application)
    suggested = {key: raw for key, raw in prefill.suggestions(application.organisation).items() if key in asked.fields}
    asked.show({**asked.raws(answers), **{key: raw for key, raw in suggested.items() if key not in answers}})
    return _page(request, application, asked, answers)


def _sent(request: HttpRequest, application: Application, asked: StepForm, *, now: datetime) -> HttpResponse:
    raws = asked.read(request.POST)
    try:
        refused = take_in(request, application, list(asked.step.questions), now=now)
    except NotAllowed as refusal:
        messages.error(request, application_refusal(refusal))
        return redirect("application", application.number)
    if "take_out" in request.POST or (refused and {"add", "remove"} & request.POST.keys()):
        return _redrawn(request, application, asked, raws, refused)
    if pressed := request.POST.get("add"):
        return _redrawn(request, application, asked, asked.more(raws, pressed))
    if pressed := request.POST.get("remove"):
        return _redrawn(request, application, asked, asked.fewer(raws, pressed))
    good, wrong = asked.answers(raws, known=known(application.offering, now=now))
    try:
        saved = actions.save(
            application.pk,
            asked.step.key,
            good,
            side=side_of(request.acting),
            by=actor(request),
            now=now,
            seen=read_seen(request.POST.get("seen", "")),  # type: ignore[attr-defined]
        )
    except (NotAllowed, Wrong) as refusal:
        messages.error(request, application_refusal(refusal) if isinstance(refusal, NotAllowed) else wrong_words(refusal))
        return redirect("application", application.number)
    return _after_save(request, application, asked, raws, {**wrong, **refused}, saved, now=now)


def _redrawn(
    request: HttpRequest, application: Application, asked: StepForm, raws: dict[str, Any], wrong: dict[str, list[Wrong]] | None = None
) -> HttpResponse:
    """Draw the page again as typed, with what it saw before: nothing was saved but papers."""
    answers = answers_of(application)
    asked.show({**asked.raws(answers), **raws})
    asked.complain(wrong or {})
    return _page(request, application, asked, answers, seen=request.POST.get("seen", ""))


def _after_save(
    request: HttpRequest,
    application: Application,
    asked: StepForm,
    raws: dict[str, Any],
    wrong: dict[str, list[Wrong]],
    saved: actions.Saved,
    *,
    now: datetime,
) -> HttpResponse:
    application.refresh_from_db()
    answers = answers_of(application)
    leaving = "leave" in request.POST
    lacking = form.problems(asked.step.questions, answers, on=now.date(), edition=days_of(application))
    wrong = {**{key: found for key, found in lacking.items() if not leaving or found[0].code == form.OVER}, **wrong}
    if not wrong and not saved.conflicts:
        return _onwards(request, application, asked.step, leaving=leaving)
    typed = {key: raws[key] for key in (*wrong, *(conflict.key for conflict in saved.conflicts)) if key in raws}
    asked.show({**asked.raws(answers), **typed})
    asked.complain(wrong)
    return _page(request, application, asked, answers, conflicts=saved.conflicts, kept=True)


def _onwards(request: HttpRequest, application: Application, page: form.Step, *, leaving: bool) -> HttpResponse:
    if leaving:
        messages.success(request, gettext("Saved. You can go on at any time, on any device."))
        return redirect("application", application.number)
    following = form.after(form_of(application), page.key)
    if following is None:
        return redirect("application_check", application.number)
    return redirect("application_step", application.number, following.key)


def _page(
    request: HttpRequest,
    application: Application,
    asked: StepForm,
    answers: dict[str, Any],
    *,
    seen: str | None = None,
    conflicts: tuple[actions.Conflict, ...] = (),
    kept: bool = False,
) -> HttpResponse:
    steps = form_of(application)
    questions = {question.key: question for question in asked.step.questions}
    places = place_names() if conflicts else {}
    told = [
        {
            "label": gettext(questions[one.key].label),
            "who": one.by,
            "at": one.at,
            "theirs": printed(questions[one.key], one.theirs, places=places),
            "field": asked[one.key],
        }
        for one in conflicts
    ]
    context = {
        "application": application,
        "label": label(application),
        "step": asked.step,
        "title": gettext(asked.step.title),
        "hint": gettext(asked.step.hint),
        "number": [one.key for one in steps].index(asked.step.key) + 1,
        "total": len(steps),
        "form": asked,
        "lines": _lines(asked),
        "seen": seen if seen is not None else seen_of(answers, asked.step),
        "conflicts": told,
        "kept": kept,
        "last": form.after(steps, asked.step.key) is None,
        "url": reverse("application_step", args=[application.number, asked.step.key]),
    }
    return render(request, "licensing/applications/step.html", context)


def _lines(asked: StepForm) -> list[dict[str, Any]]:
    """Return the questions as the page draws them: a field, with the answers that ask it where it hangs on another one."""
    lines = []
    for question in asked.step.questions:
        line: dict[str, Any] = {"field": asked[question.key]}
        if question.when:
            line |= _condition(asked, question)
        lines.append(line)
    return lines


def _condition(asked: StepForm, question: Question) -> dict[str, str]:
    key = question.hangs_on
    codes = (code for code, _words in asked.fields[key].widget.choices)
    return {"when": key, "values": " ".join(code for code in codes if question.asked({key: code}))}


@require_http_methods(["GET", "POST"])
@of_application(Act.SUBMIT)
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """Show every answer with a way to change it, and send the application. A second press finds it sent and goes on to the receipt."""
    if application.state != State.DRAFT:
        return redirect("application_sent" if application.submitted_at else "application", application.number)
    if request.method == "POST":
        return _submit(request, application)
    now, steps, answers = timezone.now(), form_of(application), answers_of(application)
    problems = form.problems(form.questions(steps), answers, on=now.date(), edition=days_of(application))
    context = {
        "application": application,
        "label": label(application),
        "parts": parts(
            steps,
            answers,
            places=place_names(),
            change=lambda key: reverse("application_step", args=[application.number, key]),
            file_url=file_address(application),
        ),
        "problems": _problems(application, steps, problems),
        "held": queries.held_alike(application, answers.get("activity_places") or (), at=now),
        "typed": request.session.pop(f"why-{application.pk}", ""),
        "stated": stated_in(answers.get("activity_places") or (), application.offering.programme_id, at=now),
        "due": clock.decision_due(now),
    }
    return render(request, "licensing/applications/check.html", context)


def _problems(application: Application, steps: form.Form, problems: dict[str, list[Wrong]]) -> list[dict[str, Any]]:
    """Return what is lacking, step by step, with the way there."""
    found = []
    for page in steps:
        lacking = [_lacking(question, problems[question.key]) for question in page.questions if question.key in problems]
        if lacking:
            found.append(
                {"title": gettext(page.title), "url": reverse("application_step", args=[application.number, page.key]), "lacking": lacking}
            )
    return found


def _lacking(question: Question, wrongs: list[Wrong]) -> str:
    """Return the question; where there is an answer, with what is wrong with it."""
    label, told = gettext(question.label), list(dict.fromkeys(wrong_words(wrong) for wrong in wrongs if wrong.code != "missing"))
    return joined(": ", [label, joined(". ", told)]) if told else label


def _submit(request: HttpRequest, application: Application) -> HttpResponse:
    why = typed_text(request, "why", limit=WHY_LIMIT)
    request.session[f"why-{application.pk}"] = why  # what was typed comes back if it was not sent
    try:
        lifecycle.advance(application.pk, "submit", side=side_of(request.acting), by=actor(request), now=timezone.now(), reason=why)  # type: ignore[attr-defined]
    except actions.Incomplete as refusal:
        messages.error(request, application_refusal(refusal))
        return redirect("application_check", application.number)
    except NotAllowed as refusal:
        if refusal.code != "wrong_state":
            messages.error(request, application_refusal(refusal))
            return redirect("application_check", application.number)
    request.session.pop(f"why-{application.pk}", None)
    return redirect("application_sent", application.number)


@require_GET
@of_application(Act.SEE_APPLICATIONS)
def sent(request: HttpRequest, application: Application) -> HttpResponse:
    """The receipt: the number, when, and what happens next."""
    revision = application.last_revision
    if revision is None:
        return redirect("application", application.number)
    context = {
        "application": application,
        "label": label(application),
        "revision": revision,
        "due": decision_due(application),
    }
    return render(request, "licensing/applications/sent.html", context)
