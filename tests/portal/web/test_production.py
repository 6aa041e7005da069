"""S45 and S43: what cookies, hosts and caches of a real portal are, whoever reads."""

import pytest
from django.conf import settings as django_settings
from django.test import Client

from portal.settings.base import configure
from portal.settings.env import read
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.check("S45")]


def real(**more):
    values = {"SECRET_KEY": "only-for-tests-" * 4, "PORTAL_ORIGIN": "https://portal.example", "DATABASE_URL": "sqlite://", **more}
    return configure(read({}, defaults=values))


def test_s45_every_cookie_that_matters_is_bound_to_the_host():
    made = real()
    assert (made["SESSION_COOKIE_NAME"], made["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert made["SESSION_COOKIE_SECURE"] and made["CSRF_COOKIE_SECURE"] and made["SECURE_SSL_REDIRECT"]
    assert made["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert (django_settings.SESSION_COOKIE_HTTPONLY, django_settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")


def test_s45_signing_in_over_https_sets_host_cookies_only(settings):
    for name, value in real().items():
        if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE")):
            setattr(settings, name, value)
    person, client = people.user(), Client()
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD}, secure=True)
    cookies = {name: morsel for name, morsel in client.cookies.items() if name != "django_language"}
    assert cookies.keys() <= {"__Host-session", "__Host-csrf", "__Host-device", "messages"}
    assert {"__Host-session", "__Host-device"} <= cookies.keys()
    for morsel in (cookies["__Host-session"], cookies["__Host-device"]):
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, True, "Lax", "/", "")


@pytest.mark.check("S43")
@pytest.mark.parametrize("demo, hosts", [("0", ["portal.example"]), ("1", ["portal.example", "127.0.0.1", "localhost"])])
def test_s43_a_real_portal_has_one_name(demo, hosts):
    assert real(DEMO=demo)["ALLOWED_HOSTS"] == hosts


def test_s43_a_proxy_is_believed_about_https_only_where_there_is_one():
    assert "SECURE_PROXY_SSL_HEADER" not in real()
    assert real(TRUSTED_PROXIES="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("address", ["/en/verify/", "/en/licensing/", "/en/register/", "/en/countries/"])
def test_s45_a_public_page_that_names_its_reader_is_kept_for_that_reader_only(client, address):
    assert "private" not in client.get(address).headers.get("Cache-Control", "")
    client.force_login(people.user())
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
