"""Builders that play the story through the real actions: what a test starts from happened the way it happens in life.

``society`` and ``person`` make who acts, ``offering`` what can be licensed, ``application_at`` an application in a state. Each later part of
the line adds its builder below, calling the former one: ``terms_at``, ``agreement_at``, ``licence`` …
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission

from content.programmes.models import Programme
from i18n.places.models import Place
from licensing import lifecycle
from licensing.applications import actions as applications
from licensing.applications import form
from licensing.applications.models import Application
from licensing.applications.rules import Side, State
from licensing.history.actions import Actor
from licensing.offerings.models import EvidenceRequirement, LicenceOffering, LicensedRight, OfferingEdition
from licensing.organisations import actions as organisations
from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role
from portal.accounts.models import User
from tests.clock import NOW
from tests.telling import told

PASSWORD = "a-long-password-of-tests"
_number = count(1)
ZONES = {
    "ES": "Europe/Madrid",
    "BR": "America/Sao_Paulo",
    "IN": "Asia/Kolkata",
    "KE": "Africa/Nairobi",
    "CL": "America/Santiago",
    "US": "America/New_York",
}
NAMES = {
    "ES": ("Spain", "España"),
    "BR": ("Brazil", "Brasil"),
    "IN": ("India", "India"),
    "KE": ("Kenya", "Kenia"),
    "CL": ("Chile", "Chile"),
    "US": ("United States", "Estados Unidos"),
}


@told
def place(code: str = "ES") -> Place:
    """Return a place; made as ``load_places`` would, where a test did not load them."""
    names = NAMES.get(code, (code, code))
    return Place.objects.get_or_create(
        code=code, defaults={"iso2": code[:2], "zone": ZONES.get(code, "UTC"), "name_en": names[0], "name_es": names[1]}
    )[0]


@told
def user(email: str = "", *, name: str = "", language: str = "en", **fields: Any) -> User:
    """Make somebody who can sign in with ``PASSWORD``, the address verified."""
    number = next(_number)
    made = User.objects.create_user(
        email or f"person{number}@demo.example", PASSWORD, name=name or f"Person {number} (DEMO)", language=language, **fields
    )
    made.emailaddress_set.create(email=made.email, verified=True, primary=True)
    return made


@told
def staff(*groups: str, email: str = "", language: str = "en") -> User:
    """Make a member of staff in some groups of ``portal.accounts.groups``."""
    made = user(email, language=language)
    into_groups(made, *groups)
    return made


@told
def into_groups(person: User, *groups: str) -> None:
    """Put somebody into groups of staff, which the migrations made."""
    found = list(Group.objects.filter(name__in=groups))
    assert len(found) == len(groups), f"no such group among {groups}"
    person.groups.add(*found)


@told
def staff_who_may(*permissions: str) -> User:
    """Make a member of staff with exactly these rights (``licensing.view_queue``), and the CMS open."""
    made = user()
    for name in ("wagtailadmin.access_admin", *permissions):
        label, codename = name.split(".")
        made.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return made


def actor(person: User, organisation: Organisation | None = None) -> Actor:
    return Actor(person.pk, str(person), organisation.pk if organisation else None)


@told
def society(
    name: str = "Sociedad de Prueba (DEMO)",
    *,
    at: str = "ES",
    owner: User | None = None,
    vetted: bool = True,
    language: str = "en",
    now: datetime = NOW,
    **more: Any,
) -> Organisation:
    """Make an organisation with one owner (``owner_of`` finds the person), vetted unless said otherwise."""
    owner = owner or user(language=language)
    particulars = organisations.Particulars(
        legal_name=name, register_name=more.pop("register_name", name), place_id=place(at).pk, legal_form="society", address="1 Sample Road (DEMO)",
        registration_number="DEMO-1", registry="Registry (DEMO)", language=language, **more,
    )  # fmt: skip
    made = organisations.create(particulars, owner=owner, by=Actor(owner.pk, str(owner)), now=now)
    if vetted:
        organisations.vet(made.pk, by=Actor(staff().pk, "vetting staff"), now=now)
        made.refresh_from_db()
    return made


def owner_of(organisation: Organisation) -> User:
    return User.objects.get(
        pk=organisation.memberships.filter(role=Role.OWNER, ended_at=None).order_by("pk").values_list("user", flat=True)[0]
    )


@told
def person(organisation: Organisation, *roles: str, now: datetime = NOW, **fields: Any) -> User:
    """Make somebody with these roles in an organisation."""
    made = user(**fields)
    organisations.join(organisation.pk, made, roles, by=actor(owner_of(organisation), organisation), now=now)
    return made


@told
def programme(code: str = "QTP1") -> Programme:
    kind = Programme.Kind.MEETING if code == "QCS" else Programme.Kind.TRAINING
    return Programme.objects.get_or_create(code=code, defaults={"name": f"Program {code} (DEMO)", "short_name": code, "kind": kind})[0]


RIGHTS = {
    "QTP1-L": ("slides", "manual", "workbook", "organiser", "logo"),
    "QCS-DH": ("abstracts", "slides", "briefing", "organiser", "logo"),
}


@told
def offering(code: str = "QTP1-L") -> LicenceOffering:
    """Return an offering with its rights and one required paper; QCS-DH also has the edition 2027 (symposium in March, rights until December)."""
    if found := LicenceOffering.objects.filter(code=code).first():
        return found
    made = LicenceOffering.objects.create(
        code=code, programme=programme("QCS" if code == "QCS-DH" else "QTP1"), name_en=f"Offering {code} (DEMO)", name_es=f"Oferta {code} (DEMO)",
        summary_en="Hold it yourself.", summary_es="Impártalo usted mismo.", may_en="Hold workshops", may_es="Impartir talleres",
        may_not_en="Change the slides", may_not_es="Modificar las diapositivas", term_years=None if code == "QCS-DH" else 2,
        fee_unit="edition" if code == "QCS-DH" else "licence", kit_languages=["en", "es"], template_code=code,
    )  # fmt: skip
    for position, right in enumerate(RIGHTS[code]):
        LicensedRight.objects.create(offering=made, code=right, name_en=right.title(), name_es=f"{right.title()} (es)", position=position)
    EvidenceRequirement.objects.create(
        offering=made, code="signing_powers", name_en="Proof of signing powers", name_es="Acreditación de los poderes de firma"
    )
    if code == "QCS-DH":
        starts = NOW + timedelta(days=120)
        OfferingEdition.objects.create(
            offering=made,
            label="2027",
            starts_at=starts,
            ends_at=starts + timedelta(days=2),
            embargo_until=starts,
            rights_until=starts + timedelta(days=275),
        )
    return made


def edition(code: str = "QCS-DH") -> OfferingEdition:
    return OfferingEdition.objects.get(offering=offering(code))


def answers(code: str = "QTP1-L", **changes: Any) -> dict[str, dict[str, Any]]:
    """Return complete answers by step; ``changes`` replaces some (None takes one out)."""
    given = {**COMMON, **(QCS_DH if code == "QCS-DH" else QTP1_L), **changes}
    steps = {
        page.key: {question.key: given[question.key] for question in page.questions if question.key in given}
        for page in form.steps(code, 1)
    }
    assert set(given) == {key for values in steps.values() for key in values}, "an answer nobody asks for"
    return steps


COMMON: dict[str, Any] = {
    "legal_name": "Sociedad de Prueba (DEMO)", "register_name": "Sociedad de Prueba", "legal_form": "society", "registration_number": "DEMO-1",
    "registry": "Registry (DEMO)", "registered_address": "1 Sample Road (DEMO)", "registration_place": "ES", "activity_places": ["ES"],
    "signing_mode": "alone", "signatories": [{"name": "The Owner (DEMO)", "office": "President", "email": "owner@eco.example"}],
    "signing_powers_document": "Resolution (DEMO), 12 January 2026", "vat_registered": False, "no_tax_number_reason": "Exempt (DEMO)",
    "tax_numbers": [{"kind": "NIF", "value": "G-00000000 (DEMO)"}], "non_profit": True, "non_profit_evidence": "Statutes (DEMO)",
    "finance_contact_name": "The Treasurer (DEMO)", "finance_contact_email": "finance@eco.example", "purchase_order_rule": "none",
    "fiscal_year_begins": 1, "organiser": "applicant", "delivery_mode": "hybrid", "delivery_languages": ["es"],
    "attendee_fee": {"amount_minor": 0, "currency": "EUR"}, "funding_sources": "Our own funds.", "independence_policy": "The committee decides.",
    "conflicts": False, "sanctions_declared": True, "anti_bribery_declared": True, "accuracy_declared": True,
    "data_protection_contact_name": "The Owner (DEMO)", "data_protection_contact_email": "owner@eco.example", "reading_language": "es",
}  # fmt: skip
QTP1_L: dict[str, Any] = {
    "need": "Few teams are trained.", "workshops": [{"year": 2027, "workshops": 4, "places": 30, "city": "Madrid"}],
    "audience_mix": {"physicians": 60, "nurses": 40}, "evaluation": "A survey before and after.",
    "faculty": [
        {"name": "First Teacher (DEMO)", "role": "Physician", "alumni": True, "coach": False, "languages": "es"},
        {"name": "Second Teacher (DEMO)", "role": "Nurse", "alumni": True, "coach": True, "languages": "es, en"},
    ],
    "physician_lead_name": "First Teacher (DEMO)", "physician_lead_member_number": "DEMO-77", "physician_lead_email": "lead@eco.example",
}  # fmt: skip
QCS_DH: dict[str, Any] = {
    "edition": "2027", "starts_on": "2027-05-06", "ends_on": "2027-05-07", "expected_attendance": 220, "attendee_places": ["ES"],
    "local_titles": [{"language": "es", "title": "Simposio (DEMO)"}], "agenda": [{"day": 1, "starts": "09:30", "ends": "10:00", "session": "Apertura"}],
    "scientific_committee": [{"name": "The Chair (DEMO)", "role": "Chair", "institution": "Hospital (DEMO)"}], "recording": False,
    "exclusivity": "none", "budget": "Fees and our own funds.",
}  # fmt: skip


@told
def draft(
    organisation: Organisation | None = None,
    *,
    code: str = "QTP1-L",
    by: User | None = None,
    filled: bool = True,
    now: datetime = NOW,
    **changes: Any,
) -> Application:
    """Begin an application, with complete answers unless ``filled`` is False."""
    organisation = organisation or society(now=now)
    who = actor(by or owner_of(organisation), organisation)
    wanted = offering(code)
    made = applications.start(organisation.pk, wanted, by=who, now=now, edition=edition(code) if code == "QCS-DH" else None)
    if filled:
        changes.setdefault("signatories", [{"name": who.label, "office": "President", "email": owner_of(organisation).email}])
        for step, given in answers(code, **changes).items():
            applications.save(made.pk, step, given, side=Side.APPLICANT, by=who, now=now)
    made.refresh_from_db()
    return made


# How an application gets to a state: (command, side) in order after the filled draft.
STORY: dict[State, list[tuple[str, Side]]] = {
    State.DRAFT: [],
    State.SUBMITTED: [("submit", Side.OWNER)],
    State.IN_REVIEW: [("submit", Side.OWNER), ("take", Side.STAFF)],
    State.APPROVED: [("submit", Side.OWNER), ("take", Side.STAFF), ("approve", Side.DECIDER)],
    State.DECLINED: [("submit", Side.OWNER), ("take", Side.STAFF), ("decline", Side.DECIDER)],
    State.WITHDRAWN: [("withdraw", Side.OWNER)],
}


@told
def application_at(
    state: State,
    organisation: Organisation | None = None,
    *,
    code: str = "QTP1-L",
    manager: User | None = None,
    now: datetime = NOW,
    **changes: Any,
) -> Application:
    """Play an application up to ``state`` through ``lifecycle``; ``manager`` takes and decides."""
    made = draft(organisation, code=code, now=now, **changes)
    applicant = actor(owner_of(made.organisation), made.organisation)
    decider = actor(manager or staff("Licensing managers"))
    for command, side in STORY[state]:
        who = applicant if side in (Side.APPLICANT, Side.OWNER) else decider
        lifecycle.advance(made.pk, command, side=side, by=who, now=now, reason="Meets all criteria (DEMO)" if side is Side.DECIDER else "")
    made.refresh_from_db()
    return made
