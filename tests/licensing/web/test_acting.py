"""A person acts for one organisation at a time; which one, and whether they still may, is asked at every request."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from licensing.history.actions import Actor
from licensing.organisations import actions
from licensing.organisations.rules import Act
from licensing.web.acting import acting_for, acting_middleware, actor
from tests import people
from tests.clock import NOW

pytestmark = pytest.mark.django_db


def ask(user, path="/en/desk/", *, session=None, view=None):
    """Send a request through the middleware; return it and the answer."""
    request = RequestFactory().get(path)
    request.user, request.session, request._messages = user, session if session is not None else SessionStore(), []
    seen = []

    def respond(passed):
        seen.append(passed)
        return view(passed) if view else HttpResponse("ok")

    answer = acting_middleware(respond)(request)
    return seen[0], answer


def test_strangers_and_people_without_organization_act_for_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(AnonymousUser())[0].acting is None
    request, _ = ask(people.user())
    assert request.acting is None
    assert request.organisations == []
    assert actor(request) == Actor(request.user.pk, str(request.user), None)


def test_pages_that_do_not_ask_cost_nothing(django_assert_num_queries):
    user = people.user()
    with django_assert_num_queries(0):
        request, _ = ask(user)
    assert not request.session.accessed


def test_the_organization_joined_first_is_acted_for_until_another_is_chosen():
    user = people.user()
    first = people.organisation("Zebra Society (DEMO)", owner=user)
    second = people.organisation("Antelope Society (DEMO)", owner=user)
    assert ask(user)[0].acting.organisation == first
    session = SessionStore()
    session["acting"] = second.pk
    request, _ = ask(user, session=session)
    assert (str(request.acting), request.acting.roles) == ("Antelope Society (DEMO)", frozenset({"owner"}))
    assert actor(request).organisation_id == second.pk


def test_a_mail_pins_its_organization_and_the_pages_after_it_keep_it():
    user, session = people.user(), SessionStore()
    people.organisation("First (DEMO)", owner=user)
    second = people.organisation("Second (DEMO)", owner=user)
    assert ask(user, f"/en/desk/?for={second.pk}", session=session)[0].acting.organisation == second
    assert ask(user, session=session)[0].acting.organisation == second


@pytest.mark.parametrize("pin", ["0", "x", "-1", "²", "99999999999999999999"])
def test_a_pin_to_somebody_elses_organization_does_nothing(pin):
    user = people.user()
    own, other = people.organisation(owner=user), people.organisation("Other (DEMO)")
    for wanted in (pin, str(other.pk)):
        assert ask(user, f"/en/desk/?for={wanted}")[0].acting.organisation == own


@pytest.mark.check("S8")
def test_s8_who_leaves_loses_everything_at_the_next_request():
    owner = people.user()
    society = people.organisation(owner=owner)
    person = people.member(society, "preparer")
    session = SessionStore()
    session["acting"] = society.pk
    assert ask(person, session=session)[0].acting.may(Act.APPLY)
    actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=NOW + timedelta(days=1))
    assert ask(person, session=session)[0].acting is None


def test_several_roles_add_up():
    society = people.organisation()
    person = people.member(society, "finance", "designer")
    acting = ask(person)[0].acting
    assert [acting.may(act) for act in (Act.SEE_MONEY, Act.SEE_KITS, Act.SIGN, Act.MANAGE_PEOPLE)] == [True, True, False, False]


@acting_for(Act.SEE_MONEY)
def money(request):
    return HttpResponse("money")


def test_a_guarded_view_opens_to_the_role_and_is_never_kept():
    society = people.organisation()
    _, answer = ask(people.member(society, "finance"), view=money)
    assert (answer.content, answer.headers["Cache-Control"]) == (b"money", "private, no-store")


def test_a_stranger_goes_to_the_login_and_comes_back():
    _, answer = ask(AnonymousUser(), "/en/desk/money/?x=1", view=money)
    assert answer.headers["Location"] == "/en/accounts/login/?next=/en/desk/money/%3Fx%3D1"


def test_a_person_without_organization_goes_to_the_start():
    _, answer = ask(people.user(), view=money)
    assert answer.headers["Location"] == "/en/desk/organisation/start/"


def test_who_lacks_the_role_reads_so_and_may_switch_to_where_they_have_it(client):
    user = people.user()
    helper = people.organisation("Helping Society (DEMO)")
    actions.join(helper.pk, user, ["observer"], by=people.actor(user), now=NOW)
    people.organisation("Own Society (DEMO)", owner=user)
    client.force_login(user)
    answer = client.get("/en/desk/organisation/invite/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Your roles in Helping Society (DEMO) do not allow this." in page
    assert "Own Society (DEMO)</bdi></button>" in page
