"""No page of ours breaks its own policy: zero reports on public pages and the desk, none about scripts in the CMS."""

import pytest

from tests.browser import pages
from tests.demo_world import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_world"), pytest.mark.check("S44")]

LISTEN = """
window.reports = [];
document.addEventListener("securitypolicyviolation", event => window.reports.push([event.effectiveDirective, event.blockedURI, event.sourceFile, event.sample]));
"""
SNIPPETS = [f"snippets/content/{name}/{page}" for name in ("availabilitychange", "programme") for page in ("", "add/")]
CMS_ITSELF = {
    "editor@demo": ["", "pages/", "pages/3/", "pages/3/edit/", "images/", "documents/", "reports/site-history/", "account/"],
    "manager@demo": [
        "",
        *SNIPPETS,
        "snippets/i18n/place/",
        "snippets/licensing/licenceoffering/",
        "snippets/licensing/licenceoffering/add/",
    ],
}


def reports(page, address):
    """Open a page, let its scripts run, return what the policy stopped."""
    assert page.goto(address, wait_until="load").status in (200, 404), address
    return page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(window.reports), 0)))")


def listening(page):
    page.add_init_script(LISTEN)
    return page


def test_the_listener_hears(browser_page):
    """Without this a deaf listener would prove everything."""
    page = listening(browser_page())
    assert reports(page, "/en/verify/") == []
    page.evaluate(
        "() => { const style = document.createElement('style'); style.textContent = 'p { color: red }'; document.head.append(style); }"
    )
    assert [report[0] for report in page.evaluate("() => window.reports")] == ["style-src-elem"]


def test_public_pages_keep_the_policy(browser_page):
    page = listening(browser_page())
    found = {path: reports(page, f"/en/{path}") for path in pages.public()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_desk_keeps_the_policy(browser_page, enter):
    page, found = listening(browser_page()), {}
    for email, paths in pages.desk().items():
        enter(page, person(email))
        found |= {path: reports(page, f"/es/{path}") for path in paths}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_cms_runs_no_script_the_policy_does_not_know(browser_page, enter):
    page, found = listening(browser_page()), {}
    for those in (pages.cms(), CMS_ITSELF):
        for email, paths in those.items():
            enter(page, person(email))
            for path in paths:
                found[path] = [report for report in reports(page, f"/cms/{path}") if report[0].startswith("script-src")]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
