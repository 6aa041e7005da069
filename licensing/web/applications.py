"""An application on its organisation's desk: the list of tasks of a draft, then whose turn it is and what happened."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from licensing import lifecycle
from licensing.applications import form, queries
from licensing.applications.answers import form_of
from licensing.applications.models import Application
from licensing.applications.rules import OPEN, NotAllowed, Side, State
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations.rules import Act, Role
from licensing.organisations.words import ROLES
from licensing.web import turns
from licensing.web.acting import Acting, acting_for, actor, refused
from licensing.web.answer_words import parts
from licensing.web.exchange import exchanges
from licensing.web.outcome import line
from licensing.web.refusals import application_refusal
from licensing.web.step_form import place_names
from licensing.web.timeline import timeline
from portal.core.typed import typed_number, typed_text


def of_application(act: Act) -> Callable:
    """Open a view to who may do ``act`` on the application named in the address, for the organisation it belongs to.

    Unknown numbers and other organisations' look the same: 404. The person is moved to the organisation the application is of.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @acting_for(Act.SEE_DESK)
        @wraps(view)
        def found(request: HttpRequest, number: str, **kwargs) -> HttpResponseBase:
            visible = Application.objects.visible_to(request.user)
            application = visible.select_related("organisation", "offering__programme", "edition", "assignee").filter(number=number).first()
            if application is None:
                raise Http404
            acting: Acting = request.acting  # type: ignore[attr-defined]
            if application.organisation_id != acting.organisation_id:
                return redirect(f"{request.path}?for={application.organisation_id}")
            if not acting.may(act):
                return refused(request, act)
            return view(request, application, **kwargs)

        return found

    return decorate


def side_of(acting: Acting) -> Side:
    """Return in which capacity the person acts on an application of their organisation."""
    return Side.OWNER if Role.OWNER in acting.roles else Side.APPLICANT


@require_GET
@of_application(Act.SEE_APPLICATIONS)
def application(request: HttpRequest, application: Application) -> HttpResponse:
    """Show a draft as its tasks, anything later as whose turn it is and what happened."""
    now = timezone.now()
    if application.state == State.DRAFT:
        return render(request, "licensing/applications/tasks.html", tasks_page(application, request.acting, on=now.date()))  # type: ignore[attr-defined]
    items = [
        item
        for item in turns.items(request.acting, request.user, now)
        if item.application_id == application.pk and item.url != request.path
    ]  # type: ignore[attr-defined]
    due = decision_due(application)
    context = {
        "application": application,
        "label": label(application),
        "due": due,
        "late": due is not None and due < now.date(),
        "revision": application.last_revision,
        "turns": [item for item in items if item.yours],
        "others": [item for item in items if not item.yours],
        "timeline": timeline(Event.objects.of(application).shown_to_applicant()),
        "decision": decision(application),
        "exchanges": exchanges(application, places=place_names(), file_url=file_address(application)) if application.submitted_at else [],
        "line": line(application, request.user, now=now),  # type: ignore[arg-type]
        "may_withdraw": may_withdraw(application, request.acting),  # type: ignore[attr-defined]
    }
    return render(request, "licensing/applications/application.html", context)


def tasks_page(application: Application, acting: Acting, *, on: date) -> dict:
    """Return what the list of tasks shows: the steps by group with their state, and whether it can be sent."""
    state = queries.progress(application, on=on)
    groups: dict[str, list[dict]] = {}
    for step in form_of(application):
        groups.setdefault(gettext(step.group), []).append(
            {
                "title": gettext(step.title),
                "hint": gettext(step.hint),
                "state": state[step.key],
                "url": reverse("application_step", args=[application.number, step.key]),
            }
        )
    members = (
        application.organisation.memberships.filter(ended_at=None, role__in=(Role.OWNER, Role.PREPARER))
        .select_related("user")
        .order_by("user", "pk")
    )
    return {
        "application": application,
        "label": label(application),
        "groups": list(groups.items()),
        "complete": sum(1 for value in state.values() if value == "complete"),
        "total": len(state),
        "ready": set(state.values()) == {"complete"},
        "people": _people(members),
        "may_fill": acting.may(Act.APPLY),
        "may_submit": acting.may(Act.SUBMIT),
        "may_withdraw": may_withdraw(application, acting),
        "last_save": Event.objects.of(application).filter(command="save").last(),
    }


def _people(members) -> list[dict]:
    found: dict[int, dict] = {}
    for row in members:
        found.setdefault(row.user_id, {"name": str(row.user), "roles": []})["roles"].append(ROLES[Role(row.role)])
    return list(found.values())


def may_withdraw(application: Application, acting: Acting) -> bool:
    return State(application.state) in OPEN and acting.may(Act.WITHDRAW)


def label(application: Application) -> str:
    """Return what is applied for, with its edition."""
    name = application.offering.name
    return (
        gettext("%(offering)s, edition %(edition)s") % {"offering": name, "edition": application.edition.label}
        if application.edition
        else name
    )


def file_address(application: Application) -> Callable[[int], str]:
    """Return what gives the address of a paper on the desk."""
    return lambda pk: reverse("application_file", args=[application.number, pk])


def decision_due(application: Application) -> date | None:
    """Return the day by which a decision was promised; None while there is nothing to decide or the clock stands still."""
    return application.decision_due_on if application.state in (State.SUBMITTED, State.IN_REVIEW) else None


def decision(application: Application) -> Event | None:
    """Return the decision, once there is one."""
    return Event.objects.of(application).filter(command__in=("approve", "decline")).last()


@require_GET
@of_application(Act.SEE_APPLICATIONS)
def answers(request: HttpRequest, application: Application) -> HttpResponse:
    """Show the answers as they were frozen, to read, print or keep."""
    revision = application.last_revision
    if revision is None:
        return redirect("application_check", application.number)
    asked = form.steps(application.offering.code, revision.form_version)
    context = {
        "application": application,
        "label": label(application),
        "revision": revision,
        "parts": parts(asked, revision.answers, places=place_names(), file_url=file_address(application)),
    }
    return render(request, "licensing/applications/answers.html", context)


@require_http_methods(["GET", "POST"])
@of_application(Act.WITHDRAW)
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask, then withdraw for good."""
    if request.method == "POST":
        return _withdraw(request, application, now=timezone.now())
    if State(application.state) not in OPEN:
        return redirect("application", application.number)
    return render(
        request,
        "licensing/applications/withdraw.html",
        {"application": application, "label": label(application), "seen": latest(application)},
    )


def _withdraw(request: HttpRequest, application: Application, *, now: datetime) -> HttpResponse:
    reason = typed_text(request, "reason")
    try:
        lifecycle.advance(
            application.pk,
            "withdraw",
            side=side_of(request.acting),
            by=actor(request),
            now=now,
            seen=typed_number(request, "seen"),
            reason=reason,  # type: ignore[attr-defined]
        )
    except (NotAllowed, Stale) as refusal:
        messages.error(request, application_refusal(refusal))
    else:
        messages.success(request, gettext("The application is withdrawn. Its answers stay on your desk to read."))
    return redirect("application", application.number)
