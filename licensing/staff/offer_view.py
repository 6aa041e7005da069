"""The page of one offer in the CMS: what it costs, who decides its waiver, which papers are in, what can be done."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from licensing.agreements.models import Agreement
from licensing.applications.models import ApplicationFile
from licensing.entitlements.models import Licence
from licensing.fees import queries as fees
from licensing.fees.rules import NotPriced
from licensing.fees.words import why_not
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.offerings.models import EvidenceRequirement
from licensing.organisations import mandate
from licensing.organisations.queries import belongs
from licensing.payments.models import Invoice
from licensing.staff.terms_forms import WaiverDecisionForm, WaiverRequestForm
from licensing.terms import actions as offers
from licensing.terms.models import EvidenceTick, TermsOffer, Waiver
from licensing.terms.rules import State
from licensing.web import evidence, offer_page
from licensing.web.applications import label
from licensing.web.mandate_words import for_staff
from licensing.web.money_words import OFFERS, offer_face

ISSUE, REQUEST, APPROVE, TICK = "licensing.issue_terms", "licensing.request_waiver", "licensing.approve_waiver", "licensing.tick_evidence"
ICON = "draft"


def page(request: HttpRequest, terms: TermsOffer, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Return the page; ``forms`` are those that were sent and have to be shown again."""
    user, now, seen = request.user, timezone.now(), latest(terms)
    face, waiver = offer_face(terms, now=now), terms.waiver
    price, not_priced = _price(terms)
    inside = belongs(terms.application.organisation_id, user.pk)
    application = terms.application
    opened = terms.state in (State.DRAFT, State.ISSUED)
    found = mandate.obstacles(application.organisation, mandate.declared_by(application), now=now) if opened else []
    pending = waiver is not None and waiver.state == Waiver.State.REQUESTED
    decides = pending and not inside and user.has_perm(APPROVE)
    context = {
        "terms": terms,
        "application": application,
        "before": [for_staff(one) for one in found],
        "label": label(terms.application),
        "face": face,
        "shown": OFFERS[face],
        "price": price,
        "not_priced": not_priced,
        "details": offer_page.terms_shown(terms),
        "seen": seen,
        "inside": inside,
        "waiver": waiver,
        "waivers": terms.waivers.filter(state=Waiver.State.REFUSED).select_related("requested_by", "decided_by").order_by("-pk"),
        "may_edit": terms.state == State.DRAFT and user.has_perm(ISSUE),
        "may_issue": terms.state == State.DRAFT and price is not None and not pending and not inside and user.has_perm(ISSUE),
        "may_redraft": face in ("issued", "waiver", "over", "declined", "superseded")
        and terms.state != State.DRAFT
        and user.has_perm(ISSUE),
        "own_request": decides and waiver is not None and user.pk in offers.authors(terms, waiver),
        "decision_form": forms.get("decision_form") or (WaiverDecisionForm(request=request) if decides else None),
        "request_form": forms.get("request_form") or _request_form(request, terms, seen),
        "papers": _papers(terms),
        "may_tick": terms.state in (State.DRAFT, State.ISSUED, State.ACCEPTED) and not inside and user.has_perm(TICK),
        "invoice": Invoice.objects.standing().filter(terms=terms).first(),
        "agreement": Agreement.objects.exclude(state="voided").filter(terms=terms).first(),
        "licence": Licence.objects.filter(agreement__terms=terms).first(),
        "timeline": offer_page.history(terms, Event.objects.of(terms)),
        "zone": user.timezone,
        "breadcrumbs_items": [{"url": reverse("staff_offers"), "label": _("Offers")}, {"url": "", "label": terms.application.number}],
        "header_title": f"{terms.application.number}: {terms.application.organisation}",
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/offer.html", context, status=status)


def _price(terms: TermsOffer) -> tuple[offer_page.PriceShown | None, str]:
    """Return the frozen price, or for a draft what it would be today; and why there is none."""
    if terms.state != State.DRAFT:
        quote = terms.quotes.first()
        return (offer_page.price_of(quote, terms.waiver), "") if quote else (None, "")
    try:
        priced = fees.quote_for(terms, on=timezone.now().date())
    except NotPriced as error:
        return None, why_not(error)
    return offer_page.preview_of(priced, terms.waiver, by_hand=terms.tier_reason if terms.tier_override else ""), ""


def _request_form(request: HttpRequest, terms: TermsOffer, seen: int) -> WaiverRequestForm | None:
    if terms.state in (State.DRAFT, State.ISSUED) and terms.waiver is None and request.user.has_perm(REQUEST):
        return WaiverRequestForm(initial={"seen": seen})
    return None


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A required paper as staff tick it: its tick, what was sent for it, and every file it may be in, its own first."""

    requirement: EvidenceRequirement
    tick: EvidenceTick | None
    sent: list[ApplicationFile]
    given: bool
    files: list[ApplicationFile]


def _papers(terms: TermsOffer) -> list[PaperShown]:
    ticks = {tick.requirement_id: tick for tick in terms.evidence.filter(withdrawn_at=None).select_related("ticked_by", "file")}
    files = list(terms.application.files.frozen().order_by("pk"))
    found = []
    for paper in evidence.of_terms(terms):
        sent = paper.files or [file for file in files if paper.given and file.key == evidence.GIVEN.get(paper.requirement.code)]
        others = [file for file in files if file not in sent]
        found.append(PaperShown(paper.requirement, ticks.get(paper.requirement.pk), sent, paper.given, sent + others))
    return found
