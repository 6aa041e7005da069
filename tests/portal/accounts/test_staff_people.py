"""Staff in the CMS: invited by mail, with roles in plain words, without a password that others know."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import mails
from portal.accounts.groups import GROUPS, ensure_groups
from portal.accounts.models import User
from portal.accounts.roles import MEANINGS, NAMES
from portal.core import outbox
from portal.core.models import SentMail
from tests import people

pytestmark = pytest.mark.django_db
ADD = "wagtailusers_users:add"


@pytest.fixture
def admin():
    client = Client()
    client.force_login(people.user(is_superuser=True))
    return client


def test_every_role_of_staff_has_a_name_and_a_meaning():
    assert GROUPS.keys() == NAMES.keys() == MEANINGS.keys()


@pytest.mark.row("J6")
def test_a_colleague_is_invited_by_mail_and_chooses_the_password_alone(admin):
    groups = ensure_groups()
    page = admin.get(reverse(ADD)).content.decode()
    assert "Licensing manager: offers, applications, decisions" in page
    assert 'type="password"' not in page
    given = {"email": "New@demo.example", "name": "The New Colleague (DEMO)", "language": "es", "timezone": "UTC"}
    assert admin.post(reverse(ADD), {**given, "groups": [groups["Legal"].pk]}).status_code == 302
    made = User.objects.get(email="new@demo.example")
    assert (made.name, made.language, made.has_usable_password(), made.is_staff) == ("The New Colleague (DEMO)", "es", False, True)
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    assert SentMail.objects.get().recipient == "new@demo.example"
    link = SentMail.objects.get().text.split("http://testserver")[1].split()[0]
    new, window = "mi-propia-frase-larga", Client()
    page = window.get(link, follow=True)
    window.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    made.refresh_from_db()
    assert made.check_password(new)


def test_other_roles_change_the_key_of_the_session_and_another_address_ends_it(admin):
    groups, person = ensure_groups(), people.staff("Editors", name="An Editor (DEMO)")
    window = Client()
    window.post("/en/accounts/login/", {"login": person.email, "password": people.PASSWORD})
    assert window.get("/cms/").status_code == 200
    before = window.cookies["sessionid"].value
    edit = reverse("wagtailusers_users:edit", args=[person.pk])
    given = {"email": person.email, "name": person.name, "language": "en", "timezone": "UTC", "is_active": "on"}
    admin.post(edit, {**given, "groups": [groups["Legal"].pk]})
    assert window.get("/cms/").status_code == 200
    assert window.cookies["sessionid"].value != before
    admin.post(edit, {**given, "email": "other@demo.example", "groups": [groups["Legal"].pk]})
    assert window.get("/cms/").status_code == 302
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    assert [(mail.recipient, mail.subject) for mail in SentMail.objects.all()] == [(person.email, "Your address was changed")]


def test_an_address_somebody_has_is_not_given_twice(admin):
    people.user("taken@kenya.example")
    given = {"email": "TAKEN@kenya.example", "name": "x", "language": "en", "timezone": "UTC"}
    assert "Somebody has an account with this address already." in admin.post(reverse(ADD), given).content.decode()
    assert User.objects.count() == 2
