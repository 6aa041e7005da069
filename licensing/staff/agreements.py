"""Agreements in the CMS: what waits to be approved, sent or countersigned, what stands still, and the documents."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from i18n import formats
from licensing import lifecycle
from licensing.agreements import evidence
from licensing.agreements.actions import COUNTERSIGN
from licensing.agreements.models import Agreement, SignatureRequest
from licensing.agreements.rules import OVER, Side, State
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.organisations.models import Organisation
from licensing.staff import agreement_acts as acts
from licensing.staff.actor import staff_actor
from licensing.staff.queues import RoomForm
from licensing.web import agreement_page
from licensing.web.agreement_forms import CountersigningForm
from licensing.web.agreement_words import STATES
from licensing.web.timeline import timeline
from portal.core import private_files

ICON = "doc-full-inverse"
VIEWS = {
    "waiting": gettext_lazy("Wait for us"),
    "still": gettext_lazy("Stand still"),
    "signing": gettext_lazy("Being signed"),
    "executed": gettext_lazy("Signed by all"),
    "over": gettext_lazy("Declined or taken back"),
}
OURS = ("waiting", "still")


def rows_of(view: str, *, now: datetime) -> QuerySet[Agreement]:
    """Return the agreements of one view. What stands still: nobody can sign any more, until staff do something about it."""
    rows = Agreement.objects.select_related("organisation", "offering", "terms")
    out, lapsed = Q(state=State.OUT_FOR_SIGNATURE), Q(window_ends_at__lte=now)
    followed = Exists(Agreement.objects.live().filter(terms=OuterRef("terms")))
    theirs = Exists(SignatureRequest.objects.filter(agreement=OuterRef("pk"), side=Side.LICENSEE, signature=None))
    return rows.filter(
        {
            "waiting": Q(state__in=[State.DRAFTING, State.APPROVED_TO_SEND]) | (out & ~lapsed & ~theirs),
            "still": (out & lapsed) | (Q(state=State.DECLINED) & ~followed),
            "signing": out & ~lapsed,
            "executed": Q(state=State.EXECUTED),
            "over": Q(state__in=OVER),
        }[view]
    )


def in_order(view: str, *, now: datetime) -> QuerySet[Agreement]:
    """Return the agreements of one view as they are worked through."""
    closing = (F("window_ends_at").asc(nulls_last=True), "pk")
    return rows_of(view, now=now).order_by(*(closing if view in ("signing", "still") else ("-created_at", "-pk")))


def _found_by(rows: QuerySet[Agreement], text: str) -> QuerySet[Agreement]:
    return rows.filter(Q(number__iexact=text) | Q(organisation__in=Organisation.objects.found_by(text))) if text else rows


@require_safe
@permission_required(acts.VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List agreements by what has to be done with them; what is being signed by the day on which signing closes, others the newest first."""
    now, asked = timezone.now(), RoomForm(request.GET)
    view = request.GET.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    page = page_of(request, _found_by(asked.narrow(in_order(view, now=now)), asked.given("q")))
    context = {
        "page": page,
        "rows": [(row, STATES[row.status(at=now)]) for row in page],
        "filters": asked,
        "view": view,
        "views": [(key, label, rows_of(key, now=now).count(), key in OURS) for key, label in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": _("Agreements")}],
        "header_title": _("Agreements"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/agreements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(acts.VIEW, raise_exception=True)
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """Show one agreement; a POST countersigns it."""
    found = acts.found(number)
    if request.method == "POST" and not request.user.has_perm(COUNTERSIGN):
        raise PermissionDenied
    form = CountersigningForm(request.POST or None, request=request, agreement=found)
    if request.method == "POST" and form.is_valid():
        return acts.act(
            request,
            number,
            _("Countersigned."),
            lambda: lifecycle.sign(found.pk, form.signing(), by=staff_actor(request), now=timezone.now()),
        )
    return render(request, "licensing/staff/agreement.html", _context(request, found, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, found: Agreement, form: CountersigningForm) -> dict[str, Any]:
    legal, seen, now = request.user.has_perm(acts.APPROVE), latest(found), timezone.now()
    shown = agreement_page.page(
        found, request.user, copy=request.GET.get("copy"), now=now, may_countersign=request.user.has_perm(COUNTERSIGN)
    )
    status: State = shown["status"]
    newer = Agreement.objects.live().filter(terms_id=found.terms_id).exclude(pk=found.pk).first()
    return shown | {
        "form": form,
        "may_countersign": shown["your_turn"] and shown["turn"].side == Side.LICENSOR and not shown["over"],
        "may_replace": legal and status == State.OUT_FOR_SIGNATURE,
        "newer": newer,
        "next_act": {State.DRAFTING: "approve", State.APPROVED_TO_SEND: "send"}.get(status) if legal else None,
        "remind": legal and status == State.OUT_FOR_SIGNATURE and not shown["turn"].lost and not shown["your_turn"],
        "extend_form": acts.ExtendForm(zone=found.terms.zone, initial={"seen": seen}) if legal and shown["is_open"] else None,
        "redraft_form": acts.RedraftForm(initial={"seen": seen}) if legal and status == State.DECLINED and newer is None else None,
        "void_form": acts.VoidForm(initial={"seen": seen}) if legal and _may_void(status, newer) else None,
        "seen": seen,
        "shown": STATES[status],
        "timeline": timeline(Event.objects.of(found)),
        "zone": found.terms.zone,
        "city": formats.city(found.terms.zone, get_language() or "en"),
        "breadcrumbs_items": [{"url": reverse("staff_agreements"), "label": _("Agreements")}, {"url": "", "label": found.number}],
        "header_title": found.number,
        "header_icon": ICON,
    }


def _may_void(status: State, newer: Agreement | None) -> bool:
    return status not in (State.EXECUTED, State.VOIDED) and newer is None


@require_safe
@permission_required(acts.VIEW, raise_exception=True)
def document(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the text as it is shown and signed; ``?sealed=1`` the sealed file, ``?copy=1`` the reading copy."""
    found = acts.found(number)
    if request.GET.get("sealed") and found.sealed_at:
        return private_files.send(request, found.sealed_key, sha256=found.sealed_sha256, name=f"{number}-sealed.pdf")
    if request.GET.get("copy") and found.reading_key:
        name = f"{number}-{found.reading_language}.pdf"
        return private_files.send(request, found.reading_key, sha256=found.reading_sha256, name=name, inline=True)
    return private_files.send(request, found.document_key, sha256=found.document_sha256, name=f"{number}.pdf", inline=True)


@require_safe
@permission_required(acts.VIEW, raise_exception=True)
def evidence_file(request: HttpRequest, number: str) -> HttpResponse:
    """Send the evidence file, the same that its parties get; 404 while its story is not over."""
    found = acts.found(number)
    if not agreement_page.has_evidence(found):
        raise Http404
    return private_files.answer(evidence.packed(found), name=f"{number}-evidence.zip", content_type="application/zip")


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("agreements/", index, name="staff_agreements"),
        path("agreements/<slug:number>/", agreement, name="staff_agreement"),
        path("agreements/<slug:number>/approve/", acts.approve, name="staff_agreement_approve"),
        path("agreements/<slug:number>/send/", acts.send, name="staff_agreement_send"),
        path("agreements/<slug:number>/remind/", acts.remind, name="staff_agreement_remind"),
        path("agreements/<slug:number>/extend/", acts.extend, name="staff_agreement_extend"),
        path("agreements/<slug:number>/lines/<int:line>/replace/", acts.replace, name="staff_agreement_replace"),
        path("agreements/<slug:number>/redraft/", acts.redraft, name="staff_agreement_redraft"),
        path("agreements/<slug:number>/void/", acts.void, name="staff_agreement_void"),
        path("agreements/<slug:number>/document.pdf", document, name="staff_agreement_document"),
        path("agreements/<slug:number>/evidence.zip", evidence_file, name="staff_agreement_evidence"),
    ]


class AgreementsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(acts.VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return AgreementsItem(gettext_lazy("Agreements"), reverse("staff_agreements"), name="agreements", icon_name=ICON, order=240)
