"""Grave acts ask once more who is there: what is verified in the act counts, and is told."""

import re
from datetime import datetime, timedelta

import pytest
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django import forms
from django.test import RequestFactory
from django.utils import timezone

from portal.accounts import mail_codes, mails, stepup
from portal.accounts.rules import Proof, Way, way
from portal.accounts.stepup import PasswordConfirmation
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from tests import people
from tests.clock import NOW
from tests.portal.accounts.factors import enrol, recovery_code, totp

pytestmark = pytest.mark.django_db


class GraveForm(PasswordConfirmation, forms.Form):
    reason = forms.CharField()


def request(user, session=None, **data):
    made = RequestFactory().post("/en/desk/x/", data)
    made.user, made.session = people.User.objects.get(pk=user.pk), {} if session is None else session
    return made


@pytest.fixture
def real(settings):
    """Not a demonstration."""
    settings.DEMO = False


def form(user, session=None, **given):
    asked = request(user, session=session, **given)
    return GraveForm(asked.POST, request=asked)


def refused(user, session=None, **given):
    """Return what is said at the field, having seen that nothing was proved."""
    asked = form(user, session, **given)
    assert not asked.is_valid()
    assert stepup.proof(asked.request) == ""
    return [str(error) for error in asked.errors.get("password", [])]


def proved(user, session=None, **given):
    asked = form(user, session, **given)
    assert asked.is_valid(), asked.errors
    return stepup.proof(asked.request)


@pytest.mark.parametrize("staff", [True, False])
@pytest.mark.parametrize("has_factor", [True, False])
def test_the_whole_table_of_what_is_asked_for(staff, has_factor):
    assert way(demo=True, staff=staff, has_factor=has_factor) is Way.PASSWORD
    wanted = {(True, True): Way.FACTOR, (True, False): Way.ENROL, (False, True): Way.FACTOR, (False, False): Way.MAIL}
    assert way(demo=False, staff=staff, has_factor=has_factor) is wanted[staff, has_factor]


@pytest.mark.row("J6")
def test_the_right_password_lets_the_act_through():
    assert proved(people.user(), reason="x", password=people.PASSWORD) == Proof.PASSWORD


@pytest.mark.parametrize(
    "data, said",
    [
        ({}, "Enter your password. Nothing was done."),
        ({"password": ""}, "Enter your password. Nothing was done."),
        ({"password": "wrong"}, "This is not your password. Nothing was done."),
        ({"password": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_without_it_nothing_is_proved_and_the_field_says_why(data, said):
    assert refused(people.user(), reason="x", **data) == [said]


def test_an_empty_field_outside_a_demonstration_asks_for_the_code_and_is_no_try(real):
    editor = people.staff("Editors")
    code = totp(enrol(editor))
    for _ in range(30):
        assert refused(editor, reason="x", password="") == ["Enter a code, or use a passkey. Nothing was done."]
    assert proved(editor, reason="x", password=code) == Proof.TOTP


def test_the_form_asks_last_and_says_what_is_wrong_at_the_field():
    user = people.user()
    wrong = form(user, reason="x", password="wrong")
    assert list(wrong.fields) == ["reason", "password"]
    assert wrong.errors == {"password": ["This is not your password. Nothing was done."]}
    right = form(user, reason="x", password=people.PASSWORD)
    assert right.is_valid()
    assert right.cleaned_data == {"reason": "x"}


def test_what_was_typed_stays_but_never_the_password():
    shown = form(people.user(), reason="A long reason", password="not-my-password").as_p()
    assert "A long reason" in shown
    assert "not-my-password" not in shown
    assert 'type="password"' in shown


@pytest.mark.check("S51")
def test_s51_outside_a_demonstration_a_password_is_worth_nothing(real):
    editor, member = people.staff("Editors"), people.user()
    assert "This needs a second factor" in refused(editor, reason="x", password=people.PASSWORD)[0]
    enrol(editor)
    assert "This code does not work" in refused(editor, reason="x", password=people.PASSWORD)[0]
    assert "This code does not work" in refused(member, reason="x", password=people.PASSWORD)[0]


@pytest.mark.check("S51")
def test_s51_staff_confirm_with_a_code_of_the_app_and_each_works_once(real):
    editor = people.staff("Editors")
    code = totp(enrol(editor))
    assert proved(editor, reason="x", password=code) == Proof.TOTP
    assert "This code does not work" in refused(editor, reason="x", password=code)[0]


@pytest.mark.check("S51")
def test_s51_a_code_used_to_sign_in_confirms_nothing(real, client):
    editor = people.staff("Editors")
    code = totp(enrol(editor))
    client.post("/en/accounts/login/", {"login": editor.email, "password": people.PASSWORD})
    client.post("/en/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/cms/").status_code == 200
    assert "This code does not work" in refused(editor, reason="x", password=code)[0]


@pytest.mark.check("S51")
def test_s51_a_recovery_code_confirms_once(real):
    editor = people.staff("Editors")
    enrol(editor)
    code = recovery_code(editor)
    assert proved(editor, reason="x", password=code) == Proof.RECOVERY_CODE
    assert "This code does not work" in refused(editor, reason="x", password=code)[0]


def test_a_form_with_another_mistake_spends_no_code(real):
    editor = people.staff("Editors")
    code = totp(enrol(editor))
    assert refused(editor, reason="", password=code) == []
    assert proved(editor, reason="x", password=code) == Proof.TOTP


@pytest.mark.check("S51")
@pytest.mark.parametrize("credential", ["x", "{}", "[]", "null", '{"id": "x", "response": {"userHandle": null}}', "\x00", "9" * 9000])
def test_s51_nonsense_in_place_of_a_passkey_proves_nothing(real, credential):
    editor = people.staff("Editors")
    enrol(editor)
    assert "This code does not work" in refused(editor, reason="x", **{"password-credential": credential})[0]


def test_who_has_a_passkey_is_offered_it_and_nobody_else(real, monkeypatch):
    monkeypatch.setattr("portal.accounts.widgets.webauthn.begin_authentication", lambda user: {"publicKey": {}})
    editor = people.staff("Editors")
    enrol(editor)
    assert "data-passkey" not in str(form(editor))
    WebAuthn.add(editor, "Key", {})
    assert "data-passkey" in str(form(editor))
    assert "data-passkey" not in str(form(people.user()))


def letters():
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    return list(SentMail.objects.order_by("-pk"))


def sent_code(mailoutbox):
    letters()
    return re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", mailoutbox[-1].body, re.M)[0]


def test_a_signatory_without_a_factor_gets_a_code_by_mail_and_what_was_typed_stays(real, mailoutbox):
    member, session = people.user(language="es"), {}
    asked = form(member, session, reason="Typed")
    assert (asked.is_valid(), asked.errors) == (False, {})
    assert "Typed" in str(asked)
    assert str(asked["password"].help_text).startswith("A code is on its way")
    code = sent_code(mailoutbox)
    assert (SentMail.objects.get().recipient, SentMail.objects.get().language) == (member.email, "es")
    assert proved(member, session, reason="Typed", password=f" {code.lower().replace('-', ' ')} ") == Proof.MAIL_CODE
    assert "This code does not work" in refused(member, session, reason="Typed", password=code)[0]


def test_a_signatory_with_a_factor_uses_it(real):
    member = people.user()
    assert proved(member, reason="x", password=totp(enrol(member))) == Proof.TOTP
    assert OutboxMessage.objects.count() == 0


@pytest.mark.check("S51")
def test_s51_a_code_by_mail_is_for_one_person_one_browser_and_ten_minutes(real, mailoutbox):
    member, session = people.user(), {}
    mail_codes.send(session, member, now=NOW)
    code = sent_code(mailoutbox)
    assert code.replace("-", "") not in str(session)
    assert not mail_codes.check({}, member, code, now=NOW)
    assert not mail_codes.check(dict(session), people.user(), code, now=NOW)
    assert not mail_codes.check(dict(session), member, code, now=NOW + timedelta(minutes=10))
    assert mail_codes.check(dict(session), member, code, now=NOW + timedelta(minutes=10, microseconds=-1))


def test_five_wrong_codes_make_the_right_one_worthless(real, mailoutbox):
    member, session = people.user(), {}
    mail_codes.send(session, member, now=NOW)
    code = sent_code(mailoutbox)
    assert [mail_codes.check(session, member, wrong, now=NOW) for wrong in ("", "x", "AAAA-AAAA", "0", "\x00")] == [False] * 5
    assert not mail_codes.check(session, member, code, now=NOW)


@pytest.mark.check("S48")
def test_s48_a_stolen_session_cannot_try_passwords_for_ever(settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    user = people.user()
    for _ in range(10):
        refused(user, reason="x", password="wrong")
    assert refused(user, reason="x", password=people.PASSWORD) == ["Too many tries. Wait a few minutes; nothing was done."]
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))
    assert proved(user, reason="x", password=people.PASSWORD) == Proof.PASSWORD


@pytest.mark.check("S48")
def test_s48_nobody_floods_a_mailbox_with_codes(real, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    member = people.user()
    said = [refused(member, reason="x") for _ in range(6)]
    assert said == [[]] * 5 + [["Too many tries. Wait a few minutes; nothing was done."]]
    assert OutboxMessage.objects.count() == 5
    assert datetime.fromisoformat(OutboxMessage.objects.first().payload["facts"]["at"]) == NOW
