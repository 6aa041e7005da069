"""Offers in the CMS: drafts to issue, waivers to decide, papers to tick, and what waits for the applicant."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from licensing import lifecycle
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.fees.rules import NotPriced
from licensing.fees.words import why_not
from licensing.history.actions import latest
from licensing.offerings.models import EvidenceRequirement
from licensing.organisations.models import Organisation
from licensing.payments.models import Invoice
from licensing.staff.actor import staff_actor
from licensing.staff.applications import LINKS, Link
from licensing.staff.offer_view import APPROVE, ICON, ISSUE, REQUEST, TICK, page
from licensing.staff.queues import RoomForm
from licensing.staff.terms_forms import DraftForm, WaiverDecisionForm, WaiverRequestForm
from licensing.terms import actions as offers
from licensing.terms.models import EvidenceTick, TermsOffer, Waiver
from licensing.terms.rules import State
from licensing.web.applications import label
from licensing.web.money_words import OFFERS, offer_face, refusal_words
from licensing.web.terms import REFUSALS
from portal.core.typed import typed_number, typed_text

VIEW = "licensing.view_termsoffer"
INVOICES = "licensing.view_invoice"
VIEWS = {
    "drafts": gettext_lazy("To issue"),
    "waivers": gettext_lazy("Waivers to decide"),
    "papers": gettext_lazy("Papers missing"),
    "issued": gettext_lazy("With applicants"),
    "accepted": gettext_lazy("Accepted"),
    "closed": pgettext_lazy("offers", "Closed"),
}
OURS = ("drafts", "waivers", "papers")


def rows_of(view: str) -> QuerySet[TermsOffer]:
    """Return the offers of one view."""
    rows = TermsOffer.objects.all()
    pending = Waiver.objects.filter(terms=OuterRef("pk"), state=Waiver.State.REQUESTED)
    if view == "drafts":
        return rows.filter(~Exists(pending), state=State.DRAFT)
    if view == "waivers":
        return rows.filter(Exists(pending), state__in=[State.DRAFT, State.ISSUED])
    if view == "papers":
        return _lacking(rows.filter(state=State.ACCEPTED))
    if view == "closed":
        return rows.filter(state__in=[State.DECLINED, State.EXPIRED, State.SUPERSEDED])
    return rows.filter(state=view)


def _lacking(rows: QuerySet[TermsOffer]) -> QuerySet[TermsOffer]:
    """Keep offers with a paper nobody has ticked."""
    ticks = EvidenceTick.objects.filter(requirement=OuterRef("pk"), terms=OuterRef(OuterRef("pk")), withdrawn_at=None)
    missing = EvidenceRequirement.objects.filter(~Exists(ticks), offering=OuterRef("application__offering"))
    return rows.filter(Exists(missing))


class OfferFilter(RoomForm):
    programme_path, place_path = "application__offering__programme__code", "application__organisation__place__code"


def in_order(view: str) -> QuerySet[TermsOffer]:
    """Return the offers of one view: those that wait for an applicant by their end, the others by their beginning."""
    return rows_of(view).order_by(*(("valid_until", "pk") if view == "issued" else ("created_at", "pk")))


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List offers by what has to be done with them; what ends first or waits longest stands first."""
    asked = OfferFilter(request.GET)
    counts = {key: rows_of(key).count() for key in VIEWS}
    view = request.GET.get("view", "")
    view = view if view in VIEWS else next((key for key in OURS if counts[key]), OURS[0])
    ticked = Count("evidence", filter=Q(evidence__withdrawn_at=None), distinct=True)
    rows = asked.narrow(in_order(view)).annotate(ticked=ticked, papers=Count("application__offering__evidence", distinct=True))
    if text := asked.given("q"):
        found = Organisation.objects.found_by(text)
        rows = rows.filter(Q(application__number__iexact=text) | Q(application__organisation__in=found))
    rows = rows.select_related("application__organisation", "application__offering", "application__edition").prefetch_related(
        "places", "waivers", "quotes"
    )
    shown = page_of(request, rows)
    now = timezone.now()
    context = {
        "page": shown,
        "rows": [(row, label(row.application), OFFERS[offer_face(row, now=now)]) for row in shown],
        "filters": asked,
        "view": view,
        "views": [(key, words, counts[key], key in OURS) for key, words in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": _("Offers")}],
        "header_title": _("Offers"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/offers.html", context)


def _found(pk: int) -> TermsOffer:
    related = ("application__organisation__place", "application__offering__programme", "application__edition", "accepted_by")
    terms = TermsOffer.objects.select_related(*related).filter(pk=pk).first()
    if terms is None:
        raise Http404
    return terms


@require_safe
@permission_required(VIEW, raise_exception=True)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one offer with what can be done with it."""
    return page(request, _found(pk))


def _act(request: HttpRequest, pk: int, done: str, act: Callable[[], Any]) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the page."""
    try:
        act()
    except NotPriced as error:
        messages.error(request, why_not(error))
    except REFUSALS as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("staff_offer", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ISSUE, raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; its page then shows what it would cost."""
    terms = _found(pk)
    if terms.state != State.DRAFT:
        return redirect("staff_offer", pk)
    form = DraftForm(request.POST or None, terms=terms, seen=latest(terms))
    if request.method == "POST" and form.is_valid():
        try:
            offers.edit(pk, form.draft(), by=staff_actor(request), now=timezone.now(), seen=form.cleaned_data["seen"])
        except REFUSALS as refusal:
            form.add_error(None, refusal_words(refusal))
        else:
            messages.success(request, _("Saved. Look at the fee before you issue it."))
            return redirect("staff_offer", pk)
    context = {
        "terms": terms,
        "form": form,
        "label": label(terms.application),
        "breadcrumbs_items": [
            {"url": reverse("staff_offers"), "label": _("Offers")},
            {"url": reverse("staff_offer", args=[pk]), "label": terms.application.number},
            {"url": "", "label": _("Change the draft")},
        ],
        "header_title": _("Change the draft"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/offer_edit.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(ISSUE, raise_exception=True)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the price of today and send the offer."""
    terms, by, seen = _found(pk), staff_actor(request), typed_number(request, "seen")
    done = _("Issued. The applicant gets a letter; the offer stands for 60 days.")
    return _act(request, terms.pk, done, lambda: lifecycle.issue_terms(terms.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(ISSUE, raise_exception=True)
def redraft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the same terms anew; an offer that stood is taken back."""
    terms = _found(pk)
    try:
        new = lifecycle.redraft_terms(terms.pk, by=staff_actor(request), now=timezone.now(), seen=typed_number(request, "seen"))
    except REFUSALS as refusal:
        messages.error(request, refusal_words(refusal))
        return redirect("staff_offer", pk)
    messages.success(request, _("This is the new draft. The former offer cannot be accepted any more."))
    return redirect("staff_offer", new.pk)


@require_POST
@permission_required(REQUEST, raise_exception=True)
def request_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a waiver; somebody else decides."""
    terms, form = _found(pk), WaiverRequestForm(request.POST)
    if not form.is_valid():
        return page(request, terms, request_form=form, status=422)
    given, by = form.cleaned_data, staff_actor(request)
    done = _("Asked. Somebody else has to decide it.")
    wanted = {key: given[key] for key in ("percent", "ground", "reason", "seen")}
    return _act(request, pk, done, lambda: offers.request_waiver(terms.pk, by=by, now=timezone.now(), **wanted))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def decide_waiver(request: HttpRequest, pk: int, waiver: int) -> HttpResponse:
    """Approve or refuse, with the password once more; never one's own request."""
    terms = _found(pk)
    if not terms.waivers.filter(pk=waiver).exists():
        raise Http404
    form = WaiverDecisionForm(request.POST, request=request)
    if not form.is_valid():
        return page(request, terms, decision_form=form, status=422)
    approve = request.POST.get("decision") == "approve"
    given, by = form.cleaned_data, staff_actor(request)
    done = _("The waiver is approved.") if approve else _("The waiver is refused. The applicant reads your reason.")
    return _act(
        request,
        pk,
        done,
        lambda: lifecycle.decide_waiver(
            waiver, approve=approve, by=by, now=timezone.now(), reason=given["reason"], expires_on=given["expires_on"] if approve else None
        ),
    )


@require_POST
@permission_required(TICK, raise_exception=True)
def tick(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    """Tick a paper, or take the tick back with the reason."""
    terms, by, note = _found(pk), staff_actor(request), typed_text(request, "note")
    if request.POST.get("command") == "withdraw":
        held = Licence.objects.filter(agreement__terms=terms).first()
        done = (
            _("The tick is taken back. License %(number)s stays as it is: ask for its suspension if it must not.") % {"number": held}
            if held
            else _("The tick is taken back.")
        )
        return _act(request, pk, done, lambda: offers.withdraw_evidence(terms.pk, requirement, by=by, now=timezone.now(), reason=note))
    done, file = _("Ticked."), request.POST.get("file", "")
    seen = {"note": note, "file_id": int(file) if file.isdecimal() and len(file) < 12 else None}
    return _act(request, pk, done, lambda: lifecycle.tick_evidence(terms.pk, requirement, by=by, now=timezone.now(), **seen))


def links(request: HttpRequest, application: Application) -> list[Link]:
    """Return where an approved application went: its offers and its invoices."""
    if not request.user.has_perm(VIEW):
        return []
    found = [
        Link(
            _("Offer: %(state)s") % {"state": OFFERS[offer_face(terms, now=timezone.now())].label}, reverse("staff_offer", args=[terms.pk])
        )
        for terms in application.terms.order_by("-pk")
    ]
    invoices = Invoice.objects.filter(terms__application=application) if request.user.has_perm(INVOICES) else Invoice.objects.none()
    return found + [Link(_("Invoice %(number)s") % {"number": one.number}, reverse("staff_invoice", args=[one.number])) for one in invoices]


LINKS.append(links)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("offers/", index, name="staff_offers"),
        path("offers/<int:pk>/", offer, name="staff_offer"),
        path("offers/<int:pk>/edit/", edit, name="staff_offer_edit"),
        path("offers/<int:pk>/issue/", issue, name="staff_offer_issue"),
        path("offers/<int:pk>/redraft/", redraft, name="staff_offer_redraft"),
        path("offers/<int:pk>/waiver/", request_waiver, name="staff_offer_waiver"),
        path("offers/<int:pk>/waiver/<int:waiver>/", decide_waiver, name="staff_waiver_decide"),
        path("offers/<int:pk>/papers/<int:requirement>/", tick, name="staff_offer_tick"),
    ]


class OffersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return OffersItem(gettext_lazy("Offers"), reverse("staff_offers"), name="offers", icon_name=ICON, order=230)
