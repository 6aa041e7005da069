"""Grave acts ask once more for the password, and outside a demonstration for an enrolled second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from portal.accounts.stepup import PasswordConfirmation, confirmed
from tests import people

pytestmark = pytest.mark.django_db


class GraveForm(PasswordConfirmation, forms.Form):
    reason = forms.CharField()


def request(user, method="post", **data):
    made = getattr(RequestFactory(), method)("/en/desk/x/", data, HTTP_REFERER="http://testserver/en/desk/page/")
    made.user = user
    made._messages = CookieStorage(made)
    return made


@pytest.fixture
def done():
    return []


@pytest.fixture
def view(done):
    @confirmed
    def act(request):
        done.append(request.method)
        return HttpResponse("done")

    return act


def said(asked):
    return [str(message) for message in asked._messages]


@pytest.mark.row("J6")
def test_the_right_password_lets_the_act_through(view, done):
    assert view(request(people.user(), password=people.PASSWORD)).content == b"done"
    assert done == ["POST"]


@pytest.mark.parametrize("data", [{}, {"password": ""}, {"password": "wrong"}])
def test_without_it_nothing_is_done_and_the_page_before_says_why(view, done, data):
    asked = request(people.user(), **data)
    answer = view(asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://testserver/en/desk/page/")
    assert said(asked) == ["This is not your password. Nothing was done."]
    assert done == []


def test_somebody_elses_page_is_no_way_back(view):
    asked = request(people.user(), password="wrong")
    asked.META["HTTP_REFERER"] = "https://evil.example/"
    assert view(asked).headers["Location"] == "/en/desk/x/"


def test_reading_asks_for_nothing(view, done):
    view(request(people.user(), "get"))
    assert done == ["GET"]


def test_the_form_asks_last_and_says_what_is_wrong_at_the_field():
    user = people.user()
    wrong = GraveForm({"reason": "x", "password": "wrong"}, request=request(user))
    assert list(wrong.fields) == ["reason", "password"]
    assert wrong.errors == {"password": ["This is not your password. Nothing was done."]}
    right = GraveForm({"reason": "x", "password": people.PASSWORD}, request=request(user))
    assert right.is_valid()
    assert right.cleaned_data == {"reason": "x", "password": ""}


@pytest.mark.check("S51")
def test_s51_outside_a_demonstration_the_password_alone_is_not_enough(view, done, settings):
    settings.DEMO = False
    user = people.user()
    asked = request(user, password=people.PASSWORD)
    view(asked)
    assert done == []
    assert "This needs a second factor" in said(asked)[0]
    TOTP.activate(user, generate_totp_secret())
    view(request(people.User.objects.get(pk=user.pk), password=people.PASSWORD))
    assert done == ["POST"]


@pytest.mark.check("S48")
def test_s48_a_stolen_session_cannot_try_passwords_for_ever(view, done, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "3/m/user"}
    user = people.user()
    for _ in range(3):
        view(request(user, password="wrong"))
    asked = request(user, password=people.PASSWORD)
    view(asked)
    assert said(asked) == ["Too many wrong passwords. Wait a few minutes; nothing was done."]
    assert done == []
