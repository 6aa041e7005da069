"""The main job end to end as people do it: by keyboard alone in English, and in Spanish on a phone that runs no scripts."""

import pytest

from licensing.models import Application
from portal.accounts.models import User
from portal.core.models import SentMail
from tests.browser import line
from tests.browser.line import Cast, Words
from tests.browser.people import ByKeyboard, OnAPhone
from tests.demo_world import organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world"), pytest.mark.check("JN1")]


@pytest.fixture
def cast(browser_page, live_server, settings, worker, tmp_path):
    """Return a function that gives each part a window: the society's in its language, the colleagues' in English."""
    settings.PORTAL_ORIGIN = live_server.url

    def assemble(kind, language, arrived=lambda page: None, **window):
        def at_window(locale):
            return kind(browser_page(locale=locale, **window), locale, arrived)

        return Cast(
            owner=at_window(language).sign_in("owner@kenya.example"),
            **{part: at_window("en").sign_in(f"{part}@demo.example") for part in ("manager", "legal", "finance")},
            stranger=at_window(language),
            deliver=worker,
            folder=tmp_path,
        )

    return assemble


@pytest.mark.row("B1")
def test_a_society_is_licensed_by_keyboard_alone(cast, violations):
    def look(page):
        """What is offered and what is to be signed stands so only on the way: axe looks at it here."""
        if "/offers/" in page.url or "/agreements/" in page.url:
            assert violations(page, rules="but colours", within=".portal" if page.locator(".portal").count() else "html") == {}, page.url

    everybody = cast(ByKeyboard, "en", look)
    line.play(everybody, Words(check="Check your answers", received="Application received", fee="USD 900", valid="Valid"))


@pytest.mark.row("B1")
def test_a_society_is_licensed_in_spanish_on_a_phone_without_scripts(cast):
    User.objects.filter(email="owner@kenya.example").update(language="es")
    everybody = cast(OnAPhone, "es", width=390, height=844, javascript=False)
    licence = line.play(everybody, Words(check="Revise sus respuestas", received="Solicitud recibida", fee="900 USD", valid="Válida"))

    application, agreement = Application.objects.get(organisation=organisation("KENYA")).number, licence.agreement
    invoice = agreement.terms.invoices.get().number
    letters = SentMail.objects.filter(recipient="owner@kenya.example").order_by("pk")
    assert [letter.subject for letter in letters] == [
        f"Hemos recibido su solicitud {application}",
        f"Estamos evaluando su solicitud {application}",
        f"Su solicitud {application} está aprobada",
        f"Nuestra oferta para la solicitud {application}",
        f"Ha aceptado la oferta para la solicitud {application}",
        f"Factura {invoice}",
        f"Le toca a usted firmar el acuerdo {agreement.number}",
        f"Todos han firmado el acuerdo {agreement.number}",
        f"Acuerdo {agreement.number}: su copia sellada",
        f"La factura {invoice} está liquidada",
        f"Su licencia {licence.number}",
    ]
