"""A deal up to the point where an agreement can be drawn up: rows of the subjects beside, made directly, so that each test stands alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from content.programmes.models import Programme
from i18n.places.models import Place
from licensing.agreements import actions as agreements
from licensing.agreements.actions import Signing
from licensing.agreements.load import load
from licensing.agreements.models import Agreement
from licensing.applications.models import Application
from licensing.history.actions import Actor
from licensing.models import (
    EvidenceRequirement,
    EvidenceTick,
    Invoice,
    LicenceOffering,
    LicensedRight,
    Membership,
    OfferingEdition,
    Organisation,
    OrganisationName,
    Quote,
    Settlement,
    SigningPower,
    TermsOffer,
)
from portal.core import numbers
from portal.core.text import fold
from tests.clock import NOW
from tests.telling import told

CLAUSES = [
    {
        "code": "C01",
        "version": 1,
        "when": [],
        "title": {"en": "Parties and capacity", "es": "Partes y capacidad"},
        "body": {
            "en": "Between {licensor} and {licensee}, through {signatories}.",
            "es": "Entre {licensor} y {licensee}, por {signatories}.",
        },
    },
    {
        "code": "C03",
        "version": 1,
        "when": ["QTP1-L"],
        "title": {"en": "Grant", "es": "Concesión"},
        "body": {"en": "In {territory}: {rights}. Fee: {fee}.", "es": "En {territory}: {rights}. Tarifa: {fee}."},
    },
    {
        "code": "SB",
        "version": 1,
        "when": [],
        "title": {"en": "Schedule B: Fee calculation", "es": "Anexo B: Cálculo de la tarifa"},
        "body": {"en": "How {fee} was computed.", "es": "Cómo se ha calculado {fee}."},
    },
]
TEMPLATES = [
    {"code": "QTP-1", "version": 1, "title": {"en": "License agreement", "es": "Acuerdo"}, "clauses": ["C01", "C03"], "schedules": ["SB"]}
]
KEY_TERMS = {
    "rows": [{"value": "{fee}", "label": {"en": "Fee", "es": "Tarifa"}}],
    "prevails": {"en": "The English text prevails.", "es": "Prevalece el texto inglés."},
}
LINE = {"unit": "licence", "label": "Fee", "description": "Fee", "note": "", "quantity": 1, "price_minor": 280000, "amount_minor": 280000}
SELLER = dict.fromkeys(("name", "address", "registration", "tax_number", "tax_note", "holder", "bank", "account", "bic", "charges"), "DEMO")
LICENSOR = {"address": "1 Demo Plaza", "notice_contact": "Legal", "law": {"en": "the law of New York", "es": "el derecho de Nueva York"}}


@told
def person(email: str, name: str = "", *, permissions=()):
    user, made = get_user_model().objects.get_or_create(email=email, defaults={"name": name or email.partition("@")[0].title()})
    if made:
        user.set_password("portal-demo-2027")
        user.save()
    for codename in permissions:
        user.user_permissions.add(Permission.objects.get(content_type__app_label=codename.split(".")[0], codename=codename.split(".")[1]))
    return user


@told
def place(code: str = "ES", **fields) -> Place:
    names = {"name_en": {"ES": "Spain", "BR": "Brazil", "KE": "Kenya"}.get(code, code), "zone": "Europe/Madrid"}
    return Place.objects.get_or_create(code=code, defaults={"iso2": code[:2], **names, **fields})[0]


@told
def offering(code: str = "QTP1-L", *, evidence=("signing_powers",), years: int | None = 2, now: datetime = NOW) -> LicenceOffering:
    found = LicenceOffering.objects.filter(code=code).first()
    if found:
        return found
    programme = Programme.objects.create(code=code.split("-")[0], name="Quality Training Program", short_name="QTP", kind="training")
    found = LicenceOffering.objects.create(
        code=code,
        programme=programme,
        name_en="Workshop license",
        name_es="Licencia de talleres",
        term_years=years,
        template_code="QTP-1",
        kit_languages=["en", "es"],
    )
    for position, right in enumerate(("slides", "manual", "logo")):
        LicensedRight.objects.create(offering=found, code=right, name_en=right.title(), name_es=f"{right} (es)", position=position)
    for code_ in evidence:
        EvidenceRequirement.objects.create(offering=found, code=code_, name_en="Proof of signing powers")
    load(CLAUSES, TEMPLATES, key_terms=KEY_TERMS, licensor=LICENSOR, now=now)
    return found


@told
def organisation(
    name: str = "Fundación ECO", *, signers: int = 2, now: datetime = NOW, mail: str = "eco.example", **fields
) -> Organisation:
    made = Organisation.objects.create(
        legal_name=fields.pop("legal_name", f"{name} para la Calidad"),
        register_name=name,
        public_name=name,
        legal_form="foundation",
        place=fields.pop("place", None) or place(),
        town="Madrid",
        signing="jointly" if signers > 1 else "alone",
        created_at=now,
        vetted_at=now,
        **fields,
    )
    for text in (made.legal_name, made.register_name, made.short_name):
        if text:
            OrganisationName.objects.get_or_create(organisation=made, name=text, defaults={"search_key": fold(text)})
    member(made, f"owner@{mail}", "owner", now=now)
    for position, office in zip(range(1, signers + 1), ("President", "Secretary", "Treasurer"), strict=False):
        signer = member(made, f"{office.lower()}@{mail}", "signatory", name=f"The {office} (DEMO)", now=now)
        SigningPower.objects.create(organisation=made, user=signer, office=office, position=position, valid_from=date(2020, 1, 1))
    return made


@told
def member(organisation: Organisation, email: str, *roles: str, name: str = "", now: datetime = NOW):
    user = person(email, name)
    for role in roles:
        Membership.objects.create(organisation=organisation, user=user, role=role, began_at=now - timedelta(days=365))
    return user


@told
@transaction.atomic
def accepted_terms(
    organisation: Organisation, offering_: LicenceOffering, *, edition: OfferingEdition | None = None, now: datetime = NOW, **fields
):
    owner = organisation.memberships.filter(role="owner").first().user
    application = Application.objects.create(
        number=numbers.take("A", now=now),
        organisation=organisation,
        offering=offering_,
        edition=edition,
        language="es",
        state="approved",
        form_version=1,
        created_by=owner,
        created_at=now,
        changed_at=now,
        submitted_at=now,
    )
    terms = TermsOffer.objects.create(
        application=application,
        state="accepted",
        rights=[right.code for right in offering_.rights.all()],
        currency="EUR",
        zone=fields.pop("zone", "Europe/Madrid"),
        created_at=now,
        issued_at=now,
        accepted_at=now,
        **fields,
    )
    terms.places.add(place())
    lines = [{"unit": "licence", "label": "License", "quantity": 1, "price_minor": 280000, "amount_minor": 280000}]
    Quote.objects.create(
        terms=terms, schedule="FS-2026", on=now.date(), tier="H", tier_list_date=date(2023, 1, 24), tier_place="ES", currency="EUR",
        lines=lines, gross_minor=280000, total_minor=280000, created_at=now,
    )  # fmt: skip
    return terms


@told
@transaction.atomic
def invoice(terms: TermsOffer, *, now: datetime = NOW) -> Invoice:
    number = numbers.take("INV", now=now)
    return Invoice.objects.create(
        number=number, terms=terms, organisation=terms.application.organisation, currency="EUR", lines=[LINE], gross_minor=280000,
        total_minor=280000, buyer={}, seller=SELLER, reference=f"R{number}", issued_on=now.date(), due_on=now.date(), opened_at=now,
        document_key="", document_sha256="",
    )  # fmt: skip


@told
def settle(terms: TermsOffer, *, at: datetime) -> None:
    Settlement.objects.create(invoice=terms.invoices.get(), how="transfer", received_minor=280000, settled_at=at, by="finance")


@told
def tick(terms: TermsOffer, *, at: datetime) -> None:
    manager = person("manager@demo.example")
    for requirement in terms.application.offering.evidence.all():
        EvidenceTick.objects.create(terms=terms, requirement=requirement, ticked_by=manager, ticked_at=at)


@dataclass
class Deal:
    """Fundación ECO, whose president and secretary sign jointly, with accepted terms and an open invoice."""

    now: datetime = NOW
    signers: int = 2
    years: int | None = 2
    edition: OfferingEdition | None = None
    fields: dict = field(default_factory=dict)

    @told
    def __post_init__(self):
        self.offering = offering(now=self.now, years=self.years)
        self.organisation = organisation(signers=self.signers, now=self.now)
        self.terms = accepted_terms(self.organisation, self.offering, edition=self.edition, now=self.now, **self.fields)
        self.invoice = invoice(self.terms, now=self.now)
        self.legal = person("legal@demo.example", "Legal (DEMO)", permissions=["licensing.countersign", "licensing.approve_agreement"])
        self.staff = Actor(self.legal.pk, str(self.legal))

    @told
    def generate(self, *, at: datetime | None = None) -> Agreement:
        return agreements.generate(self.terms, by=self.staff, now=at or self.now)

    @told
    def sent(self, *, at: datetime | None = None) -> Agreement:
        agreement = self.generate(at=at)
        agreements.approve_to_send(agreement.pk, by=self.staff, now=at or self.now)
        return agreements.send(agreement.pk, by=self.staff, now=at or self.now)

    def signers_in_order(self, agreement: Agreement):
        return [row.user or self.legal for row in agreement.requests.all()]

    @told
    def sign(self, agreement: Agreement, user, *, at: datetime | None = None, **changes) -> Agreement:
        return agreements.sign(agreement.pk, self.signing(agreement, user, **changes), by=self.actor(user), now=at or self.now)

    def signing(self, agreement: Agreement, user, **changes) -> Signing:
        values = {
            "user_id": user.pk, "typed_name": str(user), "document_sha256": agreement.document_sha256,
            "reading_sha256": agreement.reading_sha256, "consent": True,
        }  # fmt: skip
        return Signing(**{**values, **changes})

    def actor(self, user) -> Actor:
        return Actor(user.pk, str(user), None if user == self.legal else self.organisation.pk)

    @told
    def executed(self, *, at: datetime | None = None) -> Agreement:
        agreement = self.sent(at=at)
        for user in self.signers_in_order(agreement):
            agreement = self.sign(agreement, user, at=at)
        return agreement
