"""S8: who closes the account, or loses it, is out at once and everywhere; what was written and signed stays."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licensing.history.models import Event
from licensing.organisations import actions
from licensing.organisations.models import Membership
from portal.accounts import mails
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import SentMail
from tests import people
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.check("S8")]
CLOSE, PROFILE = "/en/accounts/close/", "/en/accounts/profile/"


def signed_in(person):
    client = Client()
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    return client


def is_in(client):
    return client.get(PROFILE).status_code == 200


def sign_in_fails(person):
    return not is_in(signed_in(person))


@pytest.fixture
def owner():
    return people.user(name="The Owner (DEMO)")


@pytest.fixture
def society(owner):
    return people.organisation(owner=owner)


def test_s8_who_closes_the_account_is_out_on_every_device_and_the_names_stay(society):
    person = people.member(society, "owner", name="The Second (DEMO)", language="es")
    here, there = signed_in(person), signed_in(person)
    answer = here.post(CLOSE, {"password": people.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert (is_in(here), is_in(there), sign_in_fails(person)) == (False, False, True)
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password(), str(person)) == (False, False, "The Second (DEMO)")
    assert not Membership.objects.filter(user=person, ended_at=None).exists()
    assert not UserSession.objects.filter(user=person).exists()
    assert list(Event.objects.of(society).values_list("command", "actor_label")) == [
        ("create", "The Owner (DEMO)"),
        ("join", "The Second (DEMO)"),
        ("leave", "The Second (DEMO)"),
    ]
    outbox.deliver_due({**mails.HANDLERS, "licensing.event": lambda *_: None}, now=timezone.now())
    assert [(mail.recipient, mail.subject) for mail in SentMail.objects.all()] == [(person.email, "Su cuenta está cerrada")]


def test_s8_the_last_owner_cannot_close_and_nothing_is_half_done(owner, society):
    elsewhere = people.organisation("Another Society (DEMO)")
    actions.join(elsewhere.pk, owner, ["finance"], by=people.actor(owner), now=NOW)
    client = signed_in(owner)
    answer = client.post(CLOSE, {"password": people.PASSWORD})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You are the only owner" in page
    assert str(society) in page
    assert "Another Society" not in page
    owner.refresh_from_db()
    assert owner.is_active
    assert is_in(client)
    assert Membership.objects.filter(user=owner, ended_at=None).count() == 2
    assert SentMail.objects.count() == 0


@pytest.mark.parametrize("given", [{}, {"password": "wrong"}])
def test_s8_nobody_closes_an_account_by_a_session_alone(given):
    person = people.user()
    client = signed_in(person)
    assert client.post(CLOSE, given).status_code == 422
    assert is_in(client)


def test_s8_an_account_staff_take_away_is_out_at_once_and_comes_back_signed_out():
    admin, person = people.user(is_superuser=True), people.staff("Editors", name="An Editor (DEMO)")
    client = signed_in(person)
    assert client.get("/cms/").status_code == 200
    desk = signed_in(admin)
    given = {"email": person.email, "name": person.name, "language": "en", "timezone": "UTC", "groups": [person.groups.get().pk]}
    assert desk.post(reverse("wagtailusers_users:edit", args=[person.pk]), given).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert client.get("/cms/").status_code == 302
    assert sign_in_fails(person)
    desk.post(reverse("wagtailusers_users:edit", args=[person.pk]), {**given, "is_active": "on"})
    assert client.get("/cms/").status_code == 302
    assert signed_in(person).get("/cms/").status_code == 200


def test_s8_staff_may_take_away_even_a_last_owners_account(owner, society):
    admin, client = people.user(is_superuser=True), signed_in(owner)
    given = {"email": owner.email, "name": owner.name, "language": "en", "timezone": "UTC"}
    signed_in(admin).post(reverse("wagtailusers_users:edit", args=[owner.pk]), given)
    assert not is_in(client)
    assert Membership.objects.filter(user=owner, ended_at=None).count() == 1


def test_s8_a_member_who_is_removed_sees_nothing_of_the_organization_with_the_next_request(owner, society):
    person = people.member(society, "preparer")
    client = signed_in(person)
    assert client.get("/en/desk/organisation/").status_code == 200
    actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=NOW)
    assert client.get("/en/desk/organisation/").headers["Location"] == "/en/desk/organisation/start/"


def test_s8_a_link_to_choose_a_password_opens_no_closed_account(client, society):
    person = people.member(society, "preparer")
    client.post("/en/accounts/password/reset/", {"email": person.email})
    outbox.deliver_due({**mails.HANDLERS, "licensing.event": lambda *_: None}, now=timezone.now())
    link = SentMail.objects.get(recipient=person.email).text.split("http://testserver")[1].split()[0]
    signed_in(person).post(CLOSE, {"password": people.PASSWORD})
    page = client.get(link, follow=True)
    if page.redirect_chain:
        new = "another-long-password"
        client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in_fails(person)
    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_outside_a_demonstration_an_empty_field_asks_for_the_mail_and_the_page_says_so(settings):
    person = people.user()
    client = signed_in(person)
    settings.DEMO = False
    assert "(optional)" not in client.get(CLOSE).content.decode()
    answer = client.post(CLOSE, {"password": ""})
    assert answer.status_code == 200
    assert "A code is on its way to your mailbox" in answer.content.decode()
    assert User.objects.get(pk=person.pk).is_active
