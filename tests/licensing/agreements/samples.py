"""An agreement, small but with everything that can be in one: builders whose every part a test may replace."""

from datetime import UTC, datetime

from licensing.agreements.certificate import CertificateText, Met
from licensing.agreements.compose import compose
from licensing.agreements.text import (
    AgreementText,
    ClauseText,
    KeyTerm,
    Party,
    Representative,
    Schedule,
    SpecialTerm,
    TemplateClause,
    TemplateText,
)

AT = datetime(2027, 1, 18, 9, 30, tzinfo=UTC)
HASH = "9f2c41d8" * 8

CLAUSES = (
    ClauseText(
        "parties", 1, "Parties and capacity", "This Agreement is made between {licensor} and {licensee}.\n\nEach says that it may sign."
    ),
    ClauseText("exclusive", 2, "Exclusivity", "Exclusivity agreed: {exclusivity}."),
    ClauseText("fees", 1, "Fees", "The fee is {fee}. See clause {clause_ending}."),
    ClauseText("ending", 3, "After the end", "The Licensee:\n(a) stops use;\n(b) removes marks in ten\nWorking Days.\n- and certifies"),
)
TEMPLATE = TemplateText(
    "QCS-1",
    4,
    "en",
    "License agreement: {offering}",
    "The English text prevails",
    (
        TemplateClause("parties"),
        TemplateClause("exclusive", when={"exclusive": True}),
        TemplateClause("fees", when={"offering": ["QCS-DH", "QTP1-L"]}),
        TemplateClause("ending"),
    ),
)
FACTS = {"offering": "QCS-DH", "exclusive": False}
VARIABLES = {
    "licensor": "Demo Society",
    "licensee": "Fundación ECO",
    "offering": "Quality Care Symposium",
    "fee": "EUR 4,600.00",
    "exclusivity": "none",
}
LICENSOR = Party(
    "licensor", "Demo Society", "society", "no. DEMO-1", "1 Example Street\nAlexandria", (Representative("DEMO Counsel", "Counsel"),)
)
LICENSEE = Party(
    "licensee",
    "Fundación ECO",
    "foundation",
    "no. DEMO-28",
    "Calle Ejemplo 1\nMadrid",
    (Representative("DEMO Núñez", "President", "jointly"), Representative("DEMO Ibáñez", "Secretary", "jointly")),
)


def agreement(**changed) -> AgreementText:
    """Return agreement AG-2027-0042; ``changed`` replaces arguments of ``compose``."""
    given = {
        "template": TEMPLATE,
        "clauses": CLAUSES,
        "facts": FACTS,
        "variables": VARIABLES,
        "number": "AG-2027-0042",
        "parties": (LICENSOR, LICENSEE),
        "key_terms": (KeyTerm("Territory", "Spain", "list of 18 January 2027"), KeyTerm("Fee", "EUR 4,600.00")),
        "schedules": (Schedule("A", "Kit list", "The files at signing.", ("File", "SHA-256"), (("Deck 1.pdf", HASH),)),),
        "special_terms": (SpecialTerm("Abstracts may be shown in English.", "fees"),),
        "demo": True,
    }
    return compose(**(given | changed))


def certificate(**changed) -> CertificateText:
    given = {
        "agreement_number": "AG-2027-0042",
        "agreement_sha256": HASH,
        "licence_number": "L-2027-0007",
        "licensor": "Demo Society",
        "licensee": "Fundación ECO",
        "offering": "Quality Care Symposium, Spain",
        "effective_at": datetime(2027, 2, 1, 15, 30, tzinfo=UTC),
        "zone": "Europe/Madrid",
        "language": "en",
        "demo": True,
        "conditions": (
            Met("Fee paid or waived", datetime(2027, 2, 1, 15, 30, tzinfo=UTC)),
            Met("Last signature", datetime(2027, 1, 25, 10, 2, tzinfo=UTC)),
        ),
        "valid_to": datetime(2027, 7, 31, 22, 0, tzinfo=UTC),
        "verify_at": "https://portal.example/en/verify/7QK2-9VXM-3TRD-W8HC/",
    }
    return CertificateText(**(given | changed))
