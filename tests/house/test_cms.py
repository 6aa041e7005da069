"""The CMS: whom each page opens to, what everybody else is answered, and what every answer carries."""

import re

import pytest

from portal.accounts.groups import GROUPS
from portal.demo.accounts import STAFF
from tests import snapshot
from tests.house.address_rules import RULES, Kind
from tests.house.test_headers import unguarded
from tests.house.test_urls import ADDRESSES, FORM, allowed, ask, at, is_login, is_refused, named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]

ONE_OF_EACH = [account for account in STAFF if account not in ("second", "reviewer2")]  # who do the same as their colleagues


def of_wagtail():
    """Return the addresses in the CMS that are not of ours and name no object."""
    theirs = {address.route for address in ADDRESSES.values() if address.in_cms and not address.is_ours and not address.parameters}
    ours = {address.route for address in ADDRESSES.values() if address.key in RULES} | {
        "cms/password_reset/done/",
        "cms/password_reset/complete/",
    }
    return sorted(f"/{route}" for route in theirs - ours if not re.search(r"[\\$(*]", route))


@pytest.fixture(scope="module")
def pages(demo_world, django_db_blocker):
    """The address of every page of ours in the CMS by its key, with an object that exists where it names one."""
    with django_db_blocker.unblock():
        return {key: at(key, rule.one() if rule.one else {}) for key in named(Kind.STAFF) if (rule := RULES[key])}


@pytest.fixture(scope="module")
def opened(pages, enter, django_db_blocker):
    """Every page of ours opened by one who may, and what that wrote; every one of Wagtail's by the first who may."""
    with django_db_blocker.unblock():
        with snapshot.writes() as written:
            seen = {page: enter(next(one for one in STAFF if allowed(one, RULES[key]))).get(page) for key, page in pages.items()}
        for account in ("manager", "legal", "kits", "editor"):
            wanted = [page for page in of_wagtail() if page not in seen or seen[page].status_code not in (200, 405)]
            seen |= {page: enter(account).get(page) for page in wanted if page != "/cms/failwhale/"}
    return seen, written


@pytest.fixture(scope="module")
def cms(opened):
    return {address: answer for address, answer in opened[0].items() if answer.status_code == 200}


@pytest.mark.check("S1")
def test_a_page_of_ours_opens_to_its_groups_and_reading_writes_nothing(pages, opened):
    answers, written = opened
    assert {key for key, page in pages.items() if is_refused(answers[page]) and answers[page].status_code != 405} == set()
    assert written == []


@pytest.mark.check("S1")
@pytest.mark.parametrize("key", named(Kind.STAFF))
def test_a_page_of_the_cms_opens_to_its_groups_alone(enter, client, pages, opened, key):
    """Who is not of them is refused by every method that is not refused to them too."""
    rule, page = RULES[key], pages[key]
    assert rule.groups <= GROUPS.keys()
    methods = {"get", "post"} - ({"get"} if opened[0][page].status_code == 405 else set())
    with snapshot.writes() as written:
        for account in ONE_OF_EACH:
            colleague = enter(account)
            for method in sorted(methods) if not allowed(account, rule) else ():
                answer = ask(colleague, method, page)
                assert is_refused(answer), (account, method)
                methods -= {method} if answer.status_code == 405 else set()
        stranger = enter("owner@bigsky")
        assert (stranger.get(page).status_code, stranger.post(page, FORM).status_code) == (403, 403)
        assert is_login(client.get(page)) and is_login(client.post(page, FORM))
    assert written == []


@pytest.mark.check("S1")
@pytest.mark.parametrize("key", [key for key in named(Kind.STAFF) if RULES[key].unknown])
def test_staff_read_404_for_what_does_not_exist(enter, key):
    rule = RULES[key]
    colleague, page = enter(next(account for account in STAFF if allowed(account, rule))), at(key, rule.unknown)
    for answer in (colleague.get(page), colleague.post(page, FORM)):
        onward = colleague.get(answer.headers["Location"]) if answer.status_code == 302 else answer
        assert onward.status_code in (404, 405)


@pytest.mark.check("S1")
@pytest.mark.parametrize("reader", ["owner@eco", ""])
def test_no_licensee_opens_anything_of_the_cms(enter, reader):
    """One rule for all addresses of Wagtail itself."""
    client = enter(reader)
    refused = {page: client.get(page).status_code for page in of_wagtail()}
    wrong = {page: status for page, status in refused.items() if status not in ((403,) if reader else (302, 404))}
    assert wrong == ({} if reader else {"/cms/jsi18n/": 200, "/cms/sprite/": 200})  # words and icons, the same for everybody


@pytest.mark.check("S44")
def test_no_page_of_the_cms_lets_inline_scripts_run(cms):
    assert len(cms) > 40
    scripts = {
        address: re.search(r"(?:script|default)-src ([^;]+)", answer.headers["Content-Security-Policy"]) for address, answer in cms.items()
    }
    assert {address: found for address, found in scripts.items() if not found or "unsafe" in found[1]} == {}


@pytest.mark.check("S45")
def test_every_answer_of_the_cms_forbids_guessing_telling_and_framing_by_others(cms):
    """The CMS frames its own previews."""
    assert {address: found for address, answer in cms.items() if (found := unguarded(answer, {"DENY", "SAMEORIGIN"}))} == {}


@pytest.mark.check("S45")
def test_no_page_of_the_cms_is_kept_by_a_cache(cms):
    kept = {address: answer.headers.get("Cache-Control") or "" for address, answer in cms.items()}
    assert {address: told for address, told in kept.items() if "no-store" not in told or "private" not in told} == {}
