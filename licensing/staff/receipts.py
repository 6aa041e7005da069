"""Transfers in the CMS once they are booked: what arrived, and the way to take back what was booked by mistake."""

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from licensing.history.models import Event
from licensing.payments.models import Invoice, PaymentReceipt
from licensing.payments.rules import NotAllowed
from licensing.payments.taking_back import take_back
from licensing.staff.actor import staff_actor
from licensing.staff.cards import RECEIVE
from licensing.web.money_words import refusal_words


class Booked(NamedTuple):
    """A transfer, and the event that took it back, if one did."""

    receipt: PaymentReceipt
    taken_back: Event | None


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason; the licensee reads it"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))


def booked(invoice: Invoice) -> list[Booked]:
    """Return every transfer ever booked on an invoice, in the order of its day."""
    taken = {event.payload["receipt"]: event for event in Event.objects.of(invoice).filter(command="take_back")}
    return [Booked(row, taken.get(row.pk)) for row in invoice.receipts.order_by("received_on", "pk")]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RECEIVE, raise_exception=True)
def take_back_receipt(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say what taking a booking back means, and do it with a reason."""
    found = PaymentReceipt.objects.select_related("invoice__organisation").filter(pk=pk, invoice__number=number).first()
    if found is None:
        raise Http404
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(found.pk, reason=form.cleaned_data["reason"], by=staff_actor(request), now=timezone.now())
        except NotAllowed as refusal:
            form.add_error(None, refusal_words(refusal))
        else:
            messages.success(request, _("Taken back. It stays in the record and no longer counts."))
            return redirect("staff_invoice", number)
    context = {
        "invoice": found.invoice,
        "receipt": found,
        "form": form,
        "breadcrumbs_items": [
            {"url": reverse("staff_invoices"), "label": _("Invoices")},
            {"url": reverse("staff_invoice", args=[number]), "label": number},
            {"url": "", "label": _("Take a booking back")},
        ],
        "header_title": _("Take a booking of %(number)s back") % {"number": number},
        "header_icon": "list-ul",
    }
    return render(request, "licensing/staff/take_back.html", context, status=422 if form.errors else 200)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("invoices/<slug:number>/receipts/<int:pk>/take-back/", take_back_receipt, name="staff_receipt_take_back")]
