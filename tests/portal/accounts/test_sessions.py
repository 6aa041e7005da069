"""S50 and S8: when a session's key changes, when it ends, and that nothing of it is left then."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from licensing.organisations import actions
from portal.accounts import sessions
from tests import people, snapshot
from tests.clock import NOW
from tests.portal.accounts.factors import enrol, totp

pytestmark = [pytest.mark.django_db, pytest.mark.check("S50")]
PROFILE = "/en/accounts/profile/"


def signed_in(person):
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    return client


def key(client):
    return client.cookies["sessionid"].value


def is_in(client):
    return client.get(PROFILE).status_code == 200


def at(monkeypatch, moment):
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.mark.parametrize("staff", [True, False])
@pytest.mark.parametrize("kept", ["seen", "began"])
def test_s50_the_edges_of_a_session(staff, kept):
    limit = (sessions.IDLE if kept == "seen" else sessions.WHOLE)[staff]
    facts = {"began": NOW.isoformat(), "seen": NOW.isoformat(), "staff": staff}
    facts |= {"seen": (NOW + limit).isoformat()} if kept == "began" else {}
    assert not sessions.is_over(facts, now=NOW + limit - timedelta(microseconds=1))
    assert sessions.is_over(facts, now=NOW + limit)


def test_s50_a_session_nobody_uses_ends_on_the_server_too(monkeypatch):
    at(monkeypatch, timezone.now())
    start, client = timezone.now(), signed_in(people.user())
    old = key(client)
    at(monkeypatch, start + timedelta(hours=23))
    assert is_in(client)
    at(monkeypatch, start + timedelta(hours=46))
    assert is_in(client)
    at(monkeypatch, start + timedelta(hours=70, seconds=1))
    assert client.get(PROFILE).headers["Location"] == f"/en/accounts/login/?next={PROFILE}"
    assert not Session.objects.filter(session_key=old).exists()


def test_s50_a_session_in_use_ends_after_a_fortnight_and_of_staff_after_a_day(monkeypatch):
    at(monkeypatch, timezone.now())
    start = timezone.now()
    for person, step, whole in ((people.user(), 20, 14 * 24), (people.staff("Editors"), 0.9, 24)):
        at(monkeypatch, start)
        client, hours = signed_in(person), 0
        while hours + step < whole:
            hours += step
            at(monkeypatch, start + timedelta(hours=hours))
            assert is_in(client), hours
        at(monkeypatch, start + timedelta(hours=whole))
        assert not is_in(client)


def test_s50_a_used_session_is_not_written_at_each_request():
    client = signed_in(people.user())
    is_in(client)
    before = Session.objects.get(session_key=key(client)).session_data
    with snapshot.writes() as written:
        client.get("/en/accounts/password/reset/done/")
    assert written == []
    assert Session.objects.get(session_key=key(client)).session_data == before


@pytest.mark.parametrize("change", ["joined", "left", "groups"])
def test_s50_the_key_changes_with_the_next_request_when_the_roles_do(change):
    person, owner = people.user(), people.user()
    society = people.organisation(owner=owner)
    if change == "left":
        actions.join(society.pk, person, ["preparer"], by=people.actor(owner), now=NOW)
    client = signed_in(person)
    before = key(client)
    assert is_in(client)
    assert key(client) == before
    if change == "joined":
        actions.join(society.pk, person, ["preparer"], by=people.actor(owner), now=NOW)
    elif change == "left":
        actions.leave(society.pk, person.pk, by=people.actor(owner), now=NOW)
    else:
        sessions.rights_changed([person.pk])
    assert is_in(client)
    after = key(client)
    assert after != before
    assert UserSession.objects.get(user=person).session_key == after
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert not is_in(stolen)


@pytest.mark.django_db(transaction=True)
def test_s50_the_key_changes_when_a_second_factor_comes():
    client = signed_in(people.user())
    again = client.get("/en/accounts/2fa/totp/activate/").headers["Location"]
    client.post(again, {"password": people.PASSWORD})
    before = key(client)
    page = client.get("/en/accounts/2fa/totp/activate/")
    client.post("/en/accounts/2fa/totp/activate/", {"code": totp(page.context["form"].secret)})
    assert key(client) != before
    assert is_in(client)


def test_s50_the_key_changes_between_the_password_and_the_end_of_the_second_factor():
    person = people.user()
    secret, client = enrol(person), Client()
    client.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    half = key(client)
    assert not is_in(client)
    client.post("/en/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert key(client) != half
    assert is_in(client)


@pytest.mark.row("J6")
def test_s50_sign_out_elsewhere_ends_the_other_devices_and_no_other_persons():
    person, other = people.user(), people.user()
    here, there, theirs = signed_in(person), signed_in(person), signed_in(other)
    page = here.get("/en/accounts/sessions/").content.decode()
    assert page.count("Firefox on Linux") == 2
    assert page.count("This device") == 1
    assert "127.0.0.1" in page
    here.post("/en/accounts/sessions/")
    assert (is_in(here), is_in(there), is_in(theirs)) == (True, False, True)
    assert "You are signed in on this device only." in here.get("/en/accounts/sessions/").content.decode()


def test_s50_a_new_password_ends_the_other_devices():
    person = people.user()
    here, there = signed_in(person), signed_in(person)
    new = "another-long-password"
    here.post("/en/accounts/password/change/", {"oldpassword": people.PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_public_page_costs_a_reader_without_a_session_nothing(client, django_assert_num_queries):
    client.get("/en/accounts/password/reset/done/")  # the menu is kept from now on
    with django_assert_num_queries(0):
        answer = client.get("/en/accounts/password/reset/done/")
    assert answer.cookies == {}
