"""The main job, step by step, for whoever does it and however: a society applies, staff decide, all sign, money arrives, the kit opens."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from licensing.models import Agreement, Application, Event, Invoice, Licence
from media.models import Download
from portal.demo.accounts import PASSWORD
from tests.browser.people import Person
from tests.demo_world import organisation

NAME = "Kenya Cancer Care Quality Network"
SAVE = "main form .row button.button--main"


@dataclass(frozen=True)
class Cast:
    """Who takes part, each at a window of their own; ``deliver`` does what the worker would do now."""

    owner: Person
    manager: Person
    legal: Person
    finance: Person
    stranger: Person
    deliver: Callable[[], None]
    folder: Path


@dataclass(frozen=True)
class Words:
    """What the society reads on the way."""

    check: str
    received: str
    fee: str
    valid: str


def play(cast: Cast, words: Words) -> Licence:
    """Go from the half-done draft of the demonstration to a license in force that a stranger has verified."""
    application = Application.objects.get(organisation=organisation("KENYA"))
    finish_and_submit(cast.owner, application.number, words)
    application.refresh_from_db()
    assert (application.state, application.revisions.count()) == ("submitted", 1)

    decide(cast.manager, application)
    terms = application.terms.get()
    issue(cast.manager, terms)

    cast.owner.go(f"desk/offers/{application.number}/")
    assert words.fee in cast.owner.words
    cast.owner.press("form[action*='/accept/'] button")
    agreement, invoice = Agreement.objects.get(terms=terms), Invoice.objects.get(terms=terms)
    assert (invoice.total_minor, invoice.currency) == (90000, "USD")

    send(cast.legal, agreement)
    cast.deliver()
    cast.owner.go(f"desk/agreements/{agreement.number}/")
    sign(cast.owner, "The Network Chair (DEMO)", "read", "consent")
    cast.legal.go(f"/cms/agreements/{agreement.number}/")
    sign(cast.legal, "The Legal Officer (DEMO)", "consent")
    cast.deliver()
    agreement.refresh_from_db()
    assert (agreement.state, agreement.requests.filter(signature__isnull=False).count(), bool(agreement.sealed_key)) == (
        "executed",
        2,
        True,
    )

    receive(cast.finance, invoice)
    assert not Licence.objects.filter(agreement=agreement).exists()
    tick_papers(cast.manager, terms)
    licence = Licence.objects.get(agreement=agreement)
    assert Event.objects.filter(subject_kind="licence", command="activate", subject_id=licence.pk).count() == 1

    stamped = download(cast.owner, cast.folder / "deck.pdf")
    grant = Download.objects.get(organisation=application.organisation)
    assert (grant.verdict, grant.licence) == ("granted", licence)
    assert NAME in stamped and licence.number in stamped

    verify(cast.stranger, licence, words)
    cast.deliver()
    return licence


def finish_and_submit(owner: Person, number: str, words: Words) -> None:
    """Go through the sections that the draft leaves open, each saved into the next, check the answers, send them."""
    owner.go("desk/")
    owner.press(f"main a[href$='/desk/applications/{number}/']")
    owner.press("main a[href$='/finance/']")
    owner.choose(vat_registered="no", non_profit="yes", purchase_order_rule="none")
    owner.press(SAVE)
    assert owner.mend_first_problem() == "id_no_tax_number_reason"
    owner.fill(no_tax_number_reason="Exempt entity (DEMO)", non_profit_evidence="Statutes of 2019 (DEMO)")
    owner.choose(fiscal_year_begins="1")
    owner.fill(finance_contact_name="Treasury (DEMO)", finance_contact_email="finance@kenya.example")
    owner.press(SAVE)
    owner.fill(workshops__0__year="2027", workshops__0__workshops="2", workshops__0__places="30", workshops__0__city="Nairobi")
    owner.fill(audience_mix__physicians="40", audience_mix__nurses="40", audience_mix__pharmacists="10", audience_mix__managers="10")
    owner.fill(attendee_fee__amount="0", evaluation="A survey before and after each workshop (DEMO)")
    owner.press(SAVE)
    for row in "01":
        person = {"name": f"Teacher {row} (DEMO)", "role": "Oncology", "languages": "en, sw"}
        owner.fill(**{f"faculty__{row}__{name}": value for name, value in person.items()})
        owner.choose(**{f"faculty__{row}__alumni": "yes", f"faculty__{row}__coach": "no"})
    owner.fill(physician_lead_name="Dr. Example (DEMO)", physician_lead_member_number="DEMO-7", physician_lead_email="lead@kenya.example")
    owner.press(SAVE)
    owner.fill(funding_sources="Fees of the members (DEMO)", independence_policy="No commercial support (DEMO)")
    owner.choose(conflicts="no")
    owner.press(SAVE)
    owner.tick("sanctions_declared", "anti_bribery_declared", "accuracy_declared")
    owner.fill(data_protection_contact_name="Data protection (DEMO)", data_protection_contact_email="dpo@kenya.example")
    owner.choose(reading_language=owner.language)
    owner.press(SAVE)
    assert owner.heading == words.check
    owner.press(SAVE)
    assert owner.heading == words.received
    assert number in owner.words


def decide(manager: Person, application: Application) -> None:
    """Take the application, vet its organisation on the way, approve."""
    manager.go(f"/cms/applications/{application.number}/")
    manager.press("button[value=take]")
    manager.press(f"a[href='/cms/organizations/{application.organisation_id}/']")
    manager.fill(reason="Register and statutes seen (DEMO)")
    manager.press("main form button[type=submit]")
    manager.press(f"main a[href='/cms/applications/{application.number}/']")
    manager.fill(reason="Meets the criteria (DEMO)")
    manager.press("button[value=approve]")


def issue(manager: Person, terms) -> None:
    manager.go(f"/cms/offers/{terms.pk}/")
    assert "USD 900.00" in manager.words
    manager.press("form[action$='/issue/'] button")


def send(legal: Person, agreement: Agreement) -> None:
    legal.go(f"/cms/agreements/{agreement.number}/")
    legal.press("form[action$='/approve/'] button")
    legal.press("form[action$='/send/'] button")


def sign(person: Person, name: str, *boxes: str) -> None:
    """Sign what is shown, with the name typed and the password asked once more."""
    person.tick(*boxes)
    person.fill(typed_name=name, password=PASSWORD)
    person.press("#sign button[type=submit]")


def receive(finance: Person, invoice: Invoice) -> None:
    finance.go(f"/cms/invoices/{invoice.number}/")
    finance.fill(amount="900.00", bank_reference="DEMO-TRANSFER-1")
    finance.press("section[aria-labelledby=receive] form button")


def tick_papers(manager: Person, terms) -> None:
    manager.go(f"/cms/offers/{terms.pk}/")
    papers = manager.page.locator("form[action*='/papers/'] button[value=tick]")
    assert papers.count() == 3
    while papers.count():
        manager.page.locator("form:has(button[value=tick]) input[name=note]").first.fill("Seen (DEMO)")
        manager.press("form[action*='/papers/'] button[value=tick]")


def download(owner: Person, target: Path) -> str:
    """Take the first deck in Spanish from the kit that the desk offers; return the words and metadata of the file."""
    owner.go("desk/")
    owner.press("main a[href$='/desk/kits/qtp1/2.1/']")
    with pikepdf.open(BytesIO(owner.take("#item-deck-1 a[hreflang=es]", target))) as pdf:
        return pdf.Root.Metadata.read_bytes().decode()


def verify(stranger: Person, licence: Licence, words: Words) -> None:
    """Type the code as somebody without an account would: small letters, no hyphens."""
    stranger.go("verify/")
    stranger.enter("code", licence.code.replace("-", "").lower(), rf"/{stranger.language}/verify/[0-9A-Z-]{{19}}/")
    assert stranger.heading == words.valid
    assert NAME in stranger.words
    assert licence.number in stranger.words
