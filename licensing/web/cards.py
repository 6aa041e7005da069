"""Paying an invoice by card: to the provider's page, and back from it."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from licensing import card_payments
from licensing.organisations.rules import Act
from licensing.payments import stripe_gateway as gateway
from licensing.payments.actions import NotAllowed, left_minor
from licensing.payments.cards.models import PaymentAttempt
from licensing.payments.cards.rules import AttemptState
from licensing.web.acting import Acting, acting_for, actor
from licensing.web.applications import label
from licensing.web.card_words import ATTEMPTS, HEADINGS
from licensing.web.money_words import PAYABLE, invoice_face, refusal_words
from licensing.web.payments import found_invoice

log = logging.getLogger(__name__)


@require_POST
@acting_for(Act.SEE_DESK)
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to pay by card and lead to the provider's page.

    By a page of our own that leads on at once: browsers stop a form that ends on another site (``form-action``).
    """
    found = found_invoice(request, number)
    acting: Acting = request.acting  # type: ignore[attr-defined]
    if not gateway.is_open():
        raise Http404
    if found.organisation_id != acting.organisation_id:
        return redirect(f"{reverse('invoice', args=[found.number])}?for={found.organisation_id}")
    context = {"invoice": found, "label": label(found.terms.application), "left_minor": left_minor(found)}
    try:
        page = card_payments.open_page(
            found, email=request.user.email, language=get_language() or "en", by=actor(request), now=timezone.now()
        )
    except NotAllowed as refusal:
        messages.error(request, refusal_words(refusal))
        return redirect("invoice", found.number)
    except gateway.Unreachable as trouble:
        log.warning("no payment page for %s: %s", found.number, trouble)
        return render(request, "licensing/payments/no_page.html", {**context, "later": True}, status=503)
    except gateway.Declined:
        return render(request, "licensing/payments/no_page.html", context, status=503)
    response = render(request, "licensing/payments/to_page.html", {**context, "page": page})
    response.headers["Refresh"] = f"0; url={page}"
    return response


@require_safe
@acting_for(Act.SEE_DESK)
def payment(request: HttpRequest, number: str, attempt: int) -> HttpResponse:
    """Show how a payment stands to whoever comes back from paying. Where nobody has told us yet, the provider is asked."""
    found = found_invoice(request, number)
    tried = found.attempts.filter(number=attempt).first()
    if tried is None:
        raise Http404
    acting: Acting = request.acting  # type: ignore[attr-defined]
    if found.organisation_id != acting.organisation_id:
        return redirect(f"{request.path}?for={found.organisation_id}")
    if tried.state in (AttemptState.CREATED, AttemptState.PROCESSING) and gateway.is_open():
        _ask(tried)
        found, tried = found_invoice(request, number), found.attempts.get(pk=tried.pk)
    standing, face = tried.standing, invoice_face(found, on=timezone.now().date())
    context = {
        "invoice": found,
        "attempt": tried,
        "standing": standing,
        "heading": HEADINGS[standing],
        "shown": ATTEMPTS[standing],
        "label": label(found.terms.application),
        "payable": face in PAYABLE,
        "application": found.terms.application,
        "zone": found.organisation.place.zone,
    }
    return render(request, "licensing/payments/payment.html", context)


def _ask(attempt: PaymentAttempt) -> None:
    """Ask the provider; where it does not answer, the page says what we know, and the worker asks again."""
    try:
        card_payments.check(attempt, now=timezone.now())
    except (gateway.Unreachable, gateway.Declined) as trouble:
        log.warning("how %s stands is not known yet: %s", attempt.key, trouble)
