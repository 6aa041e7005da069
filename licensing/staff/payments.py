"""Invoices in the CMS: what is open, overdue and settled; money that arrived is booked here."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from i18n import formats
from licensing import lifecycle
from licensing.history.models import Event
from licensing.organisations.models import Organisation
from licensing.payments.actions import Receipt, left_minor
from licensing.payments.cards import queries as cards
from licensing.payments.models import Invoice
from licensing.payments.rules import grouped, tolerance
from licensing.staff.actor import staff_actor
from licensing.staff.cards import APPROVE, RECEIVE, REFUND, DecisionForm
from licensing.staff.queues import RoomForm
from licensing.staff.receipts import booked
from licensing.staff.sums import SumField
from licensing.web.applications import label
from licensing.web.card_words import attempts_of
from licensing.web.money_words import INVOICES, PAYABLE, invoice_face, refusal_words
from licensing.web.payments import RELATED
from licensing.web.terms import REFUSALS
from licensing.web.timeline import timeline
from portal.core import private_files

VIEW = "licensing.view_invoice"
ICON = "list-ul"
VIEWS = {
    "open": pgettext_lazy("invoices", "Open"),
    "overdue": gettext_lazy("Overdue"),
    "settled": gettext_lazy("Settled"),
    "uncovered": gettext_lazy("No longer covered"),
    "all": gettext_lazy("All, with credit notes"),
}


class ReceiptForm(forms.Form):
    """Money that arrived, as the bank's statement says it."""

    received_on = forms.DateField(label=gettext_lazy("Credited on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    bank_reference = forms.CharField(
        label=gettext_lazy("Bank’s reference of the transfer"),
        max_length=60,
        help_text=gettext_lazy("So that no transfer is booked twice."),
    )
    note = forms.CharField(label=gettext_lazy("Note, such as who paid"), max_length=250, required=False)
    over = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the tick's value: how much too much was said to be right
    field_order = ["amount", "received_on"]
    asks_over = 0  # how much too much the tick asks about; 0 = no tick

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = invoice.currency
        label_ = _("Sum that arrived, in %(currency)s") % {"currency": invoice.currency}
        self.fields["amount"] = SumField(label=label_, currency=invoice.currency, example_minor=left_minor(invoice))
        self.order_fields(self.field_order)

    def receipt(self) -> Receipt:
        """Return what was booked; only after ``is_valid``."""
        given = self.cleaned_data
        return Receipt(given["amount"], self.currency, given["received_on"], given["bank_reference"], given["note"], given["over"] or 0)


def rows_of(view: str, *, on: date) -> QuerySet[Invoice]:
    """Return the invoices of one view as they stand ``on`` a day."""
    rows = Invoice.objects.all()
    if view == "open":
        return rows.waiting()
    if view == "overdue":
        return rows.overdue(on)
    if view == "uncovered":
        return rows.uncovered()
    return rows.standing().filter(settlement__isnull=False) if view == "settled" else rows


class InvoiceFilter(RoomForm):
    programme_path = "terms__application__offering__programme__code"


def in_order(view: str, *, on: date) -> QuerySet[Invoice]:
    """Return the invoices of one view with what has arrived: while they wait for money by the day on which it is due, else newest first."""
    order = ("due_on", "pk") if view in ("open", "overdue", "uncovered") else ("-opened_at", "-pk")
    return rows_of(view, on=on).with_received().select_related(*RELATED).order_by(*order)


def _found_by(rows: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
    """Keep what a bank statement may name: number, reference, or any name of the organisation."""
    if not text:
        return rows
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    found = Q(number__iexact=text) | Q(organisation__in=Organisation.objects.found_by(text))
    return rows.filter(found | Q(reference__icontains=signs) if signs else found)


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List invoices of one view, what is due first."""
    on, view, asked = timezone.now().date(), request.GET.get("view", "open"), InvoiceFilter(request.GET)
    view = view if view in VIEWS else "open"
    page = page_of(request, _found_by(asked.narrow(in_order(view, on=on)), asked.given("q")))
    context = {
        "page": page,
        "rows": [(row, label(row.terms.application), INVOICES[invoice_face(row, on=on)]) for row in page],
        "view": view,
        "views": [(key, words, rows_of(key, on=on).count()) for key, words in VIEWS.items()],
        "filters": asked,
        "breadcrumbs_items": [{"url": "", "label": _("Invoices")}],
        "header_title": _("Invoices"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/invoices.html", context)


def _found(number: str) -> Invoice:
    invoice = Invoice.objects.with_received().select_related(*RELATED).filter(number=number).first()
    if invoice is None:
        raise Http404
    return invoice


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(VIEW, raise_exception=True)
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Show one invoice; a POST books money that arrived."""
    found = _found(number)
    if request.method == "POST" and not request.user.has_perm(RECEIVE):
        raise PermissionDenied
    form = ReceiptForm(request.POST or None, invoice=found, initial={"received_on": timezone.now().date()})
    if request.method == "POST" and form.is_valid() and (response := _receive(request, found, form)):
        return response
    return render(request, "licensing/staff/invoice.html", _context(request, found, form), status=422 if form.errors else 200)


def _receive(request: HttpRequest, found: Invoice, form: ReceiptForm) -> HttpResponse | None:
    """Book it and go back to the page; None where it is refused, so that what was typed stays."""
    try:
        booked = lifecycle.receive_payment(found.pk, form.receipt(), by=staff_actor(request), now=timezone.now())
    except REFUSALS as refusal:
        form.add_error(None, refusal_words(refusal))
        form.asks_over = getattr(refusal, "facts", {}).get("over_minor", 0)
        return None
    messages.success(request, _outcome(_found(booked.number)))
    return redirect("staff_invoice", booked.number)


def _outcome(invoice: Invoice) -> str:
    language = get_language() or "en"

    def say(minor: int) -> str:
        return formats.money(minor, invoice.currency, language)

    left, short = left_minor(invoice), invoice.total_minor - invoice.received_minor
    facts = {"received": say(invoice.received_minor), "total": say(invoice.total_minor)}
    if left:
        return _("Booked. %(received)s of %(total)s have arrived; %(left)s is still open.") % {**facts, "left": say(left)}
    if short > 0:
        return _("Settled. %(short)s short: within tolerance, booked as bank charges.") % {"short": say(short)}
    if short < 0:
        return _("Settled. %(over)s too much has arrived and has to be returned.") % {"over": say(-short)}
    return _("Settled. %(received)s have arrived.") % facts


def _context(request: HttpRequest, found: Invoice, form: ReceiptForm) -> dict[str, Any]:
    face = invoice_face(found, on=timezone.now().date())
    waits, may = face in PAYABLE, request.user.has_perm
    return {
        "invoice": found,
        "face": face,
        "shown": INVOICES[face],
        "label": label(found.terms.application),
        "left_minor": left_minor(found),
        "uncovered": found.uncovered,
        "attempts": attempts_of(found, staff=True),
        "may_refund": may(REFUND),
        "asked": [
            (row, may(APPROVE) and row.requested_by_id != request.user.pk, may(REFUND) and row.requested_by_id == request.user.pk)
            for row in cards.refunds_to_decide().filter(attempt__invoice=found).select_related("attempt", "requested_by")
        ],
        "decision_form": DecisionForm(request=request),
        "over_minor": max(0, found.received_minor - found.total_minor),
        "to_return": found.received_minor if face == "cancelled" else 0,
        "tolerance_minor": tolerance(found.total_minor, found.currency),
        "reference": grouped(found.reference),
        "short_minor": max(0, found.total_minor - found.received_minor) if face == "settled" else 0,
        "booked": booked(found),
        "may_receive": may(RECEIVE),
        "form": form if waits and may(RECEIVE) else None,
        "timeline": timeline(Event.objects.of(found)),
        "zone": request.user.timezone,
        "breadcrumbs_items": [{"url": reverse("staff_invoices"), "label": _("Invoices")}, {"url": "", "label": found.number}],
        "header_title": f"{found.number}: {found.organisation}",
        "header_icon": ICON,
    }


@require_safe
@permission_required(VIEW, raise_exception=True)
def document(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the document exactly as it was stored."""
    found = _found(number)
    return private_files.send(request, found.document_key, sha256=found.document_sha256, name=f"{number}.pdf", inline=True)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("invoices/", index, name="staff_invoices"),
        path("invoices/<slug:number>/", invoice, name="staff_invoice"),
        path("invoices/<slug:number>/document.pdf", document, name="staff_invoice_document"),
    ]


class InvoicesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return InvoicesItem(gettext_lazy("Invoices"), reverse("staff_invoices"), name="invoices", icon_name=ICON, order=250)
