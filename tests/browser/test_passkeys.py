"""Passkeys from the first to the last day, with the authenticator Chromium brings for tests; no page of it breaks the policy."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings

from portal.accounts.models import User
from tests import people
from tests.browser.test_pages import LISTEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.row("J6"), pytest.mark.check("S44")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def window(browser_page):
    """A window with an authenticator in the device, whose reports of the policy are kept over all its pages."""
    page = browser_page()
    page.reports = []
    page.expose_function("report", lambda *what: page.reports.append(what))
    page.add_init_script(LISTEN.replace("window.reports.push(", "window.report(").replace("window.reports = [];", ""))
    page.cdp = page.context.new_cdp_session(page)
    page.cdp.send("WebAuthn.enable")
    page.device = page.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    yield page
    assert page.reports == []


def press(page, button, onto):
    page.click(f"main button:has-text('{button}'), main a:has-text('{button}')")
    page.wait_for_url(re.compile(onto))


def sign_in(page, person, language="en"):
    page.goto(f"/{language}/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", people.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/desk/"))


def add(page, name, language="en"):
    page.goto(f"/{language}/accounts/2fa/webauthn/add/")
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", people.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile("/webauthn/add/"))
    page.fill("[name=name]", name)
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("/2fa/(recovery-codes/)?$"))


def test_a_passkey_is_added_named_used_to_sign_in_and_to_confirm_and_removed(window):
    person = people.user(name="The Key Holder (DEMO)")
    sign_in(window, person)
    add(window, "Laptop")
    assert len(re.findall(r"\b\d{8}\b|\b[0-9a-f]{8}\b", window.inner_text("main"))) == 10

    window.goto("/en/accounts/2fa/webauthn/")
    assert "Laptop" in window.inner_text("main table")
    assert "Signs in alone" in window.inner_text("main table")
    press(window, "Rename", "/edit/")
    window.fill("[name=name]", "Blue key")
    press(window, "Save", "/2fa/webauthn/$")
    assert "Blue key" in window.inner_text("main table")

    window.goto("/en/accounts/logout/")
    press(window, "Sign out", "/en/")
    window.goto("/en/accounts/login/")
    window.click("#passkey_login")
    window.wait_for_url(re.compile("/en/desk/"))
    window.goto("/en/accounts/profile/")
    assert window.input_value("[name=name]") == "The Key Holder (DEMO)"

    window.goto("/en/accounts/2fa/webauthn/")
    press(window, "Remove", "remove")
    if "/reauthenticate/" in window.url:
        window.fill("[name=password]", people.PASSWORD)
        window.press("[name=password]", "Enter")
        window.wait_for_url(re.compile("/remove/"))
    press(window, "Remove it", "/2fa/webauthn/$")
    assert "You have no key yet." in window.inner_text("main")
    assert Authenticator.objects.filter(user=person).count() == 0


def test_a_grave_act_is_confirmed_by_a_passkey_and_by_nothing_somebody_made_up(window, monkeypatch):
    person = people.user()
    sign_in(window, person, "es")
    add(window, "Portátil", "es")
    monkeypatch.setattr(settings, "DEMO", False)
    window.goto("/es/accounts/close/")
    window.eval_on_selector("[name=password-credential]", "field => field.value = '{}'")
    window.click("main form .button--grave")
    window.wait_for_selector("main .problem")
    assert "Este código no sirve" in window.inner_text("main .problem")
    window.click("[data-passkey] button")
    window.wait_for_selector("[data-passkey] [role=status]:has-text('confirmada')")
    press(window, "Cerrar mi cuenta", r"/(en|es)/$")
    assert not User.objects.get(pk=person.pk).is_active


def test_a_ceremony_that_fails_is_told_on_the_page(window):
    sign_in(window, people.user())
    window.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": window.device, "isUserVerified": False})
    window.goto("/en/accounts/2fa/webauthn/add/")
    window.fill("[name=password]", people.PASSWORD)
    window.press("[name=password]", "Enter")
    window.wait_for_url(re.compile("/webauthn/add/"))
    window.click("#mfa_webauthn_add")
    window.wait_for_selector("[data-passkey-failed]:visible")
    assert Authenticator.objects.count() == 0
