"""The main job end to end as people do it: a Spanish-speaking society applies, staff decide, all sign, money arrives, the kit opens."""

import re
from io import BytesIO

import pikepdf
import pytest

from licensing.models import Agreement, Application, Event, Invoice, Licence
from media.models import Download
from portal.demo.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]

NUMBER = "Kenya Cancer Care Quality Network"


class Person:
    """Somebody at a browser window of their own."""

    def __init__(self, page, email, language="es"):
        self.page, self.language = page, language
        page.goto(f"/{language}/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/(desk|cms)/"))

    def go(self, path):
        answer = self.page.goto(path if path.startswith(("/cms", "/kits")) else f"/{self.language}/{path}")
        assert answer.status == 200, path
        return self.page

    def choose(self, name, value):
        self.page.check(f"input[name={name}][value={value}]")

    def fill(self, **values):
        for name, value in values.items():
            self.page.fill(f"[name={name.replace('__', '-')}]", value)

    def press(self, selector):
        with self.page.expect_navigation():
            self.page.click(selector)

    def confirm(self):
        self.page.fill("input[name=password]", PASSWORD)


def finish_the_form(owner, number):
    """Complete the steps that Kenya's colleagues left open, one page each."""
    base = f"desk/applications/{number}"
    save = "main form .row button.button--main"
    owner.go(f"{base}/finance/")
    owner.choose("vat_registered", "no")
    owner.choose("non_profit", "yes")
    owner.choose("purchase_order_rule", "none")
    owner.fill(no_tax_number_reason="Entidad exenta (DEMO)", non_profit_evidence="Estatutos, 2019", finance_contact_name="Tesorería")
    owner.fill(finance_contact_email="finance@kenya.example", fiscal_year_begins="1")
    owner.press(save)
    owner.go(f"{base}/activity/")
    for field in owner.page.query_selector_all("main form textarea:visible"):
        if not field.input_value():
            field.fill("Necesidad documentada en el plan nacional (DEMO)")
    fill_what_is_empty(owner)
    owner.press(save)
    owner.go(f"{base}/faculty/")
    for row in "01":
        owner.fill(**{f"faculty__{row}__name": f"Docente {row}", f"faculty__{row}__role": "Oncología", f"faculty__{row}__languages": "en, sw"})
        owner.page.select_option(f"[name=faculty-{row}-alumni]", index=1)
        owner.page.select_option(f"[name=faculty-{row}-coach]", index=1)
    owner.fill(physician_lead_name="Dra. Ejemplo (DEMO)", physician_lead_member_number="DEMO-7", physician_lead_email="lead@kenya.example")
    owner.press(save)
    owner.go(f"{base}/independence/")
    owner.fill(funding_sources="Cuotas de los miembros (DEMO)", independence_policy="Sin apoyo comercial (DEMO)")
    owner.choose("conflicts", "no")
    owner.press(save)
    owner.go(f"{base}/declarations/")
    for name in ("sanctions_declared", "anti_bribery_declared", "accuracy_declared"):
        owner.page.check(f"input[name={name}]")
    owner.fill(data_protection_contact_name="Protección de datos", data_protection_contact_email="dpo@kenya.example")
    owner.choose("reading_language", "es")
    owner.press(save)


def fill_what_is_empty(owner):
    """Answer what is still open on a page with plain values that every check accepts."""
    page = owner.page
    for name, value in {"delivery_mode": "in_person", "organiser": "applicant"}.items():
        if page.query_selector(f"input[name={name}]") and not page.query_selector(f"input[name={name}]:checked"):
            owner.choose(name, value)


@pytest.mark.row("B1")
@pytest.mark.check("JN1")
def test_a_society_is_licensed_and_downloads_in_spanish(browser_page, live_server, settings, worker, tmp_path):
    settings.PORTAL_ORIGIN = live_server.url
    owner = Person(browser_page(locale="es"), "owner@kenya.example")
    number = Application.objects.get(organisation__register_name__startswith=NUMBER).number

    # Apply: what colleagues began is there, the rest is answered, checked and sent.
    finish_the_form(owner, number)
    page = owner.go(f"desk/applications/{number}/check/")
    page.check("main form input[type=checkbox]") if page.query_selector("main form input[type=checkbox]") else None
    owner.press("main form button.button--main")
    assert number in page.inner_text("main")
    assert Application.objects.get(number=number).state == "submitted"

    # Decide: staff take it, make sure of the organisation, approve.
    manager = Person(browser_page(), "manager@demo.example", "en")
    page = manager.go(f"/cms/applications/{number}/")
    manager.press("button[value=take]")
    application = Application.objects.get(number=number)
    if application.organisation.vetted_at is None:
        manager.go(f"/cms/organizations/{application.organisation_id}/")
        manager.press("main form button[type=submit], .portal form button")
        manager.go(f"/cms/applications/{number}/")
    page.fill("#reason", "Cumple los criterios (DEMO)")
    manager.press("button[value=approve]")
    terms = application.terms.get()

    # Terms: issued with their computation, accepted by the society.
    manager.go(f"/cms/offers/{terms.pk}/")
    manager.press(f"form[action$='/offers/{terms.pk}/issue/'] button")
    page = owner.go(f"desk/offers/{number}/")
    assert "900" in page.inner_text("main")
    owner.press("form[action$='/accept/'] button.button--main")
    agreement = Agreement.objects.get(terms=terms)
    invoice = Invoice.objects.get(terms=terms)
    assert (invoice.total_minor, invoice.currency) == (90000, "USD")

    # Sign: legal sends, the owner signs what is shown, the licensor countersigns, the worker seals.
    legal = Person(browser_page(), "legal@demo.example", "en")
    legal.go(f"/cms/agreements/{agreement.number}/")
    for act in ("approve", "send"):
        confirm_if_asked(legal)
        legal.press(f"form[action$='/{act}/'] button")
    sign(owner, f"desk/agreements/{agreement.number}/", "#sign")
    sign(legal, f"/cms/agreements/{agreement.number}/", "#sign")
    worker()
    agreement.refresh_from_db()
    assert (agreement.state, bool(agreement.sealed_key)) == ("executed", True)

    # Pay and prove: the last condition activates, once.
    finance = Person(browser_page(), "finance@demo.example", "en")
    finance.go(f"/cms/invoices/{invoice.number}/")
    finance.fill(amount="900.00", bank_reference="DEMO-TRANSFER-1")
    confirm_if_asked(finance)
    finance.press("section[aria-labelledby=receive] form button")
    assert not Licence.objects.filter(agreement=agreement).exists()
    for _ in application.offering.evidence.all():
        manager.go(f"/cms/offers/{terms.pk}/")
        manager.press("form[action*='/papers/'] button[value=tick], form[action*='/papers/'] button:not([value=withdraw])")
    licence = Licence.objects.get(agreement=agreement)
    worker()

    # Download: the kit page names what is open; the file carries the society's name.
    page = owner.go("desk/kits/qtp1/2.1/")
    with page.expect_download() as waiting:
        page.click("#item-deck-1 a[hreflang=es]")
    target = tmp_path / "deck.pdf"
    waiting.value.save_as(target)
    download = Download.objects.get(verdict="granted", organisation=application.organisation)
    assert licence.number in pdf_text(target.read_bytes())
    assert download.licence == licence

    # Verify: anyone, without an account, in Spanish.
    public = browser_page(locale="es")
    assert public.goto(f"/es/verify/{licence.code}/").status == 200
    assert "Vigente" in public.inner_text("h1") or "Válida" in public.inner_text("h1")
    assert NUMBER in public.inner_text("main")
    assert Event.objects.filter(subject_kind="licence", command="activate", subject_id=licence.pk).count() == 1


def confirm_if_asked(person):
    if person.page.query_selector("input[name=password]"):
        person.confirm()


def sign(person, path, form):
    page = person.go(path)
    for box in page.query_selector_all(f"{form} input[type=checkbox]"):
        box.check()
    page.fill(f"{form} [name=typed_name]", page.get_attribute(f"{form} [name=typed_name]", "value") or "The Signatory (DEMO)")
    person.confirm()
    person.press(f"{form} button[type=submit]")


def pdf_text(content):
    """Return the words of the metadata: the licence's number stands there in plain."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return bytes(pdf.Root.Metadata.read_bytes()).decode()
