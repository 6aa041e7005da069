"""What a licence still waits for, as its holder and staff read it: signatures, payment, evidence, ticked one by one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from i18n import formats
from i18n.interface import listing, own, sentence
from licensing.agreements.models import Agreement
from licensing.entitlements import queries
from licensing.entitlements.rules import Condition
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer

TITLES = {
    Condition.SIGNATURES: lambda: gettext("Signatures"),
    Condition.PAYMENT: lambda: gettext("Payment"),
    Condition.EVIDENCE: lambda: gettext("Evidence"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One condition: when it was met (None = not yet), and what is known or missing."""

    condition: Condition
    title: str
    met_at: datetime | None
    note: str


def conditions(terms: TermsOffer, agreement: Agreement | None, *, language: str) -> list[Waiting]:
    """Return the three conditions in their fixed order."""
    met = queries.conditions(terms, agreement)
    notes = {
        Condition.SIGNATURES: _signatures(agreement),
        Condition.PAYMENT: _payment(terms, language),
        Condition.EVIDENCE: _evidence(terms, language),
    }
    return [Waiting(condition, TITLES[condition](), met[condition], notes[condition]) for condition in Condition]


def _signatures(agreement: Agreement | None) -> str:
    if agreement is None:
        return gettext("No agreement has been drawn up yet")
    rows = list(agreement.requests.select_related("signature"))
    signed = sum(hasattr(row, "signature") for row in rows)
    return gettext("%(signed)s of %(all)s") % {"signed": signed, "all": len(rows)}


def _payment(terms: TermsOffer, language: str) -> str:
    invoice = terms.invoices.filter(kind="invoice", cancelled_by=None).with_received().select_related("settlement").first()
    if invoice is None:
        return gettext("No invoice is open")
    total = formats.money(invoice.total_minor, invoice.currency, language)
    settlement = getattr(invoice, "settlement", None)
    if settlement is None or invoice.uncovered == "unbooked":
        due = own(formats.day(invoice.due_on, language), language)
        return sentence(gettext("%(sum)s due by %(day)s, invoice %(number)s"), sum=total, day=due, number=invoice.number)
    if invoice.uncovered:
        return gettext("The invoice is no longer covered")
    if settlement.how == "waiver":
        return gettext("Nothing to pay: the fee is waived")
    received = formats.money(invoice.received_minor, invoice.currency, language)
    if invoice.received_minor < invoice.total_minor:
        short = formats.money(invoice.total_minor - invoice.received_minor, invoice.currency, language)
        return gettext("%(sum)s received, %(short)s short: accepted as bank charges") % {"sum": received, "short": short}
    return gettext("%(sum)s received") % {"sum": received}


def _evidence(terms: TermsOffer, language: str) -> str:
    missing = [requirement.name for requirement in offers.missing_evidence(terms)]
    if missing:
        return gettext("Not seen by the licensor yet: %(names)s") % {"names": listing(missing, language)}
    return gettext("Everything was seen by the licensor")
