"""What every answer carries, whoever reads it: policy, privacy, cookies; and that no mailbox and no inline script stands on a page."""

import re
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.test import Client

from content.availability.embed import DRAWING, FRAME
from portal.web.middleware import STRICT
from tests.house.crawl import crawl
from tests.house.test_urls import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S45")]

SANDBOX = "sandbox; default-src 'none'"
STARTS = [
    "/",
    "/en/",
    "/es/availability/",
    "/en/desk/",
    "/healthz",
    "/api/v1/docs",
    "/api/v1/places/ES",
    "/en/nothing-here/",
    "/en/countries/QQ/",
    "/en/demo/inbox/",
]


@pytest.fixture(scope="module")
def pages(demo_world, django_db_blocker):
    """Every kind of page once, as anybody in Spanish and as the owner of a licensee in English: {(reader, address): answer}."""
    with django_db_blocker.unblock():
        readers = {"": (Client(), "/en/"), "owner@eco": (signed_in("owner@eco"), "/es/")}
        return {
            (reader, address): answer
            for reader, (client, others) in readers.items()
            for address, answer in crawl(client, STARTS, each=1, whole="/never/", outside=others).items()
        }


def is_badge(address):
    """Say whether it is made to stand in frames of others."""
    return address.startswith("/embed/")


def is_page(answer):
    return "html" in answer.headers.get("Content-Type", "")


def test_the_crawl_has_seen_every_kind_of_page(pages):
    assert len([True for reader, _ in pages if not reader]) > 25
    assert len([True for _, address in pages if "/desk/" in address]) > 20
    assert {address: answer.status_code for (_, address), answer in pages.items() if answer.status_code >= 500} == {}


def test_every_link_of_a_page_leads_somewhere(pages):
    gone = {address for (_, address), answer in pages.items() if answer.status_code in (400, 404, 410)}
    assert gone == {"/en/nothing-here/", "/es/nothing-here/", "/en/countries/QQ/", "/es/countries/QQ/"}


@pytest.mark.check("S44")
def test_every_answer_has_a_strict_policy(pages):
    """Public pages and the desk: no inline script or style, nothing from elsewhere; documents are in a sandbox."""
    policies = {where: answer.headers.get("Content-Security-Policy", "") for where, answer in pages.items() if not is_badge(where[1])}
    assert {where: policy for where, policy in policies.items() if policy not in (STRICT, SANDBOX)} == {}
    assert "unsafe" not in STRICT + FRAME + DRAWING and "*" not in STRICT and "http" not in STRICT
    assert {where for where, policy in policies.items() if is_page(pages[where]) and policy != STRICT} == set()
    badges = {answer.headers["Content-Security-Policy"] for (_, address), answer in pages.items() if is_badge(address)}
    assert badges == {FRAME, DRAWING}


@pytest.mark.parametrize(
    "pattern",
    [
        r"<style[ >]",
        r"\sstyle=[\"']",
        r"\son[a-z]+=[\"']",
        r"<script(?![^>]*\ssrc=)[^>]*>(?!\s*</script>)",
        r"(?:href|src|action)=[\"']javascript:",
    ],
)
@pytest.mark.check("S44")
def test_nothing_on_a_page_needs_a_weaker_policy(pages, pattern):
    data = re.compile(r'<script[^>]*type="application/(ld\+)?json"')
    told = {where: answer.told.decode() for where, answer in pages.items() if is_page(answer)}
    found = {where: [text[hit.start() : hit.end() + 40] for hit in re.finditer(pattern, text)] for where, text in told.items()}
    assert {where: texts for where, texts in found.items() if [text for text in texts if not data.search(text)]} == {}


def unguarded(answer, framing):
    """Return what an answer says of guessing, telling and framing, where that is not as strict as it must be."""
    headers = answer.headers
    facts = (headers.get("X-Content-Type-Options"), headers.get("Referrer-Policy"), headers.get("Cross-Origin-Opener-Policy"))
    strict = facts == ("nosniff", "same-origin", "same-origin") and headers.get("X-Frame-Options") in framing
    return () if strict and "Permissions-Policy" in headers and "Server" not in headers else (*facts, headers.get("X-Frame-Options"))


def test_every_answer_forbids_guessing_framing_and_telling(pages):
    framing = {where: {None} if is_badge(where[1]) and where[1].endswith("/") else {"DENY"} for where in pages}
    assert {where: found for where, answer in pages.items() if (found := unguarded(answer, framing[where]))} == {}


def test_what_belongs_to_a_person_is_kept_by_no_cache(pages):
    private = {
        where: answer
        for where, answer in pages.items()
        if re.search(r"^/\w\w/(desk|accounts)/|^/kits/", where[1]) and answer.status_code == 200
    }
    kept = {where: answer.headers.get("Cache-Control") for where, answer in private.items()}
    assert len(private) > 20
    assert {where: told for where, told in kept.items() if not told or "no-store" not in told or "private" not in told} == {}


def test_a_page_with_somebodys_name_on_it_is_kept_by_no_shared_cache(pages):
    """Public pages read by somebody signed in print their name: no cache may give them to others."""
    shared = {}
    for (reader, address), answer in pages.items():
        named = reader and is_page(answer) and b"The Owner (DEMO)" in answer.told
        told = answer.headers.get("Cache-Control", "")
        if named and not ("private" in told or "no-store" in told or "Cookie" in answer.headers.get("Vary", "")):
            shared[address] = told
    assert shared == {}


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(pages):
    session, csrf = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    for where, answer in pages.items():
        for name, cookie in answer.cookies.items():
            assert cookie["samesite"] in ("Lax", "Strict"), (where, name)
            assert cookie["httponly"] or name not in (session, csrf, "messages"), (where, name)


def test_reading_public_pages_sets_no_cookie(pages):
    """So that they need no banner and can be cached: forms are the exception, they need their token, and who goes to apply is remembered."""
    setting = {
        address
        for (reader, address), answer in pages.items()
        if not reader and answer.cookies and b"csrfmiddlewaretoken" not in answer.told
    }
    assert setting == {"/es/licensing/QTP1-L/apply/"}


@pytest.mark.check("AC21")
def test_ac21_no_page_prints_a_mailbox_of_the_settings(pages):
    """Harvesters read pages: whoever wants to write uses the form. Addresses of people on their own desk are theirs."""
    ours = {parseaddr(text)[1] for text in (settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL)}
    public = {
        where: answer.told.decode("utf-8", "replace")
        for where, answer in pages.items()
        if "/pdf" not in answer.headers.get("Content-Type", "")
    }
    assert {where for where, told in public.items() if any(mailbox in told for mailbox in ours)} == set()
    printed = {
        where: re.findall(r"[\w.+-]+@[\w-]+\.[\w.]*\w", told) for where, told in public.items() if not where[0] and "/demo/" not in where[1]
    }
    assert {where: found for where, found in printed.items() if found} == {}


def test_outside_a_demonstration_cookies_are_bound_to_the_host_and_https():
    from portal.settings.base import configure
    from portal.settings.env import read

    real = configure(
        read({}, defaults={"SECRET_KEY": "only-for-tests-" * 4, "PORTAL_ORIGIN": "https://portal.example", "DATABASE_URL": "sqlite://"})
    )
    assert (real["SESSION_COOKIE_NAME"], real["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert (real["SESSION_COOKIE_SECURE"], real["CSRF_COOKIE_SECURE"], real["SECURE_SSL_REDIRECT"]) == (True, True, True)
    assert (real["SECURE_HSTS_SECONDS"] >= 31_536_000, real["ALLOWED_HOSTS"][0]) == (True, "portal.example")
