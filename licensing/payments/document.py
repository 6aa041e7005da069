"""What an invoice or a credit note says, ready to be rendered. Pure; sums are integers in the currency's minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from i18n import formats

INVOICE, CREDIT_NOTE = "invoice", "credit_note"

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "kind": {INVOICE: "Invoice", CREDIT_NOTE: "Credit note"},
        "demo": "DEMO",
        "demo_note": "Demonstration: invented data, nothing to pay.",
        "seller": "From",
        "buyer": "To",
        "tax_number": "Tax number",
        "purchase_order": "Your order",
        "issued_on": "Date",
        "due_on": "Due",
        "corrects": "Corrects invoice",
        "purpose": "For",
        "description": "Description",
        "quantity": "Quantity",
        "price": "Price",
        "amount": "Amount",
        "total": {INVOICE: "Total", CREDIT_NOTE: "Total credited"},
        "to_pay": "{total} to pay by {due}",
        "to_pay_undated": "{total} to pay",
        "nothing": "Nothing to pay",
        "credited": "{total} credited",
        "waiver": "Fee waiver",
        "payment": "Payment by bank transfer",
        "reference": "Reference, please quote it",
        "holder": "Account holder",
        "bank": "Bank",
        "account": "Account (IBAN)",
        "bic": "BIC",
        "page": "Page {page} of {pages}",
    },
    "es": {
        "kind": {INVOICE: "Factura", CREDIT_NOTE: "Nota de crédito"},
        "demo": "DEMO",
        "demo_note": "Demostración: datos inventados, no hay nada que pagar.",
        "seller": "De",
        "buyer": "Para",
        "tax_number": "Número fiscal",
        "purchase_order": "Su pedido",
        "issued_on": "Fecha",
        "due_on": "Vencimiento",
        "corrects": "Rectifica la factura",
        "purpose": "Concepto",
        "description": "Descripción",
        "quantity": "Cantidad",
        "price": "Precio",
        "amount": "Importe",
        "total": {INVOICE: "Total", CREDIT_NOTE: "Total abonado"},
        "to_pay": "{total} por pagar antes del {due} inclusive",
        "to_pay_undated": "{total} por pagar",
        "nothing": "Nada que pagar",
        "credited": "{total} abonados",
        "waiver": "Exención de tarifa",
        "payment": "Pago por transferencia bancaria",
        "reference": "Referencia, indíquela por favor",
        "holder": "Titular de la cuenta",
        "bank": "Banco",
        "account": "Cuenta (IBAN)",
        "bic": "BIC",
        "page": "Página {page} de {pages}",
    },
}


class Unbalanced(Exception):
    """The lines and taxes do not add up to the total; ``facts`` hold both sums in minor units."""

    code = "unbalanced"

    def __init__(self, *, total: int, lines: int):
        super().__init__(self.code, total, lines)
        self.facts = {"total_minor": total, "lines_minor": lines}


@dataclass(frozen=True)
class InvoiceParty:
    """Seller or buyer as copied into the invoice; ``purchase_order`` is the buyer's own number."""

    name: str
    address: str
    registration: str = ""
    tax_number: str = ""
    purchase_order: str = ""


@dataclass(frozen=True)
class InvoiceLine:
    """``quantity`` × ``unit_minor``; a waiver is a line with a negative price."""

    description: str
    unit_minor: int
    quantity: int = 1
    note: str = ""

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.unit_minor


@dataclass(frozen=True)
class TaxLine:
    """A tax on the invoice: its label with the rate, and its sum."""

    label: str
    amount_minor: int


@dataclass(frozen=True)
class BankDetails:
    """Where to transfer to; ``charges`` says who bears the bank's charges."""

    holder: str
    bank: str
    account: str
    bic: str = ""
    charges: str = ""


@dataclass(frozen=True)
class InvoiceText:
    """An invoice or credit note with all party data copied; the sums of a credit note are what it takes back.

    ``corrects`` is the number of the invoice that a credit note undoes; ``waiver_note`` says reason and approver of a waiver.

    :raises Unbalanced: lines and taxes differ from ``total_minor``.
    """

    number: str
    kind: str
    language: str
    issued_on: date
    seller: InvoiceParty
    buyer: InvoiceParty
    lines: tuple[InvoiceLine, ...]
    currency: str
    total_minor: int
    reference: str
    purpose: str
    demo: bool
    due_on: date | None = None
    bank: BankDetails | None = None
    taxes: tuple[TaxLine, ...] = ()
    tax_note: str = ""
    waiver_note: str = ""
    corrects: str = ""

    def __post_init__(self) -> None:
        lines = sum(line.amount_minor for line in self.lines) + sum(tax.amount_minor for tax in self.taxes)
        if lines != self.total_minor:
            raise Unbalanced(total=self.total_minor, lines=lines)

    def printed(self) -> dict[str, Any]:
        """Return the values ready to print in the invoice's language."""
        said = WORDS.get(self.language, WORDS["en"])
        kind = said["kind"][self.kind]
        return {
            "language": self.language,
            "demo": self.demo,
            "words": {**said, "kind": kind, "total": said["total"][self.kind]},
            "title": f"{kind} {self.number}",
            "author": self.seller.name,
            "footer": self.number,
            "number": self.number,
            "answer": self._answer(said),
            "parties": [_party(self.seller, said["seller"], said), _party(self.buyer, said["buyer"], said)],
            "facts": self._facts(said),
            "lines": [self._line(line) for line in self.lines],
            "taxes": [[tax.label, self._sum(tax.amount_minor)] for tax in self.taxes],
            "total": self._sum(self.total_minor),
            "tax_note": self.tax_note,
            "waiver_note": self.waiver_note,
            "payment": self._payment(said),
            "charges": self.bank.charges if self.bank and self.total_minor > 0 else "",
        }

    def _sum(self, minor: int) -> str:
        return formats.money(minor, self.currency, self.language).replace("-", "\u2212")

    def _answer(self, said: dict[str, Any]) -> str:
        """Return the first line a reader looks for: how much, and by when."""
        if self.kind == CREDIT_NOTE:
            return said["credited"].format(total=self._sum(self.total_minor))
        if self.total_minor <= 0:
            return said["nothing"]
        if self.due_on is None:
            return said["to_pay_undated"].format(total=self._sum(self.total_minor))
        return said["to_pay"].format(total=self._sum(self.total_minor), due=formats.day(self.due_on, self.language))

    def _facts(self, said: dict[str, Any]) -> list[list[str]]:
        due = formats.day(self.due_on, self.language) if self.due_on and self.total_minor > 0 else ""
        rows = [
            [said["issued_on"], formats.day(self.issued_on, self.language)],
            [said["due_on"], due],
            [said["corrects"], self.corrects],
            [said["purchase_order"], self.buyer.purchase_order],
            [said["purpose"], self.purpose],
        ]
        return [row for row in rows if row[1]]

    def _line(self, line: InvoiceLine) -> dict[str, str]:
        return {
            "description": line.description,
            "note": line.note,
            "quantity": formats.number(line.quantity, self.language),
            "price": self._sum(line.unit_minor),
            "amount": self._sum(line.amount_minor),
        }

    def _payment(self, said: dict[str, Any]) -> list[list[str]]:
        """Return reference and account; nothing where there is nothing to pay."""
        if self.bank is None or self.total_minor <= 0:
            return []
        rows = [
            [said["reference"], self.reference],
            [said["holder"], self.bank.holder],
            [said["bank"], self.bank.bank],
            [said["account"], self.bank.account],
            [said["bic"], self.bank.bic],
        ]
        return [row for row in rows if row[1]]


def _party(party: InvoiceParty, side: str, said: dict[str, Any]) -> dict[str, str]:
    tax = f"{said['tax_number']} {party.tax_number}" if party.tax_number else ""
    return {"side": side, "name": party.name, "address": party.address, "registration": party.registration, "tax": tax}
