"""Licences in the CMS: what each is worth now; suspended, ended or revoked by two people, each confirmed in the act; a notice is taken back by
two as well, a suspension lifted by one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from i18n import formats
from i18n.interface import own, sentence
from licensing import lifecycle
from licensing.entitlements import queries, stopping
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import ASKS, RUNNING, EndKind, LicenceStatus, NotAllowed, allows, may_ask, notice_given
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations.models import Organisation
from licensing.organisations.queries import belongs
from licensing.staff.actor import staff_actor
from licensing.staff.licence_acts import ACTS, BY_COMMAND, END_KINDS, ENDS_ON, SUSPEND, Act, ConfirmForm, ReasonForm, SeenForm, waiting_for
from licensing.staff.queues import RoomForm
from licensing.web.agreement_words import refusal_words
from licensing.web.timeline import timeline
from licensing.web.verdict_words import STATUSES
from portal.core.text import read_code

VIEW = "licensing.view_licence"
ICON = "key"
VIEWS = {
    "all": gettext_lazy("All"),
    "active": gettext_lazy("In force"),
    "expiring": gettext_lazy("End within 90 days"),
    "suspended": gettext_lazy("Suspended"),
    "scheduled": gettext_lazy("Begin later"),
    "over": gettext_lazy("Over"),
    "asked": gettext_lazy("Wait for a second person"),
    "yours": gettext_lazy("Wait for you"),
}
STANDING: dict[str, tuple[LicenceStatus, ...]] = {
    "active": (LicenceStatus.ACTIVE,),
    "suspended": (LicenceStatus.SUSPENDED,),
    "scheduled": (LicenceStatus.SCHEDULED,),
    "over": (LicenceStatus.EXPIRED, LicenceStatus.ENDED, LicenceStatus.REVOKED),
}


def rows_of(view: str, *, at: datetime, request: HttpRequest | None = None) -> QuerySet[Licence]:
    """Return the licences of one view as they stand at ``at``; ``yours`` needs the reader's request."""
    if view == "yours" and request is not None:
        return waiting_for(request, at=at)
    if view == "asked":
        return queries.waiting(at=at)
    if view == "expiring":
        return Licence.objects.expiring(at)
    return Licence.objects.in_status(*STANDING[view], at=at) if view in STANDING else Licence.objects.all()


def in_order(view: str, *, at: datetime, request: HttpRequest | None = None) -> QuerySet[Licence]:
    """Return the licences of one view with what their status is computed from: those that end soon by their end, others the newest first."""
    return (
        rows_of(view, at=at, request=request)
        .with_facts()
        .order_by(*(("ends_at", "pk") if view == "expiring" else ("-activated_at", "-pk")))
    )


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List licences of one view; ``q`` is a number, a code or any name of the licensee."""
    asked, now, view = RoomForm(request.GET), timezone.now(), request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    rows = asked.narrow(in_order(view, at=now, request=request))
    if text := asked.given("q"):
        by_name = Organisation.objects.found_by(text)
        rows = rows.filter(Q(number__iexact=text) | Q(code=read_code(text)) | Q(organisation__in=by_name))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, STATUSES[row.status(at=now)]) for row in page],
        "filters": asked,
        "view": view,
        "views": [(key, words, rows_of(key, at=now, request=request).count()) for key, words in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": _("Licenses")}],
        "header_title": _("Licenses"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/licences.html", context)


def _found(number: str) -> Licence:
    licence = Licence.objects.with_facts().select_related("agreement").filter(number=number).first()
    if licence is None:
        raise Http404
    return licence


@require_safe
@permission_required(VIEW, raise_exception=True)
def licence(request: HttpRequest, number: str) -> HttpResponse:
    """Show one licence and what may be done with it."""
    return _page(request, number)


def _page(request: HttpRequest, number: str, *, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    """Show the page; ``bound`` holds a form that was refused, by its command or ``confirm``."""
    found, now, refused = _found(number), timezone.now(), bound or {}
    status, seen = found.status(at=now), {"seen": latest(found)}
    running = status in RUNNING
    held = any(row.valid_to is None for row in found.suspensions.all())
    inside = belongs(found.organisation_id, request.user.pk)
    asked = queries.asked(found) if running and not inside else None
    facts, end = found.facts(), found.end
    waiting = ASKS[asked.command] if asked else None
    act = BY_COMMAND[waiting] if waiting else None
    open_acts = [one for one in ACTS if not inside and may_ask(one.command, waiting=waiting) and allows(one.command, facts, at=now)]
    may = act is not None and request.user.has_perm(act.permission)
    context = {
        "licence": found,
        "status": status,
        "shown": STATUSES[status],
        "end": end,
        "ahead": notice_given(facts, at=now),
        "rights": [(right, STATUSES[right.status]) for right in queries.rights_now(found, at=now)],
        "acts": [
            (act, refused.get(act.command) or act.form(request=request, licence=found, now=now, initial=seen), act.command in refused)
            for act in open_acts
            if request.user.has_perm(act.permission)
        ],
        "reinstate_form": ReasonForm(initial=seen) if held and running and not inside and request.user.has_perm(SUSPEND) else None,
        "inside": inside,
        "asked": asked,
        "asked_words": act.asked % {"name": asked.actor_label} if act and asked else "",
        "asked_facts": _wanted(asked, now=now) if asked else {},
        "act": act,
        "may_confirm": may and asked is not None and asked.actor_id != request.user.pk,
        "may_take_back": may,
        "take_back_form": SeenForm(initial=seen),
        "confirm_form": refused.get("confirm") or ConfirmForm(request=request, initial=seen),
        "timeline": timeline(Event.objects.of(found).shown_to_applicant() if inside else Event.objects.of(found)),
        "zone": found.zone,
        "breadcrumbs_items": [{"url": reverse("staff_licences"), "label": _("Licenses")}, {"url": "", "label": found.number}],
        "header_title": found.number,
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/licence.html", context, status=422 if refused else 200)


def _wanted(asked: Event, *, now: datetime) -> dict[str, Any]:
    """Return how and when the licence is to end, if that is asked for; ``over``: the last day has gone by in the meantime."""
    if ASKS[asked.command] != "end":
        return {}
    until = queries.asked_until(asked)
    return {"kind": END_KINDS[EndKind(asked.payload["kind"])], "until": until, "over": until is not None and until <= now}


def _act(request: HttpRequest, number: str, done: Any, act: Callable[[], Any]) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the page."""
    try:
        event = act()
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done(event) if callable(done) else str(done))
    return redirect("staff_licence", number)


@require_POST
@permission_required(SUSPEND, raise_exception=True)
def reinstate(request: HttpRequest, number: str) -> HttpResponse:
    """Lift the suspension: one person, with the reason."""
    found, form = _found(number), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason. Nothing was done."))
        return redirect("staff_licence", number)
    given, by = form.cleaned_data, staff_actor(request)
    done = _("The suspension is lifted. The licensee gets a letter.")
    return _act(
        request, number, done, lambda: stopping.reinstate(found.pk, by=by, now=timezone.now(), reason=given["reason"], seen=given["seen"])
    )


def ask(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Ask a second person for one of the acts."""
    act = BY_COMMAND.get(command)
    if act is None:
        raise Http404
    if not request.user.has_perm(act.permission):
        raise PermissionDenied
    found = _found(number)
    if request.method != "POST":  # somebody who had to sign in again in between
        return redirect("staff_licence", number)
    now = timezone.now()
    form = act.form(request.POST, request=request, licence=found, now=now)
    if not form.is_valid():
        return _page(request, number, bound={command: form})
    given, by = form.cleaned_data, staff_actor(request)
    done = _("Asked. A second person has to confirm; nothing has changed for the licensee.")
    about = {"reason": given["reason"], "kind": given.get("kind", ""), "last_day": given.get("last_day"), "seen": given["seen"]}
    return _act(request, number, done, lambda: stopping.ask(found.pk, command, by=by, now=now, **about))


def _asked_act(request: HttpRequest, found: Licence) -> Act | None:
    """Return what is asked for, or None; both only for whoever may do it.

    :raises PermissionDenied: the person may not do it, or none of it where nothing is asked for.
    """
    asked = queries.asked(found)
    acts = [BY_COMMAND[ASKS[asked.command]]] if asked else list(ACTS)
    if not any(request.user.has_perm(act.permission) for act in acts):
        raise PermissionDenied
    return acts[0] if asked else None


@permission_required(VIEW, raise_exception=True)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Do what somebody else asked for."""
    found = _found(number)
    act = _asked_act(request, found)
    if request.method != "POST":
        return redirect("staff_licence", number)
    form = ConfirmForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, number, bound={"confirm": form})
    seen, by, now, language = form.cleaned_data["seen"], staff_actor(request), timezone.now(), get_language() or "en"

    def done(event: Event) -> str:
        if act is not None and event.effective_at <= now:
            return str(act.done)
        return sentence(str(ENDS_ON), until=own(formats.until_day(event.effective_at, found.zone, language), language))

    return _act(request, number, done, lambda: lifecycle.confirm_stop(found.pk, by=by, now=now, seen=seen))


@permission_required(VIEW, raise_exception=True)
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take a request back."""
    found = _found(number)
    _asked_act(request, found)
    if request.method != "POST":
        return redirect("staff_licence", number)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Read the page again, then take the request back. Nothing was done."))
        return redirect("staff_licence", number)
    done, by, seen = _("The request is taken back. Nothing has changed for the licensee."), staff_actor(request), form.cleaned_data["seen"]
    return _act(request, number, done, lambda: stopping.take_back(found.pk, by=by, now=timezone.now(), seen=seen))


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("licences/", index, name="staff_licences"),
        path("licences/<slug:number>/", licence, name="staff_licence"),
        path("licences/<slug:number>/reinstate/", reinstate, name="staff_licence_reinstate"),
        path("licences/<slug:number>/ask/<slug:command>/", ask, name="staff_licence_ask"),
        path("licences/<slug:number>/confirm/", confirm, name="staff_licence_confirm"),
        path("licences/<slug:number>/withdraw/", take_back, name="staff_licence_withdraw"),
    ]


class LicencesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return LicencesItem(gettext_lazy("Licenses"), reverse("staff_licences"), name="licences", icon_name=ICON, order=260)
