from dataclasses import replace
from datetime import date

import pytest

from licensing.agreements.fonts import MissingGlyphs
from licensing.agreements.render import render_invoice
from licensing.payments.document import (
    CREDIT_NOTE,
    INVOICE,
    WORDS,
    BankDetails,
    InvoiceLine,
    InvoiceParty,
    InvoiceText,
    TaxLine,
    Unbalanced,
)
from tests.licensing.agreements import pdf
from tests.licensing.agreements.samples import AT

SELLER = InvoiceParty("Demo Society", "1 Example Street\nAlexandria", "no. DEMO-1", "EIN 00-0000000")
BUYER = InvoiceParty("Fundación ECO", "Calle Ejemplo 1\nMadrid", "no. DEMO-28", "ES-G00000000", "PO-113")
BANK = BankDetails("Demo Society", "Demo Bank", "XX00 0000 0000", "DEMOXX00", "All bank charges are for the payer's account.")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def invoice(**changed) -> InvoiceText:
    """Return the invoice of catalogue 2.6: Spain, high income, 220 attendees."""
    given = {
        "number": "INV-2027-0042",
        "kind": INVOICE,
        "language": "en",
        "issued_on": date(2027, 1, 18),
        "due_on": date(2027, 2, 17),
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (
            InvoiceLine("License fee: QCS-DH", 460_000, note="High income, list of 24 January 2023"),
            InvoiceLine("Attendance above 100", 1_800, 120, "220 − 100"),
        ),
        "currency": "EUR",
        "total_minor": 676_000,
        "reference": "AG-2027-0042-7F3K",
        "purpose": "Quality Care Symposium, Spain",
        "bank": BANK,
        "tax_note": "Reverse charge.",
        "demo": True,
    }
    return InvoiceText(**(given | changed))


WAIVED = {
    "lines": (InvoiceLine("License fee: QTP1-L", 90_000), InvoiceLine("Fee waiver, 100%", -90_000)),
    "currency": "USD",
    "total_minor": 0,
    "waiver_note": "National plan. Approved by DEMO Second Manager.",
}


def test_an_invoice_says_first_how_much_and_by_when(cache):
    (page,) = pdf.pages(render_invoice(invoice(), at=AT, cache=cache))
    for said in (
        "Invoice INV-2027-0042 EUR\xa06,760.00 to pay by 17 February 2027",
        "From Demo Society 1 Example Street Alexandria no. DEMO-1 Tax number EIN 00-0000000",
        "To Fundación ECO Calle Ejemplo 1 Madrid no. DEMO-28 Tax number ES-G00000000",
        "Date 18 January 2027",
        "Due 17 February 2027",
        "Your order PO-113",
        "For Quality Care Symposium, Spain",
        "License fee: QCS-DH High income, list of 24 January 2023 1 EUR\xa04,600.00 EUR\xa04,600.00",
        "Attendance above 100 220 − 100 120 EUR\xa018.00 EUR\xa02,160.00",
        "Reverse charge.",
        "Reference, please quote it AG-2027-0042-7F3K",
        "Account (IBAN) XX00 0000 0000 BIC DEMOXX00",
        "All bank charges are for the payer's account.",
    ):
        assert " ".join(said.split()) in page
    assert page.startswith("DEMO Demonstration: invented data, nothing to pay.")
    assert page.endswith("Page 1 of 1")


def test_a_zero_invoice_names_the_waiver_and_asks_for_nothing(cache):
    (page,) = pdf.pages(render_invoice(invoice(**WAIVED), at=AT, cache=cache))
    for said in (
        "Nothing to pay",
        "Fee waiver, 100% 1 −USD 900.00 −USD 900.00",
        "Total USD 0.00",
        "Fee waiver National plan. Approved by DEMO Second Manager.",
    ):
        assert said in page
    for unsaid in ("bank transfer", "XX00", "Due", "to pay by", "7F3K"):
        assert unsaid not in page


def test_a_credit_note_names_the_invoice_it_corrects(cache):
    made = invoice(number="CN-2027-0007", kind=CREDIT_NOTE, corrects="INV-2027-0042", bank=None, due_on=None)
    (page,) = pdf.pages(render_invoice(made, at=AT, cache=cache))
    for said in ("Credit note CN-2027-0007 EUR 6,760.00 credited", "Corrects invoice INV-2027-0042", "Total credited EUR 6,760.00"):
        assert said in page
    assert "bank transfer" not in page


def test_an_invoice_in_spanish_reads_as_one(cache):
    (page,) = pdf.pages(render_invoice(invoice(language="es"), at=AT, cache=cache))
    for said in (
        "Factura INV-2027-0042 6.760,00 EUR por pagar antes del 17 de febrero de 2027 inclusive",
        "Fecha 18 de enero de 2027",
        "Pago por transferencia bancaria",
        "Página 1 de 1",
    ):
        assert said in page


@pytest.mark.parametrize(
    "currency, minor, shown",
    [
        ("EUR", 123_450, "EUR\xa01,234.50"),
        ("JPY", 1_234, "JPY\xa01,234"),
        ("KWD", 1_234_500, "KWD\xa01,234.500"),
        ("USD", 0, "USD\xa00.00"),
    ],
)
def test_sums_have_the_decimals_of_their_currency(currency, minor, shown):
    made = invoice(currency=currency, lines=(InvoiceLine("Fee", minor),), total_minor=minor)
    assert made.printed()["total"] == shown


@pytest.mark.parametrize("total", [675_999, 676_001, 0, -676_000])
def test_an_invoice_that_does_not_add_up_cannot_be_made(total):
    with pytest.raises(Unbalanced) as refused:
        invoice(total_minor=total)
    assert (refused.value.code, refused.value.facts) == ("unbalanced", {"total_minor": total, "lines_minor": 676_000})


def test_taxes_are_shown_and_count(cache):
    taxed = invoice(taxes=(TaxLine("VAT 21 %", 141_960),), total_minor=817_960)
    assert "VAT 21 % EUR 1,419.60 Total EUR 8,179.60" in pdf.text(render_invoice(taxed, at=AT, cache=cache))


def test_the_file_is_archival_and_the_same_twice(cache):
    made = render_invoice(invoice(), at=AT, cache=cache)
    assert pdf.faults(made) == []
    assert render_invoice(invoice(), at=AT, cache=cache) == made
    assert render_invoice(invoice(reference="AG-2027-0042-7F3L"), at=AT, cache=cache) != made


def test_what_is_written_in_an_invoice_is_never_read_as_markup(cache):
    hostile = '#panic() *b* $y$ "q" \\ #read("/etc/passwd")'
    text = pdf.text(render_invoice(invoice(purpose=hostile, buyer=replace(BUYER, name=hostile)), at=AT, cache=cache))
    assert text.count("#panic() *b* $y$") == 2 and "root:" not in text


def test_a_name_outside_our_fonts_is_refused(cache):
    with pytest.raises(MissingGlyphs) as refused:
        render_invoice(invoice(buyer=replace(BUYER, name="日本")), at=AT, cache=cache)
    assert refused.value.facts["characters"] == ["日", "本"]


def test_an_invoice_may_run_over_pages(cache):
    many = tuple(InvoiceLine(f"Attendance fee, event {at}", 1_800) for at in range(60))
    pages = pdf.pages(render_invoice(invoice(lines=many, total_minor=60 * 1_800), at=AT, cache=cache))
    assert len(pages) == 3
    assert all(f"Page {at} of 3" in page and "INV-2027-0042" in page and "Amount" in page for at, page in enumerate(pages[:2], start=1))


def test_both_languages_have_the_same_words():
    assert WORDS["en"].keys() == WORDS["es"].keys()
