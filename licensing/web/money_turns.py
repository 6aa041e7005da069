"""What the desk says about offers and invoices."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from i18n import formats
from licensing.organisations.rules import Act
from licensing.payments import stripe_gateway as gateway
from licensing.payments.actions import left_minor
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer
from licensing.terms.rules import State
from licensing.web.acting import Acting
from licensing.web.applications import label
from licensing.web.money_words import INVOICES, OFFERS, PAYABLE, invoice_face, offer_face
from licensing.web.turns import Section, TurnItem
from portal.accounts.models import User

SHOWN = 6  # invoices on the desk; the list has all


def offer_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """An offer waits for owner or finance; what is drafted or asked waits for the licensor."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return []
    rows = TermsOffer.objects.of(acting.organisation).filter(state__in=[State.DRAFT, State.ISSUED])
    rows = rows.select_related("application__offering", "application__edition").prefetch_related("waivers")
    return [_offer(terms, acting, now=now) for terms in rows]


def _offer(terms: TermsOffer, acting: Acting, *, now: datetime) -> TurnItem:
    application, face = terms.application, offer_face(terms, now=now)
    about = {"label": label(application)}
    common = {"application_id": application.pk, "zone": terms.zone}
    if terms.state == State.DRAFT:
        return TurnItem(
            title=gettext("Offer: %(label)s") % about, url=reverse("application", args=[application.number]), yours=False,
            text=gettext("Your application is approved; the licensor prepares the offer."), state=gettext("With the licensor"), tone="quiet", **common,
        )  # fmt: skip
    url = reverse("offer", args=[application.number])
    if face != "issued":
        return TurnItem(
            title=gettext("Offer: %(label)s") % about, url=url, yours=False, state=str(OFFERS[face].label), tone=OFFERS[face].tone, **common
        )
    quote, language = terms.quote, get_language() or "en"
    total = formats.money(quote.total_minor, quote.currency, language, trim=True)
    may = acting.may(Act.ACCEPT_TERMS)
    return TurnItem(
        title=gettext("Accept the offer: %(label)s") % about, url=url, yours=may, due=terms.valid_until, due_note=gettext("the offer stands until then"),
        text=gettext("Nothing is to be paid. Accepting prepares the agreement.")
        if quote.total_minor == 0
        else gettext("%(total)s. Accepting opens the invoice and the agreement.") % {"total": total}, action=gettext("Read the offer"),
        state=gettext("With your owner or finance contact"), **common,
    )  # fmt: skip


def invoice_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """What is to be paid waits for owner or finance; nobody else sees it."""
    if not acting.may(Act.SEE_MONEY):
        return []
    rows = Invoice.objects.waiting().filter(organisation=acting.organisation).with_received()
    rows = rows.select_related("terms__application__offering", "terms__application__edition")
    return [_invoice(invoice, acting, now=now) for invoice in rows]


def _invoice(invoice: Invoice, acting: Acting, *, now: datetime) -> TurnItem:
    left = formats.money(left_minor(invoice), invoice.currency, get_language() or "en")
    facts = {"left": left, "number": invoice.number, "label": label(invoice.terms.application)}
    overdue = invoice.due_on < now.date()
    return TurnItem(
        title=(gettext("Pay %(left)s") if gateway.is_open() else gettext("Pay %(left)s by transfer")) % facts,
        url=reverse("invoice", args=[invoice.number]),
        text=gettext("Invoice %(number)s: %(label)s") % facts,
        due=invoice.due_on,
        due_note=gettext("overdue") if overdue else "",
        action=gettext("See how to pay"),
        zone=acting.organisation.place.zone,
        application_id=invoice.terms.application_id,
    )


def dues_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """The newest invoices, and what is open today in each currency."""
    if not acting.may(Act.SEE_MONEY):
        return None
    rows = list(Invoice.objects.filter(organisation=acting.organisation).with_received().select_related("settlement", "cancelled_by"))
    if not rows:
        return None
    on = now.date()
    left: dict[str, int] = {}
    for row in rows:
        if invoice_face(row, on=on) in PAYABLE:
            left[row.currency] = left.get(row.currency, 0) + left_minor(row)
    context = {
        "rows": [(row, INVOICES[invoice_face(row, on=on)]) for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "open": sorted(left.items()) or [(rows[0].currency, 0)],
        "zone": acting.organisation.place.zone,
    }
    return Section(key="dues", title=gettext("Payments"), template="licensing/payments/dues.html", context=context, half=True)
