"""Cards in the CMS: payments that need a person, and refunds by two."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from i18n import formats
from licensing.payments.cards import cases, queries, returns
from licensing.payments.cards.models import PaymentAttempt, PaymentCase, Refund
from licensing.payments.models import Invoice
from licensing.payments.rules import NotAllowed
from licensing.staff.actor import staff_actor
from licensing.staff.case_words import CASES
from licensing.staff.sums import SumField
from licensing.web.money_words import refusal_words
from portal.accounts.stepup import PasswordConfirmation

VIEW, RECEIVE = "licensing.view_queue", "licensing.receive_payment"
REFUND, APPROVE = "licensing.refund_payment", "licensing.approve_refund"
ICON = "warning"


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("What was done about it"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))


class RefundForm(PasswordConfirmation):
    """How much of which payment goes back, and why."""

    attempt = forms.ChoiceField(label=gettext_lazy("Payment"))
    reason = forms.CharField(
        label=gettext_lazy("Reason; the payer reads it once the money is returned"),
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, invoice: Invoice, attempts: list[PaymentAttempt], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency, language = invoice.currency, get_language() or "en"
        label_, most = (
            _("Sum to return, in %(currency)s") % {"currency": invoice.currency},
            max((row.refundable_minor for row in attempts), default=0),
        )
        self.fields["amount"] = SumField(label=label_, currency=invoice.currency, example_minor=most)
        self.order_fields(["attempt", "amount"])
        self.fields["attempt"].choices = [
            (
                row.pk,
                _("No. %(number)s, up to %(sum)s")
                % {"number": row.number, "sum": formats.money(row.refundable_minor, row.currency, language)},
            )
            for row in attempts
        ]


class DecisionForm(PasswordConfirmation):
    """A decision about one refund; a refusal needs its reason."""

    reason = forms.CharField(label=gettext_lazy("Reason, if you refuse"), max_length=250, required=False)


def refundable(invoice: Invoice) -> list[PaymentAttempt]:
    """Return the payments of which something may go back."""
    return [row for row in invoice.attempts.prefetch_related("refunds", "disputes") if row.refundable_minor]


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List what needs a person, the newest first; ``view`` is open or closed."""
    closed = request.GET.get("view") == "closed"
    rows = PaymentCase.objects.filter(closed_at__isnull=not closed).select_related("invoice__organisation", "closed_by")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, CASES[row.code]) for row in page],
        "closed": closed,
        "waiting": queries.open_cases().count(),
        "zone": request.user.timezone,
        "breadcrumbs_items": [{"url": "", "label": _("Payments that need a person")}],
        "header_title": _("Payments that need a person"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/payment_cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(VIEW, raise_exception=True)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case with what was told; a POST closes it."""
    found = PaymentCase.objects.select_related("invoice__organisation", "event", "closed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method == "POST" and not request.user.has_perm(RECEIVE):
        raise PermissionDenied
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cases.close_case(found.pk, note=form.cleaned_data["note"], by=staff_actor(request), now=timezone.now())
        except NotAllowed as refusal:
            messages.error(request, refusal_words(refusal))
        else:
            messages.success(request, _("Closed."))
        return redirect("staff_payment_cases")
    context = {
        "case": found,
        "words": CASES[found.code],
        "told": json.dumps(found.facts, indent=1, sort_keys=True, ensure_ascii=False) if found.facts else "",
        "form": form if found.closed_at is None and request.user.has_perm(RECEIVE) else None,
        "zone": request.user.timezone,
        "breadcrumbs_items": [
            {"url": reverse("staff_payment_cases"), "label": _("Payments that need a person")},
            {"url": "", "label": str(CASES[found.code].title)},
        ],
        "header_title": CASES[found.code].title,
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/payment_case.html", context, status=422 if form.errors else 200)


def _invoice(number: str) -> Invoice:
    found = Invoice.objects.select_related("organisation").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(REFUND, raise_exception=True)
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Ask that money goes back; somebody else approves it on the invoice's page."""
    found = _invoice(number)
    attempts = refundable(found)
    form = RefundForm(request.POST or None, request=request, invoice=found, attempts=attempts)
    if request.method == "POST" and form.is_valid() and (response := _ask(request, found, form)):
        return response
    context = {
        "invoice": found,
        "form": form if attempts else None,
        "breadcrumbs_items": [
            {"url": reverse("staff_invoices"), "label": _("Invoices")},
            {"url": reverse("staff_invoice", args=[number]), "label": number},
            {"url": "", "label": _("Refund")},
        ],
        "header_title": _("Return money of %(number)s") % {"number": number},
        "header_icon": "list-ul",
    }
    return render(request, "licensing/staff/refund.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, invoice: Invoice, form: RefundForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        returns.request_refund(int(given["attempt"]), given["amount"], reason=given["reason"], by=staff_actor(request), now=timezone.now())
    except NotAllowed as refusal:
        form.add_error(None, refusal_words(refusal))
        return None
    messages.success(request, _("Asked. A second person has to approve; nothing has been returned yet."))
    return redirect("staff_invoice", invoice.number)


@require_POST
@permission_required(VIEW, raise_exception=True)
def decide(request: HttpRequest, number: str, refund: int) -> HttpResponse:
    """Approve a refund or refuse it, with the password once more. Who may ask may take the own request back."""
    found = Refund.objects.filter(pk=refund, attempt__invoice=_invoice(number)).first()
    if found is None:
        raise Http404
    approve = request.POST.get("decision") == "approve"
    own = not approve and found.requested_by_id == request.user.pk and request.user.has_perm(REFUND)
    if not (own or request.user.has_perm(APPROVE)):
        raise PermissionDenied
    form = DecisionForm(request.POST, request=request)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("staff_invoice", number)
    try:
        returns.decide_refund(found.pk, approve=approve, by=staff_actor(request), now=timezone.now(), reason=form.cleaned_data["reason"])
    except NotAllowed as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, _("Approved. The money is sent back now.") if approve else _("Not approved. Nothing is returned."))
    return redirect("staff_invoice", number)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("payments/", index, name="staff_payment_cases"),
        path("payments/<int:pk>/", case, name="staff_payment_case"),
        path("invoices/<slug:number>/refund/", refund, name="staff_refund"),
        path("invoices/<slug:number>/refunds/<int:refund>/", decide, name="staff_refund_decide"),
    ]


class CasesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW) and PaymentCase.objects.exists()


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return CasesItem(
        gettext_lazy("Payments that need a person"), reverse("staff_payment_cases"), name="payment-cases", icon_name=ICON, order=255
    )
