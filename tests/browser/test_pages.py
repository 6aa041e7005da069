"""Every page in one walk: no rule of WCAG 2.2 AA broken that a machine can find, none of our own policy, nothing to scroll sideways for.

In Spanish, with its long words, all of it is looked at; in English and in mirrored Arabic what may differ there.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from portal.accounts.models import User
from portal.demo.accounts import PASSWORD
from tests.browser import pages
from tests.browser.people import STICKS_OUT
from tests.demo_world import person
from tests.house.address_rules import Kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world")]

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
SMALL = {"width": 390, "height": 844}
MIRRORED = ("availability", "inquiries/", "demand/")  # beside what is named by hand
LISTEN = """
window.reports = [];
document.addEventListener("securitypolicyviolation", event => window.reports.push([event.effectiveDirective, event.blockedURI, event.sourceFile, event.sample]));
"""
REPORTS = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(window.reports), 0)))"

# The CMS cuts off what does not fit into its main part: what of ours is wider than it, or lies beside it.
CUT_OFF = """() => {
  const frame = document.querySelector("main").getBoundingClientRect();
  return [...document.querySelectorAll(".portal *")].filter(one => {
    const box = one.getBoundingClientRect();
    return !one.closest(".scroll, .visually-hidden, svg, option") && box.width > 1 && (box.right > frame.right + 1 || box.left < frame.left - 1);
  }).slice(0, 3).map(one => one.outerHTML.slice(0, 150));
}"""

# Mark the first text of each look not met before, and return these looks: what it is, in what, and how it comes out. Nothing fades from here on.
NEW_LOOKS = """([known, within]) => {
  const still = new CSSStyleSheet();
  still.replaceSync("* { transition: none !important }");
  document.adoptedStyleSheets.push(still);
  const ways = new Set(known), fresh = [];
  for (const one of document.querySelectorAll(`${within} *`)) {
    if (![...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()) || !one.checkVisibility()) continue;
    let behind = one, shade = "";
    do { shade = getComputedStyle(behind).backgroundColor; behind = behind.parentElement; } while (behind && shade === "rgba(0, 0, 0, 0)");
    const style = getComputedStyle(one), around = one.parentElement;
    const look = [one.tagName, one.className, around.tagName, around.className, style.color, shade, style.fontSize, style.fontWeight].join();
    if (!ways.has(look)) { ways.add(look); fresh.push(look); one.dataset.look = ""; }
  }
  return fresh;
}"""

# Of rows made alike, which differ in words and addresses only, leave two: the matrix has hundreds. What is empty makes a row another one.
THIN = """() => {
  const met = {};
  for (const row of document.querySelectorAll("tbody tr")) {
    const make = [row, ...row.querySelectorAll("*")].map(one => [
      one.tagName, one.className, one.dataset.status, !one.textContent.trim(), one.labels?.length,
      ...[...one.attributes].map(({name, value}) => name + !value.trim()),
    ]).join();
    met[make] = (met[make] ?? 0) + 1;
    if (met[make] > 2) row.remove();
  }
}"""


@pytest.fixture
def page(browser_page):
    """A window that knows axe and keeps what the policy stopped on the page it shows."""
    page = browser_page()
    page.add_init_script(LISTEN)
    page.add_init_script(AXE_SCRIPT)
    return page


@pytest.fixture(scope="module")
def seen(violations):
    """Return a function that asks axe about a page: of contrast the texts whose look no page before had, in the light and in the dark."""
    known = set()

    def found(page, within="html"):
        looks = page.evaluate(NEW_LOOKS, [list(known), within])
        known.update(looks)
        light, dark = violations(page, "all" if looks else "but colours", within, looks=True), {}
        if looks:
            page.emulate_media(color_scheme="dark")
            dark = violations(page, "colours", "[data-look]")
            page.emulate_media(color_scheme="light")
        return {scheme: wrong for scheme, wrong in (("light", light), ("dark", dark)) if wrong}

    return found


@pytest.mark.check("S44")
def test_axe_and_the_listener_hear(page, violations):
    """Without this deaf ones would prove everything."""
    page.goto("/en/verify/")
    assert (violations(page), page.evaluate(REPORTS)) == ({}, [])
    page.evaluate("""() => {
      const style = document.createElement("style");
      style.textContent = "p { color: red }";
      document.head.append(style);
      document.querySelector("h1").style.color = "#ccc";
      document.querySelector("main").append(document.createElement("img"));
    }""")
    assert violations(page).keys() == {"image-alt", "color-contrast"}
    assert [report[0] for report in page.evaluate(REPORTS)] == ["style-src-elem"]


@pytest.mark.check("S44")
def test_every_page_is_accessible_and_keeps_the_policy(page, enter, violations, seen):
    by_hand = {pages.ANYBODY: pages.public(), **pages.desk()}
    known = {pages.name(f"/en/{path}") for paths in by_hand.values() for path in paths}
    found, met = {}, set()
    for walk in (by_hand, pages.other({Kind.PUBLIC, Kind.PERSON, Kind.OWN}, known)):
        for who, paths in walk.items():
            page.context.clear_cookies()
            if who:
                enter(page, person(who))
            for path in paths:
                found |= in_spanish(page, seen, path)
                name = pages.name(f"/en/{path}")
                for language in () if name in met else ("en", "ar"):
                    found |= in_short(page, violations, f"/{language}/{path}")
                met.add(name)
    page.context.clear_cookies()
    for language in ("en", "ar"):  # the only page that stands in frames of other sites
        found |= in_short(page, violations, f"/embed/{language}/QTP1/ES/")
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert len(met) > 65  # kinds of pages


def arrive(page, address):
    """Open a page, past the question who one is, and return what the policy stopped."""
    page.goto(address)
    if "/reauthenticate/?" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{address}")
    assert page.url.endswith(address), (address, page.url)
    return page.evaluate(REPORTS)


def in_spanish(page, seen, path):
    address = f"/es/{path}"
    found = {f"{address}: policy": arrive(page, address), address: seen(page)}
    page.set_viewport_size(PHONE)
    found[f"{address} on a phone"] = page.evaluate(STICKS_OUT)
    page.set_viewport_size(DESK)
    return found


def in_short(page, violations, address):
    return {f"{address}: policy": arrive(page, address), address: violations(page, rules="structure")}


@pytest.mark.check("S44")
def test_our_pages_in_the_cms_are_accessible_and_the_cms_runs_no_script_the_policy_does_not_know(page, enter, violations, seen):
    """In English all of it; then mirrored on a phone the lists and what is read most, where nothing is cut off."""
    by_hand = pages.cms()
    known = {pages.name(f"/cms/{path}") for paths in by_hand.values() for path in paths}
    others, found = pages.other({Kind.STAFF}, known), {}
    for ours, walk in ((True, by_hand), (True, others), (False, pages.cms_itself())):
        for who, paths in walk.items():
            enter(page, person(who))
            for path in paths:
                stopped = [report for report in arrive(page, f"/cms/{path}") if report[0].startswith("script-src")]
                found[f"{who} {path}: policy"] = stopped
                if ours:
                    page.evaluate(THIN)
                    found[f"{who} {path}"] = seen(page, part_of_ours(page))
    User.objects.update(language="ar")
    page.set_viewport_size(SMALL)
    for walk, parts in ((by_hand, ("",)), (others, MIRRORED)):
        for who, paths in walk.items():
            enter(page, person(who))
            for path in (path for path in paths if path.startswith(parts)):
                arrive(page, f"/cms/{path}")
                assert page.evaluate("() => document.documentElement.dir") == "rtl"
                found[f"{who} {path}: on a phone"] = page.evaluate(CUT_OFF) + page.evaluate(STICKS_OUT)
                page.evaluate(THIN)
                found[f"{who} {path}: mirrored"] = violations(page, rules="structure", within=part_of_ours(page))
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def part_of_ours(page):
    return next(one for one in (".portal", "main form", "main") if page.locator(one).count())


def test_a_form_sent_back_is_accessible(page, enter, violations):
    enter(page, person("owner@kenya"))
    [finance] = [path for path in pages.desk()["owner@kenya"] if path.endswith("/finance/")]
    page.goto(f"/es/{finance}")
    with page.expect_navigation():
        page.click("main form .row button.button--main")
    assert page.title().startswith("Error:")
    assert violations(page) == {}
