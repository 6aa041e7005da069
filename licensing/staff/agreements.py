"""Agreements in the CMS: what waits to be approved, sent or countersigned; taking one back, with the reason."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from licensing import lifecycle
from licensing.agreements import actions
from licensing.agreements.actions import COUNTERSIGN, Signing
from licensing.agreements.models import Agreement, SignatureRequest
from licensing.agreements.rules import NotAllowed, Side, State
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.staff.actor import staff_actor
from licensing.web import agreement_page
from licensing.web.agreement_words import STATES, refusal_words
from licensing.web.timeline import timeline
from portal.accounts.stepup import PasswordConfirmation
from portal.core import client, private_files

VIEW = "licensing.view_queue"
APPROVE = "licensing.approve_agreement"
PAGE = 25
ICON = "doc-full-inverse"
VIEWS = {
    "waiting": (gettext_lazy("Wait for us"), [State.DRAFTING, State.APPROVED_TO_SEND]),
    "signing": (gettext_lazy("Being signed"), [State.OUT_FOR_SIGNATURE]),
    "executed": (gettext_lazy("Signed by all"), [State.EXECUTED]),
    "voided": (gettext_lazy("Taken back"), [State.VOIDED]),
}


class CountersignForm(PasswordConfirmation):
    """The licensor's signature: on the same hash, with consent, name and password."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput)
    consent = forms.BooleanField(label=gettext_lazy("I have read the text and sign it for the licensor, electronically."))
    typed_name = forms.CharField(label=gettext_lazy("Type your name as your signature"), max_length=150)

    def signing(self) -> Signing:
        """Return what was done; only after ``is_valid``."""
        return Signing(
            user_id=self.request.user.pk,  # type: ignore[arg-type]
            typed_name=self.cleaned_data["typed_name"],
            document_sha256=self.cleaned_data["document_sha256"],
            consent=self.cleaned_data["consent"],
            factor="password" if settings.DEMO else "password+mfa",
            ip=client.address(self.request),
            agent=self.request.headers.get("User-Agent", ""),
        )


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back; the licensee reads this"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


def rows_of(view: str) -> QuerySet[Agreement]:
    """Return the agreements of one view; what waits is what the licensor has to do."""
    rows = Agreement.objects.select_related("organisation", "offering", "terms")
    if view != "waiting":
        return rows.filter(state__in=VIEWS[view][1])
    theirs = SignatureRequest.objects.filter(agreement=OuterRef("pk"), side=Side.LICENSEE, signature=None)
    return rows.filter(Q(state__in=VIEWS[view][1]) | (Q(state=State.OUT_FOR_SIGNATURE) & ~Exists(theirs)))


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List agreements by what has to be done with them; those that wait for the licensor first."""
    view = request.GET.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    page = Paginator(rows_of(view).order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": [(row, STATES[State(row.state)]) for row in page],
        "view": view,
        "views": [(key, label, rows_of(key).count()) for key, (label, _states) in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": _("Agreements")}],
        "header_title": _("Agreements"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/agreements.html", context)


def _found(number: str) -> Agreement:
    rows = Agreement.objects.select_related("organisation", "offering", "terms__application__edition", "template")
    agreement = rows.filter(number=number).first()
    if agreement is None:
        raise Http404
    return agreement


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(VIEW, raise_exception=True)
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """Show one agreement; a POST countersigns it."""
    found = _found(number)
    if request.method == "POST" and not request.user.has_perm(COUNTERSIGN):
        raise PermissionDenied
    form = CountersignForm(request.POST or None, request=request, initial={"document_sha256": found.document_sha256})
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            number,
            _("Countersigned."),
            lambda: lifecycle.sign(found.pk, form.signing(), by=staff_actor(request), now=timezone.now()),
        )
    return render(request, "licensing/staff/agreement.html", _context(request, found, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, found: Agreement, form: CountersignForm) -> dict[str, Any]:
    legal, seen = request.user.has_perm(APPROVE), latest(found)
    shown = agreement_page.page(found, request.user, copy=request.GET.get("copy"), may_countersign=request.user.has_perm(COUNTERSIGN))
    return shown | {
        "form": form,
        "may_countersign": shown["your_turn"] and shown["turn"].side == Side.LICENSOR,
        "next_act": {State.DRAFTING: "approve", State.APPROVED_TO_SEND: "send"}.get(State(found.state)) if legal else None,
        "void_form": VoidForm(initial={"seen": seen}) if legal and found.state not in (State.EXECUTED, State.VOIDED) else None,
        "seen": seen,
        "shown": STATES[State(found.state)],
        "timeline": timeline(Event.objects.of(found)),
        "zone": found.terms.zone,
        "breadcrumbs_items": [{"url": reverse("staff_agreements"), "label": _("Agreements")}, {"url": "", "label": found.number}],
        "header_title": found.number,
        "header_icon": ICON,
    }


def _act(request: HttpRequest, number: str, done: str, act: Any) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the page."""
    try:
        act()
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("staff_agreement", number)


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() else None


@require_POST
@permission_required(APPROVE, raise_exception=True)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Let it go out."""
    found, by, seen = _found(number), staff_actor(request), _seen(request)
    done = _("Approved. It can be sent now.")
    return _act(request, number, done, lambda: actions.approve_to_send(found.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Open the signing window."""
    found, by, seen = _found(number), staff_actor(request), _seen(request)
    done = _("Sent. The first signatory gets a letter; signing is open for 30 days.")
    return _act(request, number, done, lambda: actions.send(found.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back, with its invoice and terms."""
    found, form = _found(number), VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason. Nothing was done."))
        return redirect("staff_agreement", number)
    reason, by = form.cleaned_data["reason"], staff_actor(request)
    done = _("Taken back. Its invoice is cancelled.")
    return _act(request, number, done, lambda: lifecycle.void_agreement(found.pk, by=by, now=timezone.now(), reason=reason))


@require_safe
@permission_required(VIEW, raise_exception=True)
def document(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the text as it is shown and signed; ``?sealed=1`` the sealed file."""
    found = _found(number)
    if request.GET.get("sealed") and found.sealed_at:
        return private_files.send(request, found.sealed_key, sha256=found.sealed_sha256, name=f"{number}-sealed.pdf")
    return private_files.send(request, found.document_key, sha256=found.document_sha256, name=f"{number}.pdf", inline=True)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("agreements/", index, name="staff_agreements"),
        path("agreements/<slug:number>/", agreement, name="staff_agreement"),
        path("agreements/<slug:number>/approve/", approve, name="staff_agreement_approve"),
        path("agreements/<slug:number>/send/", send, name="staff_agreement_send"),
        path("agreements/<slug:number>/void/", void, name="staff_agreement_void"),
        path("agreements/<slug:number>/document.pdf", document, name="staff_agreement_document"),
    ]


class AgreementsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return AgreementsItem(gettext_lazy("Agreements"), reverse("staff_agreements"), name="agreements", icon_name=ICON, order=240)
