"""What somebody set out to apply for survives signing in, signing up and entering an organisation."""

import html

import pytest

from licensing.web.intent import KEPT
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db
APPLY = "/en/licensing/QTP1-L/apply/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def shown(client, path) -> str:
    return html.unescape(client.get(path, follow=True).content.decode())


def test_signing_in_says_why_and_where_it_leads(client):
    build.offering()
    assert "To apply for a license you need an account" in shown(client, APPLY)
    assert "To apply for a license you need an account" in shown(client, "/en/accounts/signup/")
    client.cookies.clear()
    assert "To apply for a license" not in shown(client, "/en/accounts/login/")


def test_who_enters_an_organization_goes_on_with_the_application_they_began_from(client):
    build.offering()
    client.force_login(build.user())
    assert "A license is applied for by an organization" in shown(client, APPLY)
    given = {
        "legal_name": "New Society (DEMO)",
        "kind": "society",
        "place": build.place().pk,
        "town": "Lund",
        "tax_number": "",
        "language": "en",
    }
    response = client.post("/en/desk/organisation/new/", given)
    assert response.headers["Location"] == APPLY
    desk = shown(client, "/en/desk/")
    assert "Go on with your application" in desk and f'href="{APPLY}"' in desk
    client.post(APPLY, {})
    assert KEPT not in client.session and "Go on with your application" not in shown(client, "/en/desk/")


def test_signing_in_keeps_it(client):
    build.offering()
    client.get(APPLY)
    person = build.user()
    client.post("/en/accounts/login/", {"login": person.email, "password": build.PASSWORD})
    assert client.session[KEPT] == "QTP1-L" and str(person.pk) == client.session["_auth_user_id"]


def test_what_is_not_offered_is_not_kept(client):
    client.get("/en/licensing/NONE-L/apply/")
    assert KEPT not in client.session
