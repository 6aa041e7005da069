"""Who may read what, address by address. A new address of ours without a row here fails ``test_urls``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import Any

from content.models import AvailabilityChange, Inquiry, Programme
from licensing.agreements.models import Agreement, SignatureRequest
from licensing.applications.models import Application, ApplicationFile
from licensing.entitlements.models import Licence
from licensing.logos.models import ArtworkPiece
from licensing.organisations.models import Organisation
from licensing.payments.cards.models import PaymentAttempt, PaymentCase, Refund
from licensing.payments.models import Invoice, PaymentReceipt
from licensing.terms.models import TermsOffer
from media.models import KitFile, KitItem, KitRelease
from portal.core import private_files
from portal.core.models import SentMail

Arguments = dict[str, Any]


class Kind(StrEnum):
    PUBLIC = "public"  # anybody; what does not exist is 404
    PERSON = "person"  # signed-in people, on what is theirs: names no object in the address
    OWN = "own"  # people of the organisation the object belongs to; a stranger reads the 404 of an unknown one
    STAFF = "staff"  # the groups named, in the CMS; every other colleague and every licensee is refused
    GATE = "gate"  # the gate of the kits: rules of its own, tested in test_urls
    SECRET = "secret"  # whoever holds the letter: the address is the secret
    DEMO = "demo"  # everybody, in a demonstration only


@dataclass(frozen=True)
class Rule:
    """``of``: arguments naming an object of an organisation, None where it has none. ``one``: arguments naming any existing object."""

    kind: Kind
    of: Callable[[Organisation], Arguments | None] | None = None
    one: Callable[[], Arguments] | None = None
    unknown: Arguments = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    absent: int = 404  # what a public page answers to ``unknown``


def by_number(rows: Any, *, through: str = "organisation", **more: str) -> Callable[[Organisation], Arguments | None]:
    def of(organisation: Organisation) -> Arguments | None:
        found = rows().filter(**{through: organisation}).order_by("-pk").first()
        return {"number": found.number, **more} if found else None

    return of


def paper_of(organisation: Organisation) -> Arguments | None:
    """A paper given with an application, as its people attach it."""
    found = Application.objects.filter(organisation=organisation).order_by("-pk").first()
    return {"number": found.number, "pk": a_file(found).pk} if found else None


def a_file(application: Application) -> ApplicationFile:
    stored = private_files.keep_apart(BytesIO(b"%PDF-1.7 (DEMO)"), kind="applications", suffix="pdf")
    facts = {"name": "Statutes (DEMO).pdf", "content_type": "application/pdf", "size": stored.size, "sha256": stored.sha256, "frozen_in": 1}
    more = {"vault_key": stored.key, "uploaded_by": application.created_by, "uploaded_at": application.created_at}
    return application.files.filter(sha256=stored.sha256).first() or application.files.create(key="signing_powers_file", **facts, **more)


def offer_of(organisation: Organisation) -> Arguments | None:
    found = TermsOffer.objects.filter(application__organisation=organisation).order_by("-pk").first()
    return {"number": found.application.number} if found else None


def member_of(organisation: Organisation) -> Arguments | None:
    found = organisation.memberships.filter(ended_at=None).order_by("-pk").first()
    return {"user": found.user_id} if found else None


def attempt_of(organisation: Organisation) -> Arguments | None:
    """A payment by card, begun by whoever belongs to the organisation; the demonstration has none of its own."""
    invoice, person = Invoice.objects.filter(organisation=organisation).order_by("-pk").first(), organisation.memberships.first()
    if invoice is None:
        return None
    facts = {"amount_minor": 1, "currency": invoice.currency, "key": f"{invoice.number}:1:1", "methods": "card", "created_by": person.user}
    times = dict.fromkeys(("created_at", "expires_at", "checked_at"), invoice.opened_at)
    PaymentAttempt.objects.get_or_create(invoice=invoice, number=1, defaults={**facts, **times})
    return {"number": invoice.number, "attempt": 1}


def line_of(organisation: Organisation) -> Arguments | None:
    found = SignatureRequest.objects.filter(agreement__organisation=organisation, side="licensee").order_by("-pk").first()
    return {"number": found.agreement.number, "line": found.pk} if found else None


def a_line() -> Arguments:
    return line_of(Organisation.objects.get(short_name="SBQO")) or {}


def invitation_of(organisation: Organisation) -> Arguments | None:
    found = organisation.invitations.order_by("-pk").first()
    return {"invitation": found.pk} if found else None


def awaited_of(organisation: Organisation) -> Arguments:
    """A signatory named in an application who has not joined; the demonstration has none of its own."""
    facts = {"name": "Awaited (DEMO)", "office": "Secretary", "source": "A-2026-0001", "created_at": organisation.created_at}
    return {"awaited": organisation.awaited_powers.get_or_create(email="awaited@demo.example", defaults=facts)[0].pk}


def own(of: Callable[[Organisation], Arguments | None], **unknown: Any) -> Rule:
    return Rule(Kind.OWN, of=of, unknown=unknown)


def public(one: Callable[[], Arguments] | None = None, *, absent: int = 404, **unknown: Any) -> Rule:
    return Rule(Kind.PUBLIC, one=one, unknown=unknown, absent=absent)


def staff(groups: str, one: Callable[[], Arguments] | None = None, **unknown: Any) -> Rule:
    return Rule(Kind.STAFF, one=one, unknown=unknown, groups=frozenset(groups.split(", ")))


def application(step: str = "") -> Rule:
    more = {"step": step} if step else {}
    return own(by_number(Application.objects.all, **more), number="A-2026-9999", **more)


def piece_of(**more: Any) -> Callable[[Organisation], Arguments | None]:
    def of(organisation: Organisation) -> Arguments | None:
        found = ArtworkPiece.objects.of(organisation).order_by("-pk").first()
        return {"number": found.number, **more} if found else None

    return of


def a_piece(**more: Any) -> Callable[[], Arguments]:
    return lambda: {"number": ArtworkPiece.objects.order_by("pk")[0].number, **more}


def approved_piece() -> Arguments:
    found = ArtworkPiece.objects.filter(state="approved")[0]
    return {"code": found.licence.code, "number": found.number}


def logo_licence(organisation: Organisation) -> Arguments | None:
    found = Licence.objects.filter(organisation=organisation, entitlements__right__code="logo").order_by("-pk").first()
    return {"number": found.number} if found else None


def live_code() -> Arguments:
    return {"code": Licence.objects.filter(organisation__short_name="TOQA").get().code}


def an_application() -> Arguments:
    return {"number": Application.objects.get(organisation__short_name="SCMO").number}


def a_paper_sent() -> Arguments:
    application = Application.objects.get(**an_application())
    return {"number": application.number, "pk": a_file(application).pk}


def an_agreement() -> Arguments:
    return {"number": Agreement.objects.get(organisation__short_name="SBQO").number}


def a_licence() -> Arguments:
    return {"number": Licence.objects.get(organisation__short_name="TOQA").number}


def an_invoice() -> Arguments:
    return {"number": Invoice.objects.get(organisation__short_name="SBQO").number}


def a_case() -> Arguments:
    facts = {"raised_at": Invoice.objects.get(**an_invoice()).opened_at}
    return {"pk": PaymentCase.objects.get_or_create(code="dispute", key="du_1", defaults=facts)[0].pk}


def a_receipt() -> Arguments:
    receipt = PaymentReceipt.objects.select_related("invoice").earliest("pk")
    return {"number": receipt.invoice.number, "pk": receipt.pk}


def a_refund() -> Arguments:
    """A refund made elsewhere: nobody has to decide it."""
    invoice = Invoice.objects.get(**an_invoice())
    attempt_of(invoice.organisation)
    facts = {"amount_minor": 1, "state": "done", "by_us": False, **dict.fromkeys(("created_at", "changed_at"), invoice.opened_at)}
    made = Refund.objects.get_or_create(attempt=invoice.attempts.get(), defaults=facts)[0]
    return {"number": invoice.number, "refund": made.pk}


def a_change() -> Arguments:
    """A drafted change, as the CMS makes it."""
    change = AvailabilityChange.objects.create(programme=Programme.objects.get(code="QOPI"), reason="A draft (DEMO)")
    change.save_revision()
    return {"pk": change.pk}


def an_inquiry() -> Arguments:
    return {"number": Inquiry.objects.order_by("pk")[0].number}


def an_offer() -> Arguments:
    return {"pk": TermsOffer.objects.get(application__organisation__short_name="BSOQ").pk}


def a_waiver() -> Arguments:
    return {**an_offer(), "waiver": TermsOffer.objects.get(**an_offer()).waivers.get().pk}


def a_paper() -> Arguments:
    return {**an_offer(), "requirement": TermsOffer.objects.get(**an_offer()).application.offering.evidence.order_by("pk")[0].pk}


def first(model: Any) -> Callable[[], Arguments]:
    return lambda: {"pk": model.objects.order_by("pk")[0].pk}


PERSON = Rule(Kind.PERSON)
PUBLIC = Rule(Kind.PUBLIC)
GATE = Rule(Kind.GATE)
DESK_STAFF = "Licensing managers, Reviewers, Legal, Finance, Auditors"
ORGANISATION_STAFF = "Licensing managers, Legal, Finance, Auditors"
MANAGERS = "Licensing managers"
PROOF_STAFF = "Brand, Licensing managers, Auditors"
KIT_STAFF = "Kit editors, Auditors"
EDITORS = "Kit editors"
BADGE = {"language": "es", "programme": "QOPI", "place": "ES"}
INQUIRY_STAFF = "Program managers, Licensing managers, Brand"
NO_NUMBER = {"number": "A-2026-9999"}

RULES: dict[str, Rule] = {
    # the house
    **dict.fromkeys(("start", "healthz", "readyz", "robots", "sitemap", "security-txt", "portal-keys", "favicon.ico"), PUBLIC),
    "metrics": Rule(Kind.SECRET),
    "account_profile": PERSON,
    "account_close": PERSON,
    "cms/logout/": PERSON,
    **dict.fromkeys(("cms/login/", "cms/password_reset/", "cms/password_reset/<path:rest>", "en/_util/login/"), PUBLIC),
    "demo_inbox": Rule(Kind.DEMO),
    "demo_mail": Rule(Kind.DEMO, one=lambda: {"pk": SentMail.objects.order_by("pk")[0].pk}, unknown={"pk": 999_999}),
    "demo_mail_html": Rule(Kind.DEMO, one=lambda: {"pk": SentMail.objects.order_by("pk")[0].pk}, unknown={"pk": 999_999}),
    # public pages and the API
    **dict.fromkeys(
        (
            "availability",
            "availability-changes",
            "availability-feed",
            "availability-calendar",
            "news-feed",
            "countries",
            "offerings",
            "verify",
            "register",
        ),
        PUBLIC,
    ),
    **dict.fromkeys(("country", "country-badges"), public(lambda: {"code": "ES"}, code="QQ")),
    **dict.fromkeys(("badge", "badge-svg"), public(lambda: BADGE, **{**BADGE, "place": "QQ"})),
    "sitemap-pages": public(lambda: {"language": "es"}, language="xx"),
    "programme": public(lambda: {"code": "QOPI"}, code="QQQQ"),
    "contact": PUBLIC,
    "contact_permission": PUBLIC,
    "interest": public(lambda: {"programme": "QOPI", "place": "KE"}, programme="QQQQ", place="QQ"),
    "interest_letter": Rule(Kind.SECRET, unknown={"token": "a-token-nobody-sent"}),
    "offering": public(lambda: {"code": "QTP1-L"}, code="QQQ-L"),
    "verify_code": public(live_code, code="0000-0000-0000-0000"),
    "verify_pieces": public(live_code, code="0000-0000-0000-0000"),
    "verify_piece": public(approved_piece, code="0000-0000-0000-0000", number="P-2026-9999"),
    "logo_rules": PUBLIC,
    **dict.fromkeys(
        (
            "api-v1:openapi-json",
            "api-v1:openapi-view",
            "api-v1:api-root",
            "api-v1:programmes",
            "api-v1:figures",
            "api-v1:places",
            "api-v1:register",
        ),
        PUBLIC,
    ),
    "api-v1:offerings": PUBLIC,
    "api-v1:estimate": public(absent=422),
    **dict.fromkeys(("api-v1:availability", "api-v1:changes"), public(absent=422)),
    "api-v1:place": public(lambda: {"code": "ES"}, code="QQ"),
    "api-v1:verify": public(live_code, code="0000-0000-0000-0000"),
    # the desk
    "desk": PERSON,
    "apply": PERSON,
    **dict.fromkeys(("invoices", "agreements", "licences", "kits", "logos"), PERSON),
    **{f"organisation{name}": PERSON for name in ("", "_edit", "_add_name", "_invite", "_leave", "_start", "_new", "_ask", "_switch")},
    "organisation_drop_awaited": own(awaited_of, awaited=999_999),
    "organisation_withdraw": own(invitation_of, invitation=999_999),
    **dict.fromkeys(("organisation_person", "organisation_power", "organisation_remove"), own(member_of, user=999_999)),
    "invitation": Rule(Kind.SECRET, unknown={"token": "a-token-nobody-sent"}),
    **dict.fromkeys(
        (
            "application",
            "application_answers",
            "application_questions",
            "application_check",
            "application_sent",
            "application_withdraw",
            "application_papers",
        ),
        application(),
    ),
    "application_step": application(step="organisation"),
    "application_file": own(paper_of, number="A-2026-9999", pk=999_999),
    **dict.fromkeys(("offer", "offer_accept", "offer_waiver", "offer_decline"), own(offer_of, **NO_NUMBER)),
    **dict.fromkeys(("invoice", "invoice_document"), own(by_number(Invoice.objects.all), number="INV-2026-9999")),
    "invoice_pay": own(by_number(Invoice.objects.all), number="INV-2026-9999"),
    "invoice_payment": own(attempt_of, number="INV-2026-9999", attempt=1),
    "stripe_webhook": Rule(Kind.SECRET),  # each call is signed
    **{
        f"agreement{name}": own(by_number(Agreement.objects.all), number="AG-2026-9999")
        for name in ("", "_document", "_copy", "_sealed", "_evidence", "_decline", "_remind")
    },
    "agreement_replace": own(line_of, number="AG-2026-9999", line=999_999),
    **dict.fromkeys(("licence", "licence_certificate", "licence_renew"), own(by_number(Licence.objects.all), number="L-2026-9999")),
    **dict.fromkeys(("logo_new", "logo_code_svg", "logo_code_png"), own(logo_licence, number="L-2026-9999")),
    **{f"logo_{name}": own(piece_of(), number="P-2026-9999") for name in ("piece", "edit", "upload", "submit", "withdraw")},
    "logo_file": own(piece_of(proof=1), number="P-2026-9999", proof=1),
    "logo_preview": own(piece_of(proof=1, page=1), number="P-2026-9999", proof=1, page=1),
    # kits
    **dict.fromkeys(("kit", "kit_manifest", "kit_bundle", "kit_link", "kit_checksum", "kit_new_link", "kit_file", "kit_nothing"), GATE),
    # the CMS
    "availability_change": staff("Program managers, Auditors", a_change, pk=999_999),
    "staff_availability": staff("Program managers, Auditors"),
    "staff_availability_import": staff("Program managers"),
    "staff_interest": staff("Program managers, Auditors"),
    "staff_availability_leaving": staff("Program managers, Auditors"),
    "staff_availability_sheet": staff("Program managers, Auditors", lambda: {"code": "QOPI"}, code="QQQQ"),
    "staff_availability_place": staff("Program managers, Auditors", lambda: {"code": "EU"}, code="QQ"),
    "availability_undo": staff("Program managers", a_change, pk=999_999),
    "availability_take_on": staff("Program managers", a_change, pk=999_999),
    "availability_preview": staff("Program managers, Auditors", a_change, pk=999_999),
    "availability_preview_place": staff("Program managers, Auditors", lambda: {**a_change(), "code": "ES"}, pk=999_999, code="QQ"),
    "staff_inquiries": staff(INQUIRY_STAFF + ", Auditors"),
    "staff_inquiry": staff(INQUIRY_STAFF + ", Auditors", an_inquiry, number="Q-2026-9999"),
    "staff_inquiry_move": staff(INQUIRY_STAFF, lambda: {**an_inquiry(), "command": "close"}, number="Q-2026-9999", command="close"),
    "staff_offers": staff(DESK_STAFF),
    "staff_offer": staff(DESK_STAFF, an_offer, pk=999_999),
    **{f"staff_offer_{name}": staff(MANAGERS, an_offer, pk=999_999) for name in ("edit", "issue", "redraft", "waiver")},
    "staff_waiver_decide": staff(MANAGERS, a_waiver, pk=999_999, waiver=999_999),
    "staff_offer_tick": staff(MANAGERS, a_paper, pk=999_999, requirement=999_999),
    "staff_invoices": staff(DESK_STAFF),
    **dict.fromkeys(("staff_invoice", "staff_invoice_document"), staff(DESK_STAFF, an_invoice, **NO_NUMBER)),
    "staff_logos": staff(PROOF_STAFF),
    "staff_logo": staff(PROOF_STAFF, a_piece(), number="P-2026-9999"),
    "staff_logo_file": staff(PROOF_STAFF, a_piece(proof=1), number="P-2026-9999", proof=1),
    "staff_logo_preview": staff(PROOF_STAFF, a_piece(proof=1, page=1), number="P-2026-9999", proof=1, page=1),
    **{f"staff_logo_{name}": staff("Brand", a_piece(), number="P-2026-9999") for name in ("take", "changes", "approve", "reject", "clear")},
    "staff_payment_cases": staff(DESK_STAFF),
    "staff_payment_case": staff(DESK_STAFF, a_case, pk=999_999),
    "staff_receipt_take_back": staff("Finance", a_receipt, **NO_NUMBER, pk=999_999),
    "staff_refund": staff("Finance", an_invoice, **NO_NUMBER),
    "staff_refund_decide": staff(DESK_STAFF, a_refund, **NO_NUMBER, refund=999_999),
    "staff_applications": staff(DESK_STAFF),
    "staff_application": staff(DESK_STAFF, an_application, **NO_NUMBER),
    "staff_application_move": staff(MANAGERS, an_application, **NO_NUMBER),
    **{f"staff_application_{name}": staff(MANAGERS, an_application, **NO_NUMBER) for name in ("ask", "file")},
    "staff_application_paper": staff(DESK_STAFF, a_paper_sent, **NO_NUMBER, pk=999_999),
    "staff_application_note": staff("Licensing managers, Reviewers, Legal, Finance", an_application, **NO_NUMBER),
    "staff_agreements": staff(DESK_STAFF),
    **dict.fromkeys(("staff_agreement", "staff_agreement_document"), staff(DESK_STAFF, an_agreement, **NO_NUMBER)),
    "staff_agreement_evidence": staff(DESK_STAFF, an_agreement, **NO_NUMBER),
    **{
        f"staff_agreement_{name}": staff("Legal", an_agreement, **NO_NUMBER)
        for name in ("approve", "send", "remind", "extend", "redraft", "void")
    },
    "staff_agreement_replace": staff("Legal", a_line, **NO_NUMBER, line=999_999),
    "staff_licences": staff(DESK_STAFF),
    "staff_licence": staff(DESK_STAFF, a_licence, **NO_NUMBER),
    **{f"staff_licence_{name}": staff(MANAGERS, a_licence, **NO_NUMBER) for name in ("reinstate", "confirm", "withdraw")},
    "staff_licence_ask": staff(MANAGERS, lambda: {**a_licence(), "command": "suspend"}, **NO_NUMBER, command="suspend"),
    "staff_day": staff(DESK_STAFF + ", Brand, Kit editors"),
    "staff_history": staff(DESK_STAFF, lambda: {"kind": "licences", "key": a_licence()["number"]}, kind="licences", key="L-2026-9999"),
    "staff_kits": staff(KIT_STAFF),
    "staff_kit_log": staff(KIT_STAFF),
    "staff_kit_release": staff(KIT_STAFF, first(KitRelease), pk=999_999),
    "staff_kit_new": staff(EDITORS),
    "staff_kit_new_release": staff(EDITORS, lambda: {"slug": "qtp1"}, slug="nothing"),
    **{f"staff_kit_{name}": staff(EDITORS, first(KitRelease), pk=999_999) for name in ("release_now", "withdraw", "new_item")},
    "staff_kit_item": staff(KIT_STAFF, first(KitItem), pk=999_999),
    **{f"staff_kit_{name}": staff(EDITORS, first(KitItem), pk=999_999) for name in ("upload", "remove_item")},
    "staff_kit_remove_file": staff(EDITORS, first(KitFile), pk=999_999),
    "staff_organisations": staff(ORGANISATION_STAFF),
    "staff_organisation": staff(ORGANISATION_STAFF, lambda: {"pk": Organisation.objects.get(short_name="KCCQN").pk}, pk=999_999),
}

# Addresses of other packages that name an object outside the CMS. Those of the CMS follow one rule: staff, by Wagtail's own permissions.
THEIRS: dict[str, str] = {
    "account_reset_password_from_key": "a letter's secret",
    "mfa_remove_webauthn": "keys of the person signed in",
    "mfa_edit_webauthn": "keys of the person signed in",
    "wagtailcore_authenticate_with_password": "asks for the password of a private page",
    "wagtail_serve": "published pages",
}
