"""No page of the line breaks a rule of WCAG 2.2 AA that a machine can find: in English, Spanish and mirrored Arabic, light and dark."""

import pytest

from tests.browser import pages
from tests.demo_world import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]

DARK = ("", "availability/", "countries/ES/", "licensing/QTP1-L/", "verify/", "accounts/login/", "desk/")  # looked at in the dark as well
MIRRORED = ("desk/", "desk/organisation/", "activity/", "check/", "2.1/")  # what stands beside what, and turns round in Arabic


PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(one => one.outerHTML.slice(0, 150))"""


def walk(page, violations, language, paths):
    """Open each page and return what axe finds, by address.

    Colours and widths hardly depend on the language: in Spanish, with its long words, they are looked at as well. At 320 pixels nothing may
    ask to be scrolled sideways (WCAG 1.4.10).
    """
    found = {}
    for path in paths:
        address = f"/{language}/{path}"
        page.goto(address, wait_until="domcontentloaded")
        found[address] = violations(page, rules="all" if language == "es" else "but colours")
        if language == "es":
            page.set_viewport_size(PHONE)
            found[f"{address} on a phone"] = page.evaluate(STICKS_OUT)
            page.set_viewport_size(DESK)
        if language == "es" and (path in DARK or path.startswith(("verify/", "desk/agreements/", "desk/kits/qtp1/"))):
            page.emulate_media(color_scheme="dark")
            found[f"{address} in the dark"] = violations(page, rules="colours")
            page.emulate_media(color_scheme="light")
    return {address: wrong for address, wrong in found.items() if wrong}


def test_axe_hears(browser_page, violations):
    """Without this a deaf axe would prove everything."""
    page = browser_page()
    page.goto("/en/verify/")
    assert violations(page) == {}
    page.evaluate(
        "() => { document.querySelector('h1').style.color = '#ccc'; document.querySelector('main').append(document.createElement('img')); }"
    )
    assert violations(page).keys() == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_public_pages_are_accessible(browser_page, violations, language):
    assert walk(browser_page(), violations, language, pages.public()) == {}


@pytest.mark.parametrize("language", ["es", "ar"])
def test_pages_of_the_desk_are_accessible(browser_page, enter, violations, language):
    page, found = browser_page(), {}
    for email, paths in pages.desk().items():
        enter(page, person(email))
        found |= walk(page, violations, language, [path for path in paths if language == "es" or path.endswith(MIRRORED)])
    assert found == {}


def test_our_pages_in_the_cms_are_accessible(browser_page, enter, violations):
    page, found = browser_page(), {}
    for email, paths in pages.cms().items():
        enter(page, person(email))
        for path in paths:
            assert page.goto(f"/cms/{path}", wait_until="domcontentloaded").url.endswith(f"/cms/{path}"), (email, path)
            found[path] = violations(page, within=".portal" if page.locator(".portal").count() else "main form")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_form_sent_back_is_accessible(browser_page, enter, violations):
    page = browser_page()
    enter(page, person("owner@kenya"))
    [finance] = [path for path in pages.desk()["owner@kenya"] if path.endswith("/finance/")]
    page.goto(f"/es/{finance}")
    with page.expect_navigation():
        page.click("main form .row button.button--main")
    assert page.title().startswith("Error:")
    assert violations(page) == {}
