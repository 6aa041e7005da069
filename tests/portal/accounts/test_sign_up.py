"""Signing up, in, and on with a forgotten password; every letter goes through the outbox."""

import re
from importlib import resources

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from portal.accounts import mails
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from tests import people

pytestmark = pytest.mark.django_db
PERSON = {
    "email": "new@kenya.example",
    "name": "The Newcomer (DEMO)",
    "language": "es",
    "password1": "una-frase-larga-1",
    "password2": "una-frase-larga-1",
}


def post(client, name, data, language="en", **kwargs):
    with translation.override(language):
        return client.post(reverse(name, kwargs=kwargs or None), data)


def letters():
    """Deliver what waits and return the mails, newest first."""
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    return list(SentMail.objects.order_by("-pk"))


def code_in(mail):
    return re.search(r"^[A-Z0-9-]{6,}$", mail.text, re.M)[0]


def test_a_person_signs_up_proves_the_address_by_a_code_and_reads_on_in_their_language(client):
    response = post(client, "account_signup", PERSON)
    assert response.status_code == 302
    mail = letters()[0]
    assert (mail.recipient, mail.language) == ("new@kenya.example", "es")
    response = post(client, "account_email_verification_sent", {"code": code_in(mail)})
    assert response.headers["Location"] == "/es/desk/"
    assert client.cookies["django_language"].value == "es"
    user = User.objects.get(email="new@kenya.example")
    assert (user.name, user.language, user.is_staff) == ("The Newcomer (DEMO)", "es", False)
    assert user.emailaddress_set.get().verified


def test_the_outbox_forgets_the_code_once_it_is_sent(client):
    post(client, "account_signup", PERSON)
    code = OutboxMessage.objects.get().payload["facts"]["code"]
    letters()
    assert code not in str(OutboxMessage.objects.get().payload)


def test_what_is_kept_of_a_letter_holds_no_code_outside_a_demonstration(client, settings, mailoutbox):
    post(client, "account_signup", PERSON)
    code = OutboxMessage.objects.get().payload["facts"]["code"]
    settings.DEMO = False
    mail = letters()[0]
    assert code in mailoutbox[0].body
    assert code not in mail.text + mail.html


def test_a_short_password_makes_no_account(client):
    response = post(client, "account_signup", {**PERSON, "password1": "fourteen-signs", "password2": "fourteen-signs"})
    assert response.status_code == 200
    assert (User.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.check("S49")
def test_s49_signing_up_with_a_known_address_looks_the_same_and_tells_only_the_mailbox(client):
    people.user("known@kenya.example", language="es")
    known = post(client, "account_signup", {**PERSON, "email": "known@kenya.example"})
    page_of_known = client.get(known.headers["Location"])
    client.logout()
    new = post(client, "account_signup", PERSON)
    page_of_new = client.get(new.headers["Location"])
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert (page_of_known.status_code, page_of_new.status_code) == (200, 200)
    plain = re.compile(r"csrfmiddlewaretoken.*?>|known@kenya.example|new@kenya.example")
    assert plain.sub("", page_of_known.content.decode()) == plain.sub("", page_of_new.content.decode())
    assert [mail.subject for mail in letters()] == ["Su código para el Portal de Programas", "Usted ya tiene una cuenta"]
    assert User.objects.count() == 2


@pytest.mark.check("S49")
def test_s49_login_and_reset_say_the_same_of_known_and_unknown_addresses(client):
    people.user("known@kenya.example")
    wrong = [
        post(client, "account_login", {"login": f"{who}@kenya.example", "password": "wrong-password-1"}) for who in ("known", "nobody")
    ]
    hide = re.compile(r"csrfmiddlewaretoken.*?>|(known|nobody)@kenya.example")
    assert len({(answer.status_code, hide.sub("", answer.content.decode())) for answer in wrong}) == 1
    reset = [post(client, "account_reset_password", {"email": f"{who}@kenya.example"}) for who in ("known", "nobody")]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in reset}) == 1


def test_signing_in_adopts_the_persons_language_for_the_page_asked_for_too(client):
    people.user("reader@kenya.example", language="es")
    data = {"login": "reader@kenya.example", "password": people.PASSWORD, "next": "/en/accounts/profile/"}
    assert post(client, "account_login", data).headers["Location"] == "/es/accounts/profile/"
    assert "Ha iniciado sesión" in client.get("/es/accounts/profile/").content.decode()


def test_the_first_page_after_signing_out_speaks_the_language_read_last(client):
    client.force_login(people.user("reader@kenya.example", language="en"))
    client.get("/en/accounts/profile/")
    answer = client.post("/es/accounts/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/es/")


@pytest.mark.check("S42")
def test_s42_signing_in_never_leads_to_another_site(client):
    people.user("reader@kenya.example")
    for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        data = {"login": "reader@kenya.example", "password": people.PASSWORD, "next": wanted}
        assert post(client, "account_login", data).headers["Location"] == "/en/desk/"
        client.logout()


def test_a_forgotten_password_is_replaced_by_a_link_on_our_own_origin(client, settings):
    user = people.user("reader@kenya.example", language="es")
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})
    mail = letters()[0]
    link = re.search(r"http://\S+", mail.text)[0]
    assert link.startswith("http://testserver/es/accounts/password/reset/key/")
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    answer = client.post(page.redirect_chain[-1][0], {"password1": "otra-frase-larga-2", "password2": "otra-frase-larga-2"})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password("otra-frase-larga-2")
    assert [(mail.recipient, mail.language) for mail in letters()] == [(user.email, "es")] * 2
    assert client.get(link.removeprefix("http://testserver"), follow=True).context["token_fail"]


def test_the_profile_changes_name_language_and_zone_and_goes_on_in_the_new_language(client):
    user = people.user("reader@kenya.example")
    client.force_login(user)
    answer = post(client, "account_profile", {"name": "New Name (DEMO)", "language": "es", "timezone": "Africa/Nairobi"})
    assert answer.headers["Location"] == "/es/accounts/profile/"
    user.refresh_from_db()
    assert (user.name, user.language, user.timezone) == ("New Name (DEMO)", "es", "Africa/Nairobi")


def test_the_profile_is_only_for_people_who_are_signed_in(client):
    assert client.get("/en/accounts/profile/").headers["Location"] == "/en/accounts/login/?next=/en/accounts/profile/"


def test_every_letter_of_allauth_has_ours():
    root = resources.files("allauth") / "templates"
    theirs = {f"{part}/email/{entry.name}" for part in ("account", "mfa") for entry in (root / part / "email").iterdir()}
    known = {name.removesuffix("_subject.txt") for name in theirs if name.endswith("_subject.txt")}
    by_code_only = {"account/email/login_code", "account/email/password_reset_code"}
    assert known - by_code_only == set(mails.LETTERS) - {mails.CONFIRM, mails.CLOSED, mails.IDLE}
