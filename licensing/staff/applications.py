"""Applications in the CMS: a queue by whose turn it is, and one page for each with its frozen answers, its history and the decision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from licensing import lifecycle
from licensing.applications import form, queries
from licensing.applications.models import Application, ApplicationRevision
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.staff.actor import staff_actor
from licensing.staff.queues import LateForm
from licensing.web.answer_words import Part, parts
from licensing.web.applications import decision, decision_due, label
from licensing.web.refusals import application_refusal
from licensing.web.step_form import place_names
from licensing.web.timeline import timeline
from portal.core.typed import typed_number, typed_text

VIEW = "licensing.view_queue"
DECIDE = "licensing.decide_application"
ICON = "form"
TABS = {
    "ours": gettext_lazy("Our turn"),
    "new": gettext_lazy("New"),
    "review": gettext_lazy("In review"),
    "drafts": gettext_lazy("With applicants"),
    "decided": gettext_lazy("Decided"),
    "closed": pgettext_lazy("applications", "Closed"),
}


@dataclass(frozen=True)
class Link:
    """Where an application goes on: the words and the address of a page of another room."""

    label: str
    url: str


# Rooms further down the line add functions that say where an application went: its offer, its agreement, its licence.
LINKS: list[Callable[[HttpRequest, Application], list[Link]]] = []
# What other files of this room add to the page of an application; ``inside``: the reader belongs to the applicant.
PARTS: list[Callable[..., dict[str, Any]]] = []


class FilterForm(LateForm):
    """Also by who has it."""

    assigned = forms.ChoiceField(
        label=gettext_lazy("With"), required=False,
        choices=[("", pgettext_lazy("filter", "Everybody")), ("me", pgettext_lazy("filter", "Me")), ("nobody", pgettext_lazy("filter", "Nobody yet"))],
    )  # fmt: skip
    field_order = ["q", "programme", "place", "assigned", "late"]


@require_GET
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List applications of one tab; what is due first stands first."""
    asked, today = FilterForm(request.GET), timezone.now().date()
    tab = request.GET.get("tab", "ours")
    wanted = queries.Sorted(
        tab=tab if tab in TABS else "ours", text=asked.given("q"), assigned=asked.given("assigned"), late=bool(asked.given("late"))
    )
    counts = queries.counts()
    page = page_of(request, asked.narrow(queries.queue(wanted, user_id=request.user.pk, on=today)))
    context = {
        "tabs": [(key, words, counts[key]) for key, words in TABS.items()],
        "tab": wanted.tab,
        "filters": asked,
        "page": page,
        "rows": [_row(one, today) for one in page],
        "breadcrumbs_items": [{"url": "", "label": _("Applications")}],
        "header_title": _("Applications"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/applications.html", context)


def _row(one: Application, today) -> dict:
    due = decision_due(one)
    return {
        "application": one,
        "label": label(one),
        "due": due,
        "days": (due - today).days if due else None,
        "late": (today - due).days if due and due < today else 0,
    }


@require_GET
@permission_required(VIEW, raise_exception=True)
def application(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was submitted and what happened; whoever may decide does it here."""
    row = found(number)
    revision = row.last_revision
    inside = request.user.memberships.filter(organisation=row.organisation, ended_at=None).exists()
    may = request.user.has_perm(DECIDE)
    context = {
        "application": row,
        "label": label(row),
        "revision": revision,
        "parts": _parts(row, revision, asking=may and not inside and row.state == State.IN_REVIEW) if revision else [],
        "timeline": timeline(Event.objects.of(row)),
        "decision": decision(row),
        "due": decision_due(row),
        "held": queries.held_alike(row, revision.answers.get("activity_places") or (), at=timezone.now()) if revision else (),
        "why": Event.objects.of(row).filter(command="submit").values_list("reason", flat=True).last(),
        "seen": latest(row),
        "inside": inside,
        "may_take": may and not inside and row.state == State.SUBMITTED,
        "may_decide": may and not inside and row.state == State.IN_REVIEW,
        "sees_organisation": request.user.has_perm("licensing.view_organisation"),
        "links": [link for provider in LINKS for link in provider(request, row)],
        "typed": request.session.pop(f"reason-{row.pk}", ""),
        "breadcrumbs_items": [{"url": reverse("staff_applications"), "label": _("Applications")}, {"url": "", "label": row.number}],
        "header_title": f"{row.number}: {row.organisation}",
        "header_icon": ICON,
    }
    for provider in PARTS:
        context |= provider(request, row, inside=inside)
    return render(request, "licensing/staff/application.html", context)


def file_address(row: Application) -> Callable[[int], str]:
    """Return what gives the address of a paper in the CMS."""
    return lambda pk: reverse("staff_application_paper", args=[row.number, pk])


def _parts(row: Application, revision: ApplicationRevision, *, asking: bool) -> list[Part]:
    """Return the answers of the last copy, what changed since the one before marked; ``asking``: with a way to ask about each."""
    former = row.revisions.filter(number=revision.number - 1).first()
    changed = (
        {key for key in {**former.answers, **revision.answers} if former.answers.get(key) != revision.answers.get(key)} if former else ()
    )
    note = _("Changed in copy %(number)s; the answer before stands above.") % {"number": revision.number}
    page = reverse("staff_application_ask", args=[row.number])
    steps = form.steps(row.offering.code, revision.form_version)
    ask = (lambda key: f"{page}?key={key}") if asking else None
    return parts(steps, revision.answers, places=place_names(), ask=ask, notes=dict.fromkeys(changed, note), file_url=file_address(row))


def found(number: str) -> Application:
    rows = Application.objects.select_related("organisation__place", "offering__programme", "edition", "assignee", "created_by")
    row = rows.filter(number=number).first()
    if row is None:
        raise Http404
    return row


SIDES = {"take": Side.STAFF, "resume": Side.STAFF, "approve": Side.DECIDER, "decline": Side.DECIDER}


@require_POST
@permission_required(DECIDE, raise_exception=True)
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Take, approve or decline, from exactly the page that was read."""
    row, command, reason = found(number), request.POST.get("command", ""), typed_text(request, "reason")
    seen = typed_number(request, "seen")
    if command not in SIDES or seen is None:
        raise Http404
    try:
        moved = lifecycle.advance(
            row.pk, command, side=SIDES[command], by=staff_actor(request), now=timezone.now(), seen=seen, reason=reason
        )
    except (NotAllowed, Stale) as refusal:
        request.session[f"reason-{row.pk}"] = reason  # what was typed comes back
        messages.error(request, application_refusal(refusal))
    else:
        messages.success(request, str(DONE[command]) % {"number": moved.number})
    return redirect("staff_application", row.number)


DONE = {
    "take": gettext_lazy("%(number)s is with you now."),
    "resume": gettext_lazy("The review of %(number)s goes on; the clock runs from the day on which the last answer came."),
    "approve": gettext_lazy("%(number)s is approved. Its terms are drafted."),
    "decline": gettext_lazy("%(number)s is declined. The applicant gets your reasons by mail."),
}


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("applications/", index, name="staff_applications"),
        path("applications/<slug:number>/", application, name="staff_application"),
        path("applications/<slug:number>/move/", move, name="staff_application_move"),
    ]


class ApplicationsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ApplicationsItem(gettext_lazy("Applications"), reverse("staff_applications"), name="applications", icon_name=ICON, order=200)
