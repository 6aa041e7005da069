"""A change of the address one signs in with: proved by a code, told to the old one; and the profile's other pages."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import mails
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import SentMail
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.row("J6")]
EMAIL = "/en/accounts/email/"


def letters():
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    return [(mail.recipient, mail.subject) for mail in SentMail.objects.order_by("pk")]


@pytest.fixture
def person():
    return people.user("old@kenya.example")


@pytest.fixture
def window(person):
    client = Client()
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    client.post("/en/accounts/reauthenticate/?next=/en/accounts/email/", {"password": people.PASSWORD})
    return client


def ask(window, address):
    return window.post(EMAIL, {"email": address, "action_add": ""})


def test_a_new_address_counts_once_its_code_is_typed_and_the_old_one_reads_it(window, person):
    assert "You sign in with" in window.get(EMAIL).content.decode()
    answer = ask(window, "new@kenya.example")
    assert answer.headers["Location"] == "/en/accounts/confirm-email/"
    assert letters() == [("new@kenya.example", "Your code for the Program Portal")]
    assert User.objects.get().email == "old@kenya.example"
    code = re.search(r"^[A-Z0-9-]{6,}$", SentMail.objects.get().text, re.M)[0]
    window.post("/en/accounts/confirm-email/", {"code": code})
    assert User.objects.get().email == "new@kenya.example"
    assert list(person.emailaddress_set.values_list("email", "verified", "primary")) == [("new@kenya.example", True, True)]
    assert ("old@kenya.example", "Your address was changed") in letters()
    again = Client().post("/en/accounts/login/", {"login": "new@kenya.example", "password": people.PASSWORD})
    assert again.headers["Location"] == "/en/desk/"


def test_without_the_code_nothing_changes(window, person):
    ask(window, "new@kenya.example")
    window.post("/en/accounts/confirm-email/", {"code": "AAAAAA"})
    assert User.objects.get().email == "old@kenya.example"
    assert list(person.emailaddress_set.filter(verified=True).values_list("email", flat=True)) == ["old@kenya.example"]


@pytest.mark.check("S49")
def test_s49_an_address_of_somebody_else_looks_the_same_and_is_never_taken(window, person):
    other = people.user("taken@kenya.example")
    answers = [ask(window, address) for address in ("taken@kenya.example", "free@kenya.example")]
    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [(302, "/en/accounts/confirm-email/")] * 2
    letters()
    assert not person.emailaddress_set.filter(email="taken@kenya.example", verified=True).exists()
    assert User.objects.get(pk=other.pk).email == "taken@kenya.example"


@pytest.mark.check("S51")
def test_s51_a_session_alone_changes_no_address(person):
    client = Client()
    client.force_login(person)
    answer = ask(client, "evil@evil.example")
    assert "/reauthenticate/" in answer.headers["Location"]
    assert letters() == []


@pytest.mark.parametrize("language, words", [("en", "Where you are signed in"), ("es", "Dónde tiene la sesión abierta")])
def test_the_pages_of_the_account_speak_both_languages(window, language, words):
    assert words in window.get(f"/{language}/accounts/sessions/").content.decode()
    for page in ("email/", "close/", "profile/", "2fa/", "2fa/webauthn/", "password/change/"):
        assert window.get(f"/{language}/accounts/{page}").status_code == 200
