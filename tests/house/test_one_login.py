"""One login: whoever has a second factor is signed in by no address that asks for a password alone."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests import people
from tests.house.addresses import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.check("S51")]
PLACES = sorted({f"/{address.route}" for address in addresses() if not address.parameters and not set(address.route) & set("\\$(*")})


@pytest.fixture
def colleague(settings):
    """Somebody of the staff with an authenticator app, outside a demonstration."""
    settings.DEMO = False
    made = people.staff("Licensing managers", "Legal", "Finance", "Editors")
    TOTP.activate(made, generate_totp_secret())
    RecoveryCodes.activate(made)
    return made


def test_no_address_signs_anybody_in_by_a_password_alone(colleague):
    given = {"username": colleague.email, "login": colleague.email, "email": colleague.email, "password": people.PASSWORD, "next": "/cms/"}
    assert {"/en/accounts/login/", "/en/_util/login/", "/cms/login/"} <= set(PLACES)
    opened = []
    for place in PLACES:
        client = Client()
        client.post(place, given)
        if "_auth_user_id" in client.session or client.get("/cms/").status_code == 200:
            opened.append(place)
    assert opened == []


def test_a_password_alone_signs_in_where_there_is_no_second_factor():
    """Otherwise the test above proves nothing."""
    person = people.user()
    client = Client()
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_login_of_private_pages_leads_to_ours(client, method):
    answer = getattr(client, method)("/en/_util/login/?next=/en/about/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/accounts/login/?next=/en/about/")
