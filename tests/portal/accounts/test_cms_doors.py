"""The three holes of Wagtail's own login, each closed; and what staff need to enter."""

import re

import pytest
from django.urls import reverse

from tests import people
from tests.portal.accounts.factors import enrol, recovery_code, totp

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings):
    """Not a demonstration."""
    settings.DEMO = False


@pytest.fixture
def editor():
    return people.staff("Editors")


def credentials(user):
    return {"username": user.email, "password": people.PASSWORD, "next": "/cms/pages/"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_login_takes_no_password(client, editor, method):
    answer = getattr(client, method)("/cms/login/?next=/cms/pages/", **({"data": credentials(editor)} if method == "post" else {}))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/accounts/login/?next=/cms/pages/")
    assert client.get("/cms/").status_code == 302


@pytest.mark.parametrize("address", ["/cms/password_reset/", "/cms/password_reset/done/", "/cms/password_reset/complete/"])
def test_wagtails_password_reset_leads_to_ours(client, address):
    answer = client.post(address, {"email": "editor@demo.example"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/accounts/password/reset/")


def test_a_signed_in_person_without_access_is_told_so_and_not_sent_in_a_circle(client):
    client.force_login(people.user())
    for address in ("/cms/", "/cms/pages/", "/cms/users/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "This is not open to you" in answer.content.decode()


@pytest.mark.parametrize("who, begins", [("Editors", "/cms/"), (None, "/en/desk/")])
def test_staff_begin_in_the_cms_and_everybody_else_at_the_desk(client, who, begins):
    user = people.staff(who) if who else people.user()
    answer = client.post("/en/accounts/login/", {"login": user.email, "password": people.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, begins)


def test_an_anonymous_person_is_sent_to_our_login(client):
    assert client.get("/cms/").headers["Location"] == "/en/accounts/login/?next=/cms/"


def test_the_way_out_of_the_cms_signs_out_at_once(client, editor):
    client.force_login(editor)
    answer = client.post("/cms/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session
    assert client.get("/cms/").status_code == 302


def test_a_link_cannot_sign_anybody_out_of_the_cms(client, editor):
    client.force_login(editor)
    assert client.get("/cms/logout/").headers["Location"] == "/en/accounts/logout/"
    assert client.get("/cms/").status_code == 200


@pytest.mark.check("S51")
@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/users/", "/cms/account/"])
def test_s51_staff_without_a_second_factor_are_sent_to_enrol(client, editor, real, address):
    client.force_login(editor)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/accounts/2fa/")


@pytest.mark.check("S51")
def test_s51_staff_without_a_second_factor_may_still_leave(client, editor, real):
    client.force_login(editor)
    assert client.post("/cms/logout/").headers["Location"] == "/"


def test_a_demonstration_asks_staff_for_no_second_factor(client, editor):
    client.force_login(editor)
    assert client.get("/cms/").status_code == 200


@pytest.mark.check("S51")
def test_s51_who_has_a_second_factor_enters_only_with_it(client, editor, real):
    secret = enrol(editor)
    answer = client.post(reverse("account_login"), {"login": editor.email, "password": people.PASSWORD, "next": "/cms/"})
    assert answer.headers["Location"].startswith("/en/accounts/2fa/authenticate/")
    assert client.get("/cms/").status_code == 302
    answer = client.post("/en/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert answer.headers["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


@pytest.mark.check("S51")
def test_s51_a_code_of_the_app_works_once(client, editor, real):
    secret = enrol(editor)
    code = totp(secret)
    for first in (True, False):
        client.post(reverse("account_login"), {"login": editor.email, "password": people.PASSWORD})
        client.post("/en/accounts/2fa/authenticate/", {"code": code})
        assert (client.get("/cms/").status_code == 200) is first
        client.post("/cms/logout/")
        client.logout()


@pytest.mark.check("S51")
def test_s51_a_recovery_code_works_once(client, editor, real):
    enrol(editor)
    code = recovery_code(editor)
    for first in (True, False):
        client.post(reverse("account_login"), {"login": editor.email, "password": people.PASSWORD})
        client.post("/en/accounts/2fa/authenticate/", {"code": code})
        assert (client.get("/cms/").status_code == 200) is first
        client.logout()


@pytest.mark.row("J6")
def test_enrolling_shows_a_secret_and_recovery_codes(client, editor, real):
    client.post(reverse("account_login"), {"login": editor.email, "password": people.PASSWORD})
    again = client.get("/en/accounts/2fa/totp/activate/").headers["Location"]
    client.post(again, {"password": people.PASSWORD})
    page = client.get("/en/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    answer = client.post("/en/accounts/2fa/totp/activate/", {"code": totp(page.context["form"].secret)})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    assert len(re.findall(r"\b[0-9a-f]{8}\b", page)) == 10
    assert client.get("/cms/").status_code == 200


@pytest.mark.check("S50")
def test_s50_the_session_key_changes_on_signing_in_and_dies_on_signing_out(client, editor):
    client.get("/en/accounts/login/")
    before = client.session.session_key
    client.post(reverse("account_login"), {"login": editor.email, "password": people.PASSWORD})
    during = client.cookies["sessionid"].value
    assert during != before
    client.post("/en/accounts/logout/")
    client.cookies["sessionid"] = during
    assert client.get("/cms/").status_code == 302
