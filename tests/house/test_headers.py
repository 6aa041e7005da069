"""What every answer carries, whoever reads it: policy, privacy, cookies; and that no mailbox and no inline script stands on a page."""

import re
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.test import Client

from content.availability.embed import DRAWING, FRAME
from portal.web.middleware import STRICT
from tests import demo_world as world
from tests.house.address_rules import RULES, Kind
from tests.house.addresses import addresses
from tests.house.crawl import crawl
from tests.house.test_urls import at

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
STAFF = {"manager": "manager@demo", "legal": "legal@demo", "kits": "kits@demo", "editor": "editor@demo"}


def signed_in(email):
    client = Client()
    client.force_login(world.person(email))
    return client


@pytest.fixture(scope="module")
def pages(demo_world, django_db_blocker):
    """Every kind of page once, as anybody and as the owner of a licensee: {(reader, address): answer}."""
    with django_db_blocker.unblock():
        readers = {"": Client(), "owner@eco": signed_in("owner@eco")}
        return {
            (reader, address): answer
            for reader, client in readers.items()
            for address, answer in crawl(client, STARTS, each=1, whole="/never/").items()
        }


@pytest.fixture(scope="module")
def cms(demo_world, django_db_blocker):
    """Every page of the CMS without an object in its address, and one of each kind of ours, as people who may open them."""
    plain = {
        f"/{one.route}"
        for one in addresses()
        if one.in_cms and not one.parameters and not set(one.route) & set("\\$(*") and one.key not in RULES
    }
    with django_db_blocker.unblock():
        ours = {at(key, rule.one() if rule.one else {}) for key, rule in RULES.items() if rule.kind is Kind.STAFF}
        seen = {}
        for account in STAFF:
            client = signed_in(f"{account}@demo")
            for address in sorted((plain | ours) - {"/cms/logout/", "/cms/failwhale/"} - seen.keys()):
                answer = client.get(address)
                if answer.status_code == 200:
                    answer.told = b"".join(answer.streaming_content) if answer.streaming else answer.content
                    seen[address] = answer
        return seen


def is_badge(address):
    """Say whether it is made to stand in frames of others."""
    return address.startswith("/embed/")


def is_page(answer):
    return "html" in answer.headers.get("Content-Type", "")


def test_the_crawl_has_seen_every_kind_of_page(pages, cms):
    assert len([True for reader, _ in pages if not reader]) > 25
    assert len([True for _, address in pages if "/desk/" in address]) > 20
    assert len(cms) > 40
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


@pytest.mark.check("S44")
def test_no_page_of_the_cms_lets_inline_scripts_run(cms):
    scripts = {
        address: re.search(r"(?:script|default)-src ([^;]+)", answer.headers["Content-Security-Policy"]) for address, answer in cms.items()
    }
    assert {address: found for address, found in scripts.items() if not found or "unsafe" in found[1]} == {}


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


def test_every_answer_forbids_guessing_framing_and_telling(pages, cms):
    wrong = {}
    for where, answer in [*pages.items(), *cms.items()]:
        headers = answer.headers
        facts = (headers.get("X-Content-Type-Options"), headers.get("Referrer-Policy"), headers.get("Cross-Origin-Opener-Policy"))
        framed = headers.get("X-Frame-Options") in (
            {"DENY", "SAMEORIGIN"} if isinstance(where, str) else {None} if is_badge(where[1]) and where[1].endswith("/") else {"DENY"}
        )  # the CMS previews in frames
        if facts != ("nosniff", "same-origin", "same-origin") or not framed or "Permissions-Policy" not in headers or "Server" in headers:
            wrong[where] = (*facts, headers.get("X-Frame-Options"))
    assert wrong == {}


def test_what_belongs_to_a_person_is_kept_by_no_cache(pages, cms):
    private = {
        where: answer
        for where, answer in pages.items()
        if re.search(r"^/\w\w/(desk|accounts)/|^/kits/", where[1]) and answer.status_code == 200
    }
    kept = {where: answer.headers.get("Cache-Control") for where, answer in [*private.items(), *cms.items()]}
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
    assert setting == {"/en/licensing/QTP1-L/apply/", "/es/licensing/QTP1-L/apply/"}


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


# Naughty words in every query


NAUGHTY = [
    "'; DROP TABLE licensing_licence; --", '"><script>alert(1)</script><img src=x onerror=alert(1)>', "\u202egnp.exe", "x" * 10_000, "a\x00b", "-1", "9" * 40,
    "../../etc/passwd", "٣ 😀",
]  # fmt: skip
HARSH = {NAUGHTY[1], NAUGHTY[3], NAUGHTY[4], NAUGHTY[6]}
QUERIES = """q name programme as_of known_at place offering page p sort next for country currency code to copy edition format lang status region history
view zone language year amount""".split()
ALONE = {
    "availability": ["as_of", "known_at", "region", "status", "format", "page"], "api-v1:availability": ["as_of", "known_at", "format", "region"],
    "country": ["as_of", "known_at"], "programme": ["as_of", "known_at"], "register": ["q", "place", "offering", "page"], "offering": ["place", "currency"],
    "api-v1:register": ["q", "place", "offering", "page"], "organisation_start": ["name"], "demo_inbox": ["to", "page"], "apply": ["for"],
}  # fmt: skip
READ = [key for key, rule in RULES.items() if rule.kind in (Kind.PUBLIC, Kind.PERSON, Kind.DEMO) and not key.startswith("cms/")]


@pytest.mark.check("S39")
@pytest.mark.parametrize("key", READ)
def test_naughty_words_in_a_query_never_break_a_page(key):
    """All parameters at once, and each alone where a page reads it, beside ones that are right."""
    rule = RULES[key]
    arguments = rule.one() if rule.one else {"code": "QTP1-L"} if key == "apply" else {}
    client = Client() if rule.kind is Kind.PUBLIC else signed_in("owner@eco")
    for word in NAUGHTY:
        alone = ALONE.get(key, ()) if word in HARSH else ()
        for asked in (dict.fromkeys(QUERIES, word), *({"programme": "QOPI", name: word} for name in alone)):
            answer = client.get(at(key, arguments), asked)
            assert answer.status_code in (200, 301, 302, 400, 403, 404, 405, 410, 422), (word[:40], list(asked))
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"<script>alert(1)" not in told and b"<img src=x" not in told, word[:40]


@pytest.mark.check("S39")
@pytest.mark.parametrize(
    "key", [key for key, rule in RULES.items() if rule.unknown and rule.kind is not Kind.STAFF and "pk" not in rule.unknown]
)
def test_naughty_words_in_an_address_name_nothing(key):
    owner = signed_in("owner@eco")
    route = next(address.route for address in addresses() if address.key == key)
    for word in ["'; --", "<script>", "\u202eabc", "%00", "%2e%2e%2f", "x" * 2_000, "9" * 30, "a%0d%0aSet-Cookie:%20x=1"]:
        answer = owner.get("/" + re.sub(r"<[^>]+>", lambda _, word=word: word, route))
        assert answer.status_code in (301, 302, 404, 405, 422), (word[:20], answer.status_code)
        assert "x" not in answer.cookies


FIELDS = """q name names legal_name register_name short_name address registration_number registry tax_number place language email roles organisation office
position valid_from valid_to reason cause purchase_order percent typed_name consent seen password edition offering message subject step timezone code
country currency token kind number key value search""".split()


@pytest.mark.check("S39")
@pytest.mark.parametrize(
    "key", [key for key, rule in RULES.items() if rule.kind in (Kind.PUBLIC, Kind.PERSON, Kind.OWN) and key != "cms/logout/"]
)
def test_naughty_words_in_a_form_never_break_a_page(key):
    rule, owner = RULES[key], signed_in("owner@eco")
    own = rule.of(world.organisation("ECO")) if rule.of else rule.one() if rule.one else {"code": "QTP1-L"} if key == "apply" else {}
    for word in HARSH if own is not None else ():
        answer = owner.post(at(key, own), dict.fromkeys(FIELDS, word))
        assert answer.status_code < 500 and b"<script>alert(1)" not in answer.getvalue(), word[:40]
