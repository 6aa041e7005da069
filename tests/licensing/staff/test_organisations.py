"""Organisations in the CMS, and Wagtail's own pages for people with our form."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from licensing.history.models import Event
from licensing.organisations import actions
from portal.accounts import mails
from portal.accounts.groups import GROUPS, named
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import SentMail
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def society():
    return people.organisation("Fundación Uno (DEMO)", town="Kisumu")


def text(answer):
    return answer.content.decode()


def test_staff_find_an_organization_by_any_name(client, society):
    people.organisation("Society Two (DEMO)")
    client.force_login(people.staff("Auditors"))
    page = text(client.get("/cms/organizations/?q=fundacion"))
    assert "Fundación Uno (DEMO)" in page
    assert "Society Two (DEMO)" not in page
    assert "Organizations" in text(client.get("/cms/"))


@pytest.mark.row("J4")
def test_a_manager_vets_with_what_was_looked_at(client, society):
    manager = people.staff("Licensing managers")
    client.force_login(manager)
    address = f"/cms/organizations/{society.pk}/"
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {"reason": "Register of societies (DEMO)", "seen": seen})
    society.refresh_from_db()
    assert society.vetted_by == manager
    assert Event.objects.get(command="vet").reason == "Register of societies (DEMO)"
    assert client.get(address).context["form"] is None


@pytest.mark.parametrize("data", [{"reason": "", "seen": 1}, {"reason": "Seen (DEMO)", "seen": 0}])
def test_vetting_without_a_reason_or_from_an_old_page_changes_nothing(client, society, data):
    client.force_login(people.staff("Licensing managers"))
    client.post(f"/cms/organizations/{society.pk}/", data)
    society.refresh_from_db()
    assert society.vetted_at is None


@pytest.mark.parametrize("group", sorted(set(GROUPS) - {"Licensing managers"}))
def test_other_staff_cannot_vet(client, society, group):
    client.force_login(people.staff(group))
    answer = client.post(f"/cms/organizations/{society.pk}/", {"reason": "X", "seen": 1})
    assert answer.status_code in (302, 403)
    society.refresh_from_db()
    assert society.vetted_at is None


def test_a_member_of_an_organization_sees_none_of_it(client, society):
    client.force_login(society.memberships.get().user)
    assert client.get("/cms/organizations/").status_code == 403


def test_the_history_of_staff_names_who_and_when(client, society):
    manager = people.staff("Licensing managers", name="The Manager (DEMO)")
    actions.vet(society.pk, by=people.actor(manager), now=timezone.now(), reason="Statutes (DEMO)")
    client.force_login(manager)
    page = text(client.get(f"/cms/organizations/{society.pk}/"))
    assert "The licensor vetted the organization." in page
    assert "Statutes (DEMO)" in page


def test_every_permission_the_groups_name_exists():
    unknown = [permission for permissions in GROUPS.values() for permission in permissions if named(permission) is None]
    assert unknown == []


# people in the CMS


@pytest.fixture
def admin(client):
    made = people.user(is_superuser=True)
    client.force_login(made)
    return made


def test_the_people_of_the_cms_are_listed_and_found_by_name(client, admin):
    people.user(name="Somebody Findable (DEMO)")
    people.user(name="Somebody Else (DEMO)")
    page = text(client.get("/cms/users/?q=Findable"))
    assert "Somebody Findable (DEMO)" in page
    assert "Somebody Else (DEMO)" not in page


def test_a_new_person_gets_a_letter_to_choose_a_password_and_no_password_from_us(client, admin):
    data = {
        "email": "New@Staff.example",
        "name": "New Staff (DEMO)",
        "language": "es",
        "timezone": "UTC",
        "groups": [Group.objects.get(name="Editors").pk],
    }
    answer = client.post("/cms/users/new/", data)
    assert answer.status_code == 302
    user = User.objects.get(email="new@staff.example")
    assert (user.name, user.has_usable_password(), [group.name for group in user.groups.all()]) == ("New Staff (DEMO)", False, ["Editors"])
    outbox.deliver_due(mails.HANDLERS, now=timezone.now())
    mail = SentMail.objects.get()
    assert (mail.recipient, mail.language) == ("new@staff.example", "es")
    link = mail.text.split("http://testserver")[1].split()[0]
    client.logout()
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "una-frase-larga-1", "password2": "una-frase-larga-1"})
    user.refresh_from_db()
    assert user.check_password("una-frase-larga-1")


def test_an_address_that_is_taken_is_refused(client, admin):
    people.user("taken@staff.example")
    answer = client.post("/cms/users/new/", {"email": "TAKEN@staff.example", "name": "X", "language": "en", "timezone": "UTC"})
    assert answer.status_code == 200
    assert User.objects.filter(email__iexact="taken@staff.example").count() == 1


def test_a_person_is_edited_and_a_new_address_has_to_be_proved(client, admin):
    user = people.user("old@staff.example")
    address = f"/cms/users/edit/{user.pk}/"
    assert client.get(address).status_code == 200
    client.post(address, {"email": "new@staff.example", "name": "Renamed (DEMO)", "language": "es", "timezone": "UTC", "is_active": "on"})
    user.refresh_from_db()
    assert (user.email, user.name, user.language) == ("new@staff.example", "Renamed (DEMO)", "es")
    assert list(user.emailaddress_set.values_list("email", "verified")) == [("new@staff.example", False)]


def test_nobody_closes_their_own_account_by_accident(client, admin):
    address = f"/cms/users/edit/{admin.pk}/"
    client.post(address, {"email": admin.email, "name": "Still Here (DEMO)", "language": "en", "timezone": "UTC"})
    admin.refresh_from_db()
    assert (admin.name, admin.is_active, admin.is_superuser) == ("Still Here (DEMO)", True, True)


def test_only_who_may_manage_people_reaches_them(client):
    client.force_login(people.staff("Editors", "Licensing managers"))
    assert client.get("/cms/users/").status_code == 302
    assert client.get("/cms/users/new/").status_code == 302
