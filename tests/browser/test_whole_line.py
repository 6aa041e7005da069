"""The main job end to end as people do it: a society applies in Spanish, staff decide, all sign, money arrives, the kit opens, anybody verifies."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from licensing.models import Agreement, Application, Event, Invoice, Licence
from media.models import Download
from portal.accounts.models import User
from portal.core.models import SentMail
from portal.demo.accounts import PASSWORD
from tests.browser.people import Person
from tests.demo_world import organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]

NAME = "Kenya Cancer Care Quality Network"
SAVE = "main form .row button.button--main"


@pytest.mark.row("B1")
@pytest.mark.check("JN1")
def test_a_society_is_licensed_and_downloads_in_spanish(browser_page, live_server, settings, worker, violations, tmp_path):
    settings.PORTAL_ORIGIN = live_server.url
    User.objects.filter(email="owner@kenya.example").update(language="es")
    application = Application.objects.get(organisation=organisation("KENYA"))
    owner = Person(browser_page(locale="es"), "owner@kenya.example", "es")

    finish_and_submit(owner, application.number)
    application.refresh_from_db()
    assert (application.state, application.revisions.count()) == ("submitted", 1)

    manager = Person(browser_page(), "manager@demo.example")
    decide(manager, application)
    terms = application.terms.get()
    issue(manager, terms)

    owner.go(f"desk/offers/{application.number}/")
    assert "900 USD" in owner.words
    assert violations(owner.page) == {}
    owner.press("form[action*='/accept/'] button")
    agreement, invoice = Agreement.objects.get(terms=terms), Invoice.objects.get(terms=terms)
    assert (invoice.total_minor, invoice.currency) == (90000, "USD")

    legal = Person(browser_page(), "legal@demo.example")
    send(legal, agreement)
    worker()
    owner.go(f"desk/agreements/{agreement.number}/")
    assert violations(owner.page) == {}
    sign(owner, "The Network Chair (DEMO)", "read", "consent")
    legal.go(f"/cms/agreements/{agreement.number}/")
    assert violations(legal.page, within=".portal") == {}
    sign(legal, "The Legal Office (DEMO)", "consent")
    worker()
    agreement.refresh_from_db()
    assert (agreement.state, agreement.requests.filter(signature__isnull=False).count(), bool(agreement.sealed_key)) == (
        "executed",
        2,
        True,
    )

    receive(Person(browser_page(), "finance@demo.example"), invoice)
    assert not Licence.objects.filter(agreement=agreement).exists()
    tick_papers(manager, terms)
    licence = Licence.objects.get(agreement=agreement)
    assert Event.objects.filter(subject_kind="licence", command="activate", subject_id=licence.pk).count() == 1

    stamped = download(owner, tmp_path / "deck.pdf")
    grant = Download.objects.get(organisation=application.organisation)
    assert (grant.verdict, grant.licence) == ("granted", licence)
    assert NAME in stamped and licence.number in stamped

    verify(browser_page(locale="es"), licence)
    worker()
    letters = SentMail.objects.filter(recipient="owner@kenya.example").order_by("pk")
    assert [letter.subject for letter in letters] == [
        f"Hemos recibido su solicitud {application.number}",
        f"Estamos evaluando su solicitud {application.number}",
        f"Su solicitud {application.number} está aprobada",
        f"Nuestra oferta para la solicitud {application.number}",
        f"Ha aceptado la oferta para la solicitud {application.number}",
        f"Factura {invoice.number}",
        f"Le toca a usted firmar el acuerdo {agreement.number}",
        f"Todos han firmado el acuerdo {agreement.number}",
        f"Acuerdo {agreement.number}: su copia sellada",
        f"La factura {invoice.number} está liquidada",
        f"Su licencia {licence.number}",
    ]


def finish_and_submit(owner, number):
    """Go through the sections that the draft leaves open, each saved into the next, check the answers, send them."""
    owner.go(f"desk/applications/{number}/finance/")
    owner.choose(vat_registered="no", non_profit="yes", purchase_order_rule="none")
    owner.fill(no_tax_number_reason="Entidad exenta (DEMO)", non_profit_evidence="Estatutos, 2019 (DEMO)", fiscal_year_begins="1")
    owner.fill(finance_contact_name="Tesorería (DEMO)", finance_contact_email="finance@kenya.example")
    owner.press(SAVE)
    owner.fill(workshops__0__year="2027", workshops__0__workshops="2", workshops__0__places="30", workshops__0__city="Nairobi")
    owner.fill(audience_mix__physicians="40", audience_mix__nurses="40", audience_mix__pharmacists="10", audience_mix__managers="10")
    owner.fill(attendee_fee__amount="0", evaluation="Encuesta antes y después de cada taller (DEMO)")
    owner.press(SAVE)
    for row in "01":
        owner.fill(
            **{
                f"faculty__{row}__name": f"Docente {row} (DEMO)",
                f"faculty__{row}__role": "Oncología",
                f"faculty__{row}__languages": "en, sw",
            }
        )
        owner.choose(**{f"faculty__{row}__alumni": "yes", f"faculty__{row}__coach": "no"})
    owner.fill(physician_lead_name="Dra. Ejemplo (DEMO)", physician_lead_member_number="DEMO-7", physician_lead_email="lead@kenya.example")
    owner.press(SAVE)
    owner.fill(funding_sources="Cuotas de los miembros (DEMO)", independence_policy="Sin apoyo comercial (DEMO)")
    owner.choose(conflicts="no")
    owner.press(SAVE)
    owner.tick("sanctions_declared", "anti_bribery_declared", "accuracy_declared")
    owner.fill(data_protection_contact_name="Protección de datos (DEMO)", data_protection_contact_email="dpo@kenya.example")
    owner.choose(reading_language="es")
    owner.press(SAVE)
    assert owner.heading == "Revise sus respuestas"
    owner.press(SAVE)
    assert owner.heading == "Solicitud recibida"
    assert number in owner.words


def decide(manager, application):
    """Take the application, vet its organisation on the way, approve."""
    manager.go(f"/cms/applications/{application.number}/")
    manager.press("button[value=take]")
    manager.press(f"a[href='/cms/organizations/{application.organisation_id}/']")
    manager.fill(reason="Registro y estatutos vistos (DEMO)")
    manager.press("main form button[type=submit]")
    manager.press(f"main a[href='/cms/applications/{application.number}/']")
    manager.fill(reason="Cumple los criterios (DEMO)")
    manager.press("button[value=approve]")


def issue(manager, terms):
    manager.go(f"/cms/offers/{terms.pk}/")
    assert "USD 900.00" in manager.words
    manager.press("form[action$='/issue/'] button")


def send(legal, agreement):
    legal.go(f"/cms/agreements/{agreement.number}/")
    legal.press("form[action$='/approve/'] button")
    legal.press("form[action$='/send/'] button")


def sign(person, name, *boxes):
    """Sign what is shown, with the name typed and the password asked once more."""
    person.tick(*boxes)
    person.fill(typed_name=name, password=PASSWORD)
    person.press("#sign button[type=submit]")


def receive(finance, invoice):
    finance.go(f"/cms/invoices/{invoice.number}/")
    finance.fill(amount="900.00", bank_reference="DEMO-TRANSFER-1")
    finance.press("section[aria-labelledby=receive] form button")


def tick_papers(manager, terms):
    manager.go(f"/cms/offers/{terms.pk}/")
    papers = manager.page.locator("form[action*='/papers/'] button[value=tick]")
    assert papers.count() == 3
    while papers.count():
        manager.press("form[action*='/papers/'] button[value=tick] >> nth=0")


def download(owner, target: Path) -> str:
    """Take the first deck in Spanish from the kit that the desk offers; return the words and metadata of the file."""
    owner.go("desk/")
    owner.press("main a[href='/es/desk/kits/qtp1/2.1/']")
    with owner.page.expect_download() as waiting:
        owner.page.click("#item-deck-1 a[hreflang=es]")
    waiting.value.save_as(target)
    with pikepdf.open(BytesIO(target.read_bytes())) as pdf:
        return pdf.Root.Metadata.read_bytes().decode()


def verify(page, licence):
    """Type the code as a stranger would, without an account: small letters, no hyphens."""
    page.goto("/es/verify/")
    page.fill("input[name=code]", licence.code.replace("-", "").lower())
    with page.expect_navigation(url=re.compile(r"/es/verify/[0-9A-Z-]{19}/")):
        page.press("input[name=code]", "Enter")
    assert page.inner_text("main h1") == "Válida"
    assert NAME in page.inner_text("main")
    assert licence.number in page.inner_text("main")
