"""Nobody is led elsewhere by an address of ours, and no letter or page takes its address from whoever asked for it."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from portal.settings.base import configure
from portal.settings.env import read
from tests import people
from tests.house.addresses import addresses
from tests.house.test_naughty import looked_for

pytestmark = pytest.mark.django_db
EVIL = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https:///evil.example", "https://testserver@evil.example/",
    "http://testserver.evil.example/", "\t//evil.example", "/\t/evil.example", "javascript:alert(1)", "https://evil.example/%2f..",
]  # fmt: skip
NAMES = ("next", "redirect", "redirect_to", "return", "return_to", "url", "to", "continue", "back", "from", "here", "goto", "success_url")
PLACES = sorted(
    f"/{address.route}"
    for address in addresses()
    if not address.parameters and not set(address.route) & set("\\$(*") and (not address.in_cms or "log" in address.route)
)
LOCAL = ("", "testserver")


def leads_away(answer):
    """Say whether a browser that follows the answer leaves the house (browsers read a backslash as a slash and drop tabs)."""
    target = re.sub(r"[\t\r\n]", "", answer.headers.get("Location", "")).replace("\\", "/").strip()
    parts = urlsplit(target)
    return parts.netloc not in LOCAL or (bool(parts.scheme) and not parts.netloc) or parts.scheme not in ("", "http")


@pytest.fixture
def member():
    owner = people.user()
    people.organisation(owner=owner)
    return owner


@pytest.mark.check("S42")
@pytest.mark.parametrize("reader", ["", "member"])
def test_no_address_leads_elsewhere(member, reader):
    """Every address without an object in it, asked and posted to, with whatever might be called "next"; who looks for none of it is asked once."""
    assert len(PLACES) > 40
    away, session, looked = [], Client(), 0
    if reader:
        session.force_login(member)
    for place in PLACES:
        for evil in (EVIL[1], EVIL[5]):
            client, given = Client(), dict.fromkeys(NAMES, evil)
            client.cookies = session.cookies.copy()
            with transaction.atomic(), looked_for() as names:
                asked = [client.get(place, given), client.post(place, given, headers={"Referer": "https://evil.example/"})]
                transaction.set_rollback(True)
            away += [(place, answer.headers["Location"]) for answer in asked if leads_away(answer)]
            if not names & {"*", *NAMES}:
                break
            looked += 1
    assert away == [] and looked > 5


@pytest.mark.check("S42")
@pytest.mark.parametrize("evil", EVIL)
def test_signing_in_and_switching_stay_in_the_house(client, member, evil):
    given = {"login": member.email, "password": people.PASSWORD, "next": evil}
    answer = client.post("/en/accounts/login/", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/desk/")
    answer = client.post("/en/desk/switch/", {"organisation": member.memberships.get().organisation_id, "next": evil})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/desk/")
    assert not leads_away(client.post("/en/accounts/logout/", {"next": evil}))


@pytest.mark.check("S42")
def test_a_good_next_is_followed(client, member):
    """Otherwise the tests above prove nothing."""
    answer = client.post("/en/accounts/login/", {"login": member.email, "password": people.PASSWORD, "next": "/es/register/"})
    assert answer.headers["Location"] == "/es/register/"
    answer = client.post("/en/desk/switch/", {"organisation": member.memberships.get().organisation_id, "next": "/en/desk/organisation/"})
    assert answer.headers["Location"] == "/en/desk/organisation/"


@pytest.mark.check("S42")
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/desk",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "///evil.example/",
        "/en//evil.example",
        "/https://evil.example",
    ],
)
def test_a_path_that_looks_like_a_host_leads_nowhere(client, path):
    """Slashes and language prefixes that are added must not turn a path into another host."""
    for language in ("en", "es"):
        answer = client.generic("GET", "/", PATH_INFO=path, headers={"Accept-Language": language})
        assert not leads_away(answer), answer.headers.get("Location")


@pytest.fixture
def real_hosts(settings):
    """Hosts as a real portal has them."""
    values = read(
        {}, defaults={"SECRET_KEY": "only-for-tests-" * 4, "PORTAL_ORIGIN": "https://portal.example", "DATABASE_URL": "sqlite://"}
    )
    settings.ALLOWED_HOSTS = configure(values)["ALLOWED_HOSTS"]
    settings.PORTAL_ORIGIN = "https://portal.example"


@pytest.mark.check("S43")
@pytest.mark.parametrize(
    "host",
    ["evil.example", "portal.example.evil.example", "portal.example@evil.example", "evil.example:443", "portal.example:80@evil.example"],
)
def test_a_forged_host_is_refused(client, real_hosts, host):
    for path in ("/", "/en/", "/en/accounts/login/", "/en/accounts/password/reset/", "/api/v1/register", "/kits/qtp1/"):
        for answer in (client.get(path, headers={"Host": host}), client.post(path, {"email": "owner@eco.example"}, headers={"Host": host})):
            assert answer.status_code == 400
            assert b"evil.example" not in answer.content


@pytest.mark.check("S43")
@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_what_a_stranger_says_of_the_host_is_not_believed(client, real_hosts, header):
    for path in (
        "/",
        "/en/",
        "/en/register/",
        "/api/v1/register",
        "/en/desk/",
        "/feeds/availability.atom",
        "/robots.txt",
        "/.well-known/security.txt",
    ):
        answer = client.get(path, headers={"Host": "portal.example", header: "evil.example"})
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"evil.example" not in told + answer.headers.get("Location", "").encode()


@pytest.mark.check("S43")
def test_a_letter_leads_to_the_portal_whatever_host_was_asked(client, real_hosts, member):
    """A password reset asked for under another name must not send its secret there; the machine's own names are others too."""
    for other in ("127.0.0.1:9999", "localhost", "evil.example"):
        answer = client.post("/en/accounts/password/reset/", {"email": member.email}, headers={"Host": other})
        assert answer.status_code == 400
    assert OutboxMessage.objects.filter(kind="accounts.mail").count() == 0
    headers = {"Host": "portal.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    client.post("/en/accounts/password/reset/", {"email": member.email}, headers=headers)
    while postbox.deliver(now=timezone.now(), limit=50):
        pass
    mail = SentMail.objects.get(recipient=member.email)
    links = re.findall(r"https?://[^\s\"'<>)]+", f"{mail.text} {mail.html}")
    assert any("/accounts/password/reset/key/" in link for link in links)
    assert [link for link in links if not link.startswith("https://portal.example/")] == []


@pytest.mark.usefixtures("demo_world")
@pytest.mark.check("S43")
def test_every_letter_of_the_demonstration_leads_to_the_portal_alone(settings):
    mails = list(SentMail.objects.all())
    links = {
        link
        for mail in mails
        for link in re.findall(r"(?:href|src)=[\"']([^\"']+)|(https?://[^\s\"'<>)]+)", f"{mail.text} {mail.html}")
        for link in link
        if link
    }
    assert len(mails) > 20
    assert {link for link in links if not link.startswith((f"{settings.PORTAL_ORIGIN}/", settings.PORTAL_ORIGIN))} == set()
