"""Licences in the CMS: what each is worth now; suspend, reinstate, end; revoke by two people, each with the own password."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from licensing.entitlements import actions, queries
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import EndKind, LicenceStatus, NotAllowed
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations.models import Organisation
from licensing.staff.actor import staff_actor
from licensing.staff.queues import RoomForm
from licensing.web.agreement_words import refusal_words
from licensing.web.timeline import timeline
from licensing.web.verdict_words import STATUSES
from portal.accounts.stepup import PasswordConfirmation
from portal.core.text import read_code

VIEW = "licensing.view_licence"
SUSPEND = "licensing.suspend_licence"
REVOKE = "licensing.revoke_licence"
ICON = "key"
VIEWS = {
    "all": gettext_lazy("All"),
    "active": gettext_lazy("In force"),
    "expiring": gettext_lazy("End within 90 days"),
    "suspended": gettext_lazy("Suspended"),
    "scheduled": gettext_lazy("Begin later"),
    "over": gettext_lazy("Over"),
}
STANDING: dict[str, tuple[LicenceStatus, ...]] = {
    "all": tuple(LicenceStatus),
    "active": (LicenceStatus.ACTIVE,),
    "suspended": (LicenceStatus.SUSPENDED,),
    "scheduled": (LicenceStatus.SCHEDULED,),
    "over": (LicenceStatus.EXPIRED, LicenceStatus.ENDED, LicenceStatus.REVOKED),
}
REASON = {"widget": forms.Textarea(attrs={"rows": 2}), "max_length": 250}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason; the licensee reads it"), **REASON)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(ReasonForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[
            (EndKind.SURRENDERED.value, gettext_lazy("Given up by the licensee")),
            (EndKind.TERMINATED.value, gettext_lazy("Terminated by notice")),
        ],
    )
    field_order = ["kind", "reason", "seen"]


class RevokeForm(ReasonForm, PasswordConfirmation):
    """The first of two people asks."""


class ConfirmForm(PasswordConfirmation):
    """The second confirms."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def rows_of(view: str, *, at: datetime) -> QuerySet[Licence]:
    """Return the licences of one view as they stand at ``at``."""
    return Licence.objects.expiring(at) if view == "expiring" else Licence.objects.in_status(*STANDING[view], at=at)


def in_order(view: str, *, at: datetime) -> QuerySet[Licence]:
    """Return the licences of one view with what their status is computed from: those that end soon by their end, others the newest first."""
    return rows_of(view, at=at).with_facts().order_by(*(("valid_to", "pk") if view == "expiring" else ("-activated_at", "-pk")))


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List licences of one view; ``q`` is a number, a code or any name of the licensee."""
    asked, now, view = RoomForm(request.GET), timezone.now(), request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    rows = asked.narrow(in_order(view, at=now))
    if text := asked.given("q"):
        by_name = Organisation.objects.found_by(text)
        rows = rows.filter(Q(number__iexact=text) | Q(code=read_code(text)) | Q(organisation__in=by_name))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, STATUSES[row.status(at=now)]) for row in page],
        "filters": asked,
        "view": view,
        "views": [(key, words, rows_of(key, at=now).count()) for key, words in VIEWS.items()],
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


def _page(
    request: HttpRequest, number: str, *, revoke_form: RevokeForm | None = None, confirm_form: ConfirmForm | None = None
) -> HttpResponse:
    found, now = _found(number), timezone.now()
    status, seen = found.status(at=now), {"seen": latest(found)}
    running = status in (LicenceStatus.ACTIVE, LicenceStatus.SCHEDULED, LicenceStatus.SUSPENDED) and not hasattr(found, "end")
    held = any(row.valid_to is None for row in found.suspensions.all())
    may_suspend, may_revoke = running and request.user.has_perm(SUSPEND), running and request.user.has_perm(REVOKE)
    asked = queries.revocation_asked(found) if running else None
    context = {
        "licence": found,
        "status": status,
        "shown": STATUSES[status],
        "end": getattr(found, "end", None),
        "rights": [(right, STATUSES[right.status]) for right in queries.rights_now(found, at=now)],
        "suspend_form": ReasonForm(initial=seen) if may_suspend and not held else None,
        "reinstate_form": ReasonForm(initial=seen) if may_suspend and held else None,
        "end_form": EndForm(initial=seen) if may_suspend else None,
        "revoke_form": revoke_form or RevokeForm(request=request, initial=seen) if may_revoke and asked is None else None,
        "asked": asked,
        "may_confirm": may_revoke and asked is not None and asked.actor_id != request.user.pk,
        "confirm_form": confirm_form or ConfirmForm(request=request, initial=seen),
        "timeline": timeline(Event.objects.of(found)),
        "zone": found.zone,
        "breadcrumbs_items": [{"url": reverse("staff_licences"), "label": _("Licenses")}, {"url": "", "label": found.number}],
        "header_title": found.number,
        "header_icon": ICON,
    }
    wrong = any(form and form.errors for form in (revoke_form, confirm_form))
    return render(request, "licensing/staff/licence.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, number: str, done: str, act: Any, *, form: forms.Form | None = None) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the page."""
    if form is not None and not form.is_valid():
        messages.error(request, _("Write the reason. Nothing was done."))
        return redirect("staff_licence", number)
    try:
        act(_found(number).pk, form.cleaned_data if form is not None else {}, staff_actor(request), timezone.now())
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("staff_licence", number)


@require_POST
@permission_required(SUSPEND, raise_exception=True)
def suspend(request: HttpRequest, number: str) -> HttpResponse:
    def act(pk, given, by, now):
        actions.suspend(pk, cause=given["reason"], by=by, now=now, seen=given["seen"])

    return _act(request, number, _("Suspended from now on. The licensee gets a letter."), act, form=ReasonForm(request.POST))


@require_POST
@permission_required(SUSPEND, raise_exception=True)
def reinstate(request: HttpRequest, number: str) -> HttpResponse:
    def act(pk, given, by, now):
        actions.reinstate(pk, reason=given["reason"], by=by, now=now, seen=given["seen"])

    return _act(request, number, _("The suspension is lifted. The licensee gets a letter."), act, form=ReasonForm(request.POST))


@require_POST
@permission_required(SUSPEND, raise_exception=True)
def end(request: HttpRequest, number: str) -> HttpResponse:
    def act(pk, given, by, now):
        actions.end(pk, kind=given["kind"], reason=given["reason"], by=by, now=now, seen=given["seen"])

    return _act(request, number, _("The license is ended."), act, form=EndForm(request.POST))


@permission_required(REVOKE, raise_exception=True)
def ask_to_revoke(request: HttpRequest, number: str) -> HttpResponse:
    if request.method != "POST":  # somebody who had to sign in again in between
        return redirect("staff_licence", number)
    form = RevokeForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, number, revoke_form=form)

    def act(pk, given, by, now):
        actions.request_revocation(pk, reason=given["reason"], by=by, now=now, seen=given["seen"])

    return _act(request, number, _("Asked. A second person has to confirm; nothing has changed for the licensee."), act, form=form)


@permission_required(REVOKE, raise_exception=True)
def confirm_revocation(request: HttpRequest, number: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("staff_licence", number)
    form = ConfirmForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, number, confirm_form=form)

    def act(pk, given, by, now):
        actions.confirm_revocation(pk, by=by, now=now, seen=given["seen"])

    return _act(request, number, _("Revoked from now on. The licensee gets a letter."), act, form=form)


@require_POST
@permission_required(REVOKE, raise_exception=True)
def withdraw_revocation(request: HttpRequest, number: str) -> HttpResponse:
    def act(pk, given, by, now):
        actions.withdraw_revocation(pk, by=by, now=now)

    return _act(request, number, _("The request is taken back. Nothing has changed for the licensee."), act)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("licences/", index, name="staff_licences"),
        path("licences/<slug:number>/", licence, name="staff_licence"),
        path("licences/<slug:number>/suspend/", suspend, name="staff_licence_suspend"),
        path("licences/<slug:number>/reinstate/", reinstate, name="staff_licence_reinstate"),
        path("licences/<slug:number>/end/", end, name="staff_licence_end"),
        path("licences/<slug:number>/revoke/", ask_to_revoke, name="staff_licence_revoke"),
        path("licences/<slug:number>/revoke/confirm/", confirm_revocation, name="staff_licence_confirm"),
        path("licences/<slug:number>/revoke/withdraw/", withdraw_revocation, name="staff_licence_withdraw"),
    ]


class LicencesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return LicencesItem(gettext_lazy("Licenses"), reverse("staff_licences"), name="licences", icon_name=ICON, order=260)
