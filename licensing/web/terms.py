"""An offer on its organisation's desk: read it, accept it, ask for a waiver, decline it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from licensing import lifecycle
from licensing.agreements import rules as agreements_rules
from licensing.agreements.models import Agreement
from licensing.conditions import conditions
from licensing.entitlements.models import Licence
from licensing.fees.rules import NotPriced
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations.rules import Act
from licensing.payments import rules as payments_rules
from licensing.payments.models import Invoice
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer
from licensing.terms.rules import PERCENTS, State, needs_order
from licensing.web import evidence, mandate_turns, offer_page
from licensing.web.acting import Acting, acting_for, actor, refused
from licensing.web.applications import label
from licensing.web.money_words import OFFERS, offer_face, refusal_words

REFUSALS = (offers.NotAllowed, payments_rules.NotAllowed, agreements_rules.NotAllowed, NotPriced, Stale)


def of_offer(act: Act) -> Callable:
    """Open a view to who may do ``act`` on the newest sent offer of the application named in the address; unknown and foreign look the same: 404."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @acting_for(Act.SEE_DESK)
        @wraps(view)
        def found(request: HttpRequest, number: str, **kwargs) -> HttpResponseBase:
            visible = TermsOffer.objects.visible_to(request.user).filter(application__number=number)
            related = ("application__organisation__place", "application__offering__programme", "application__edition", "accepted_by")
            terms = visible.select_related(*related).order_by("-issued_at", "-pk").first()
            if terms is None:
                raise Http404
            acting: Acting = request.acting  # type: ignore[attr-defined]
            if terms.organisation_id != acting.organisation_id:
                return redirect(f"{request.path}?for={terms.organisation_id}")
            return view(request, terms, **kwargs) if acting.may(act) else refused(request, act)

        return found

    return decorate


class Seen(forms.Form):
    """A form that knows which event its page was drawn from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AcceptForm(Seen):
    purchase_order = forms.CharField(
        label=_("Your purchase order number"), max_length=60, required=False, help_text=_("It stands on the invoice, if you need one.")
    )

    def __init__(self, *args: Any, terms: TermsOffer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if needs_order(terms.application.last_answers, total_minor=terms.quote.total_minor):
            order = self.fields["purchase_order"]
            order.required = True
            order.help_text = _("Your application says that you need one before the invoice. The number stands on the invoice.")


def percents() -> list[tuple[int, str]]:
    """Return how much of a fee can be waived, as the reader's language writes it."""
    return [(percent, gettext("%(percent)s%%") % {"percent": percent}) for percent in PERCENTS]


class WaiverForm(Seen):
    percent = forms.TypedChoiceField(
        label=_("How much of the fee shall be waived?"),
        coerce=int,
        choices=percents,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say who takes part, what they pay, and who else pays for it. Whoever decides reads this."),
    )


class DeclineForm(Seen):
    reason = forms.CharField(label=_("Why do you decline?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


@require_safe
@of_offer(Act.SEE_APPLICATIONS)
def offer(request: HttpRequest, terms: TermsOffer) -> HttpResponse:
    """Show the offer with its computation and what can be done with it."""
    return render(request, "licensing/terms/offer.html", _context(request, terms, AcceptForm(terms=terms, initial={"seen": latest(terms)})))


def _context(request: HttpRequest, terms: TermsOffer, form: AcceptForm) -> dict[str, Any]:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    face, waiver = offer_face(terms, now=timezone.now()), terms.waiver
    agreement = Agreement.objects.exclude(state="voided").filter(terms=terms).first()
    needed = evidence.of_terms(terms) if terms.state == State.ACCEPTED else []
    before = mandate_turns.ways(terms, acting, request.user, timezone.now())  # type: ignore[arg-type]
    refused_waiver = None if waiver else terms.waivers.order_by("-pk").first()
    return {
        "terms": terms,
        "application": terms.application,
        "label": label(terms.application),
        "face": face,
        "shown": OFFERS[face],
        "price": offer_page.price_of(terms.quote, waiver),
        "details": offer_page.terms_shown(terms),
        "waiver": waiver or refused_waiver,
        "form": form,
        "before": before,
        "free": terms.quote.total_minor == 0,
        "licence": Licence.objects.visible_to(request.user).filter(agreement=agreement).first() if agreement else None,
        "papers": needed,
        "papers_to_send": any(paper.to_send for paper in needed) and acting.may(Act.APPLY),
        "papers_waiting": any(paper.with_licensor for paper in needed),
        "may_accept": face == "issued" and acting.may(Act.ACCEPT_TERMS),
        "may_ask": face == "issued" and waiver is None and terms.quote.gross_minor > 0 and acting.may(Act.REQUEST_WAIVER),
        "may_decline": face in ("issued", "waiver") and acting.may(Act.ACCEPT_TERMS),
        "sees_money": acting.may(Act.SEE_MONEY),
        "invoice": Invoice.objects.standing().filter(terms=terms).first(),
        "agreement": agreement if agreement and agreement.sent_at and acting.may(Act.SEE_AGREEMENTS) else None,
        "conditions": conditions(terms, agreement, language=get_language() or "en") if terms.state == State.ACCEPTED else None,
        "timeline": offer_page.history(terms, Event.objects.of(terms).shown_to_applicant()),
    }


@require_http_methods(["POST"])
@of_offer(Act.ACCEPT_TERMS)
def accept(request: HttpRequest, terms: TermsOffer) -> HttpResponse:
    """Accept; that opens the invoice and draws up the agreement."""
    form = AcceptForm(request.POST, terms=terms)
    if not form.is_valid():
        return render(request, "licensing/terms/offer.html", _context(request, terms, form), status=422)
    given = form.cleaned_data
    try:
        lifecycle.accept_terms(terms.pk, by=actor(request), now=timezone.now(), purchase_order=given["purchase_order"], seen=given["seen"])
    except REFUSALS as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        free = terms.quote.total_minor == 0
        messages.success(
            request,
            gettext("Accepted. Nothing is to be paid; the agreement is being prepared.")
            if free
            else gettext("Accepted. The invoice is open, and the agreement is being prepared."),
        )
    return redirect("offer", terms.application.number)


@require_http_methods(["GET", "HEAD", "POST"])
@of_offer(Act.REQUEST_WAIVER)
def waiver(request: HttpRequest, terms: TermsOffer) -> HttpResponse:
    """Ask for a waiver; somebody else decides."""
    form = WaiverForm(request.POST or None, initial={"seen": latest(terms), "percent": 100})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            offers.request_waiver(
                terms.pk, percent=given["percent"], reason=given["reason"], by=actor(request), now=timezone.now(), seen=given["seen"]
            )
        except REFUSALS as refusal:
            messages.error(request, refusal_words(refusal))
        else:
            messages.success(request, gettext("Your request is with the licensor. The offer waits until it is decided."))
        return redirect("offer", terms.application.number)
    context = {"terms": terms, "application": terms.application, "label": label(terms.application), "form": form}
    context["price"] = offer_page.price_of(terms.quote, terms.waiver)
    return render(request, "licensing/terms/waiver.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_offer(Act.ACCEPT_TERMS)
def decline(request: HttpRequest, terms: TermsOffer) -> HttpResponse:
    """Ask why, then decline for good."""
    form = DeclineForm(request.POST or None, initial={"seen": latest(terms)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            offers.decline(terms.pk, by=actor(request), now=timezone.now(), reason=given["reason"], seen=given["seen"])
        except REFUSALS as refusal:
            messages.error(request, refusal_words(refusal))
        else:
            messages.success(request, gettext("The offer is declined. The licensor reads your reason and may make another one."))
        return redirect("offer", terms.application.number)
    context = {"terms": terms, "application": terms.application, "label": label(terms.application), "form": form}
    return render(request, "licensing/terms/decline.html", context, status=422 if form.errors else 200)
