"""Invoices on the desk: what is due, how to pay it, what has arrived."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing.history.models import Event
from licensing.organisations.rules import Act
from licensing.payments import stripe_gateway as gateway
from licensing.payments.actions import left_minor
from licensing.payments.models import Invoice
from licensing.payments.rules import grouped, tolerance
from licensing.web.acting import Acting, acting_for
from licensing.web.applications import label
from licensing.web.card_words import attempts_of
from licensing.web.money_words import INVOICES, PAYABLE, invoice_face
from licensing.web.timeline import timeline
from portal.core import private_files

RELATED = ("terms__application__offering", "terms__application__edition", "organisation__place", "settlement", "cancelled_by", "cancels")


@require_safe
@acting_for(Act.SEE_MONEY)
def invoices(request: HttpRequest) -> HttpResponse:
    """List the invoices and credit notes of the organisation, newest first."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    rows = Invoice.objects.visible_to(request.user).filter(organisation=acting.organisation).with_received().select_related(*RELATED)
    on = timezone.now().date()
    found = [(row, label(row.terms.application), INVOICES[invoice_face(row, on=on)]) for row in rows]
    return render(request, "licensing/payments/invoices.html", {"rows": found})


def found_invoice(request: HttpRequest, number: str) -> Invoice:
    """Return the invoice if the person may see it.

    :raises Http404: unknown or another organisation's.
    """
    invoice = Invoice.objects.visible_to(request.user).with_received().select_related(*RELATED).filter(number=number).first()
    if invoice is None:
        raise Http404
    return invoice


@require_safe
@acting_for(Act.SEE_DESK)
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Show one invoice or credit note."""
    found = found_invoice(request, number)
    acting: Acting = request.acting  # type: ignore[attr-defined]
    if found.organisation_id != acting.organisation_id:
        return redirect(f"{request.path}?for={found.organisation_id}")
    face = invoice_face(found, on=timezone.now().date())
    context = {
        "invoice": found,
        "face": face,
        "shown": INVOICES[face],
        "label": label(found.terms.application),
        "application": found.terms.application,
        "payable": face in PAYABLE,
        "by_card": face in PAYABLE and gateway.is_open(),
        "left_minor": left_minor(found),
        "short_minor": max(0, found.total_minor - found.received_minor),
        "over_minor": max(0, found.received_minor - found.total_minor),
        "tolerance_minor": tolerance(found.total_minor, found.currency),
        "attempts": attempts_of(found),
        "reference": grouped(found.reference),
        "receipts": found.receipts.filter(taken_back_at=None).order_by("received_on", "pk"),
        "timeline": timeline(Event.objects.of(found).shown_to_applicant()),
        "zone": found.organisation.place.zone,
    }
    return render(request, "licensing/payments/invoice.html", context)


@require_safe
@acting_for(Act.SEE_DESK)
def document(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the document exactly as it was stored when it was opened."""
    found = found_invoice(request, number)
    return private_files.send(request, found.document_key, sha256=found.document_sha256, name=f"{found.number}.pdf", inline=True)
