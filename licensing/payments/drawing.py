"""What an invoice says, copied from the rows it rests on into the invoice itself, and from there to paper."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from i18n import formats
from i18n.places.models import PlaceTier
from licensing.payments import document
from licensing.payments.models import BillingDetails, Invoice
from licensing.payments.rules import grouped

if TYPE_CHECKING:
    from licensing.organisations.models import Organisation
    from licensing.terms.models import Quote, TermsOffer, Waiver

REASON_SHOWN = 120


def language_of(organisation: "Organisation") -> str:
    """Return the organisation's language where invoices exist in it, else English."""
    return organisation.language if organisation.language in document.WORDS else "en"


def content(terms: "TermsOffer", *, language: str) -> dict[str, Any]:
    """Return the fields of an invoice that say what it is for, in ``language``."""
    quote = terms.quote
    waiver = terms.waivers.filter(state="approved").select_related("decided_by").first()
    with override(language):
        return {
            "currency": quote.currency,
            "gross_minor": quote.gross_minor,
            "waived_minor": quote.waived_minor,
            "total_minor": quote.total_minor,
            "lines": _lines(terms, quote, waiver, language),
            "purpose": _purpose(terms, language),
            "waiver_text": _waiver_text(quote, waiver, language),
            "buyer": _buyer(terms),
            "seller": _seller(),
        }


def _lines(terms: "TermsOffer", quote: "Quote", waiver: "Waiver | None", language: str) -> list[dict[str, Any]]:
    offering = terms.application.offering
    facts = {"tier": PlaceTier.Tier(quote.tier).label, "day": formats.day(quote.tier_list_date, language), "schedule": quote.schedule}
    if quote.tier_listed:
        facts["listed"] = PlaceTier.Tier(quote.tier_listed).label
        rests_on = _("%(tier)s, kept on renewal; World Bank list of %(day)s: %(listed)s; schedule %(schedule)s") % facts
    else:
        rests_on = _("%(tier)s, World Bank list of %(day)s, schedule %(schedule)s") % facts
    lines = [{**line, "description": f"{_(line['label'])}: {offering.code}", "note": rests_on} for line in quote.lines]
    if waiver and quote.waived_minor:
        label = _("Fee waiver, %(percent)s%%") % {"percent": waiver.percent}
        taken = {"quantity": 1, "price_minor": -quote.waived_minor, "amount_minor": -quote.waived_minor}
        lines.append({"unit": "waiver", "label": label, "description": label, "note": waiver.get_ground_display(), **taken})
    return lines


def _purpose(terms: "TermsOffer", language: str) -> str:
    application = terms.application
    places = formats.listing([str(place) for place in terms.places.order_by("code")], language)
    name = f"{application.offering} {application.edition}" if application.edition else str(application.offering)
    return f"{name}; {places}; {application.number}"[:300]


def _waiver_text(quote: "Quote", waiver: "Waiver | None", language: str) -> str:
    if waiver is None:
        return "" if quote.total_minor else _("No fee is due in this income group.")
    decided = waiver.decided_at
    facts = {
        "percent": waiver.percent,
        "name": waiver.decided_by,
        "day": formats.day(decided.date(), language) if decided else "",
        "reason": waiver.reason if len(waiver.reason) <= REASON_SHOWN else waiver.reason[:REASON_SHOWN].rsplit(" ", 1)[0] + " …",
    }
    text = _("%(percent)s%% of the fee is waived. Reason: %(reason)s. Approved by %(name)s on %(day)s.") % facts
    return text.replace("..", ".")[:300]


def _buyer(terms: "TermsOffer") -> dict[str, str]:
    organisation = terms.application.organisation
    registration = ", ".join(filter(None, (organisation.registration_number, organisation.registry)))
    return {
        "name": organisation.legal_name,
        "address": organisation.address,
        "registration": registration,
        "tax_number": organisation.tax_number,
        "purchase_order": terms.purchase_order,
    }


def _seller() -> dict[str, str]:
    """Return the licensor and its account as they stand; the sentences in the active language."""
    details = BillingDetails.load()
    fields = ("address", "registration", "tax_number", "tax_note", "holder", "bank", "account", "bic", "charges")
    return {"name": settings.LICENSOR_NAME, **{field: getattr(details, field) or "" for field in fields}}


def text_of(invoice: Invoice) -> document.InvoiceText:
    """Return what stands on paper; of nothing but the invoice's own copies, so that the same row gives the same bytes."""
    credit = invoice.kind == Invoice.Kind.CREDIT_NOTE
    sign = -1 if credit else 1
    return document.InvoiceText(
        number=invoice.number,
        kind=document.CREDIT_NOTE if credit else document.INVOICE,
        language=invoice.language,
        issued_on=invoice.issued_on,
        due_on=None if credit else invoice.due_on,
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        lines=tuple(
            document.InvoiceLine(line["description"], sign * line["price_minor"], line["quantity"], line["note"]) for line in invoice.lines
        ),
        currency=invoice.currency,
        total_minor=sign * invoice.total_minor,
        reference=grouped(invoice.reference),
        purpose=invoice.purpose,
        bank=_bank(invoice.seller),
        tax_note=invoice.seller["tax_note"],
        waiver_note=invoice.waiver_text,
        corrects=invoice.cancels.number if invoice.cancels else "",
        demo=settings.DEMO,
    )


def _party(copied: Mapping[str, str]) -> document.InvoiceParty:
    fields = ("name", "address", "registration", "tax_number", "purchase_order")
    return document.InvoiceParty(**{field: copied.get(field, "") for field in fields})


def _bank(seller: Mapping[str, str]) -> document.BankDetails | None:
    if not seller["account"]:
        return None
    return document.BankDetails(seller["holder"] or seller["name"], seller["bank"], seller["account"], seller["bic"], seller["charges"])
