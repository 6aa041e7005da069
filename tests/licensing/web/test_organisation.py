"""The pages of an organisation, walked as people use them; without JavaScript."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from licensing.history.models import Event
from licensing.organisations import invitations
from licensing.organisations.models import Invitation, Membership, Organisation
from portal.core.models import OutboxMessage
from tests import people

pytestmark = pytest.mark.django_db
INVITED = "invited@kenya.example"


@pytest.fixture
def owner():
    return people.user(name="The Owner (DEMO)")


@pytest.fixture
def society(owner):
    return people.organisation("Society A (DEMO)", owner=owner, town="Nairobi", tax_number="KE-123456")


@pytest.fixture
def as_owner(client, owner, society):
    client.force_login(owner)
    return client


def text(answer):
    return answer.content.decode()


def new_data(**changes):
    place = people.place().pk
    return {
        "legal_name": "Society N (DEMO)",
        "kind": "society",
        "place": place,
        "town": "Kisumu",
        "tax_number": "",
        "language": "en",
        **changes,
    }


def test_a_form_stays_with_its_organization_after_a_switch_in_another_tab(as_owner, owner, society):
    other = people.organisation("Society B (DEMO)", owner=owner)
    page = as_owner.get(f"/en/desk/organisation/edit/?for={society.pk}")
    action = re.search(r'<form class="form" method="post" action="([^"]+)"', text(page))[1]
    as_owner.get(f"/en/desk/?for={other.pk}")
    as_owner.post(action, {**page.context["form"].initial, "legal_name": "Society A, renamed (DEMO)"})
    assert sorted(Organisation.objects.values_list("legal_name", flat=True)) == ["Society A, renamed (DEMO)", "Society B (DEMO)"]


def test_a_form_of_an_organization_one_has_left_changes_nothing_elsewhere(as_owner, society):
    before = Event.objects.count()
    answer = as_owner.post("/en/desk/organisation/invite/?for=999999", {"email": INVITED, "roles": ["observer"], "language": "en"})
    assert (answer.status_code, Invitation.objects.count(), Event.objects.count()) == (404, 0, before)


# entering and finding


def test_a_person_without_organization_looks_and_then_enters_one(client):
    user = people.user()
    people.place()
    client.force_login(user)
    assert "Nothing clear was found" in text(client.get("/en/desk/organisation/start/?name=Society+N"))
    answer = client.post("/en/desk/organisation/new/", new_data())
    assert answer.headers["Location"] == "/en/desk/organisation/"
    made = Organisation.objects.get()
    assert (made.legal_name, made.town) == ("Society N (DEMO)", "Kisumu")
    assert list(made.memberships.values_list("user", "role")) == [(user.pk, "owner")]
    assert "Society N (DEMO)" in text(client.get("/en/desk/organisation/"))


@pytest.mark.row("B13")
def test_jn1_a_record_that_is_there_is_suggested_with_town_and_masked_tax_number(client, society):
    client.force_login(people.user())
    page = text(client.get("/en/desk/organisation/start/?name=society+a"))
    assert "Society A (DEMO)" in page
    assert "Nairobi" in page
    assert "••-•••456" in page
    assert "KE-123456" not in page


@pytest.mark.row("B13")
@pytest.mark.parametrize("changes", [{"legal_name": "SOCIETY a demo"}, {"tax_number": "ke 123456"}])
def test_jn1_entering_it_a_second_time_is_stopped_until_it_is_said_to_be_another(client, society, changes):
    client.force_login(people.user())
    page = text(client.post("/en/desk/organisation/new/", new_data(**changes)))
    assert "This organization may be here already" in page
    assert Organisation.objects.count() == 1
    client.post("/en/desk/organisation/new/", new_data(**changes, different="on"))
    assert Organisation.objects.count() == 2


@pytest.mark.row("J3")
def test_asking_to_join_tells_the_owners_and_gives_nothing(client, society):
    stranger = people.user()
    client.force_login(stranger)
    data = {"organisation": society.pk, "name": "Society A (DEMO)"}
    client.post("/en/desk/organisation/ask/", data)
    assert Event.objects.get(command="ask_to_join").actor == stranger
    assert "You asked this organization a few days ago" in text(client.post("/en/desk/organisation/ask/", data, follow=True))
    assert Event.objects.filter(command="ask_to_join").count() == 1
    assert client.get("/en/desk/organisation/").headers["Location"] == "/en/desk/organisation/start/"


def test_nobody_asks_an_organization_they_cannot_name(client, society):
    client.force_login(people.user())
    assert client.post("/en/desk/organisation/ask/", {"organisation": society.pk, "name": "x"}).status_code == 404
    assert not Event.objects.filter(command="ask_to_join").exists()


# data and people


def test_the_owner_changes_the_data_and_adds_a_name(as_owner, society):
    page = as_owner.get("/en/desk/organisation/edit/")
    data = {**page.context["form"].initial, "town": "Mombasa", "listed": "on"}
    assert as_owner.post("/en/desk/organisation/edit/", data).headers["Location"] == "/en/desk/organisation/"
    society.refresh_from_db()
    assert society.town == "Mombasa"
    as_owner.post("/en/desk/organisation/names/", {"name": "SocA"})
    assert "SocA" in text(as_owner.get("/en/desk/organisation/"))


def test_two_people_editing_at_once_do_not_overwrite_each_other(as_owner, society):
    page = as_owner.get("/en/desk/organisation/edit/")
    data = {**page.context["form"].initial, "listed": "on"}
    as_owner.post("/en/desk/organisation/edit/", {**data, "town": "Mombasa"})
    answer = as_owner.post("/en/desk/organisation/edit/", {**data, "town": "Kisumu"})
    assert "Somebody changed this in the meantime" in text(answer)
    society.refresh_from_db()
    assert society.town == "Mombasa"


@pytest.mark.row("J2")
def test_the_owner_gives_roles_and_a_power_to_sign(as_owner, society):
    person = people.member(society, "preparer")
    address = f"/en/desk/organisation/people/{person.pk}/"
    seen = as_owner.get(address).context["form"].initial["seen"]
    as_owner.post(address, {"roles": ["signatory", "finance"], "seen": seen})
    day = {"valid_from_day": "1", "valid_from_month": "11", "valid_from_year": "2026"}
    end = {"last_day_day": "31", "last_day_month": "12", "last_day_year": "2027"}
    as_owner.post(f"{address}power/", {"office": "Treasurer", "position": "1", **day, **end})
    assert set(person.memberships.filter(ended_at=None).values_list("role", flat=True)) == {"signatory", "finance"}
    power = society.signing_powers.get()
    assert (power.office, str(power.valid_from), str(power.valid_to)) == ("Treasurer", "2026-11-01", "2028-01-01")
    as_owner.post(f"{address}power/", {"end": "1"})
    assert society.signing_powers.open_on(timezone.now().date()).count() == 0


def test_the_places_in_the_order_of_signing_agree_in_spanish(as_owner, society, owner):
    Organisation.objects.filter(pk=society.pk).update(signing="jointly")
    shown = text(as_owner.get(f"/es/desk/organisation/people/{owner.pk}/")).split('id="power"')[1]
    assert re.findall(r'name="position"[^>]*>\s*(\w+)', shown) == ["Primero", "Segundo", "Tercero", "Cuarto"]


def test_a_power_without_office_says_so_and_saves_nothing(as_owner, society, owner):
    answer = as_owner.post(f"/en/desk/organisation/people/{owner.pk}/power/", {"office": "", "position": "1"})
    assert answer.status_code == 200
    assert society.signing_powers.count() == 0


def test_the_owner_ends_a_membership(as_owner, society):
    person = people.member(society, "preparer")
    address = f"/en/desk/organisation/people/{person.pk}/"
    seen = as_owner.get(address).context["leave_form"].initial["seen"]
    as_owner.post(f"{address}remove/", {"seen": seen})
    assert not person.memberships.filter(ended_at=None).exists()
    assert as_owner.get(address).status_code == 404


@pytest.mark.row("J3")
def test_the_last_owner_reads_why_they_cannot_leave(as_owner, society):
    assert "You are the only owner" in text(as_owner.get("/en/desk/organisation/leave/"))
    assert "An organization always has an owner." in text(as_owner.post("/en/desk/organisation/leave/", follow=True))
    assert Membership.objects.filter(organisation=society, ended_at=None).count() == 1


def test_a_member_leaves(client, society):
    person = people.member(society, "designer")
    client.force_login(person)
    client.post("/en/desk/organisation/leave/")
    assert client.get("/en/desk/organisation/").headers["Location"] == "/en/desk/organisation/start/"


def test_a_designer_from_outside_reads_neither_addresses_nor_the_tax_number(client, society, owner):
    client.force_login(people.member(society, "designer"))
    page = text(client.get("/en/desk/organisation/"))
    assert "The Owner (DEMO)" in page
    assert owner.email not in page
    assert "KE-123456" not in page


@pytest.mark.parametrize("role", ["preparer", "signatory", "finance", "coordinator", "faculty", "designer", "observer"])
def test_only_owners_reach_what_changes_people_and_data(client, society, owner, role):
    client.force_login(people.member(society, role))
    before = (Membership.objects.count(), Event.objects.count(), Invitation.objects.count())
    addresses = ["edit/", "names/", "invite/", f"people/{owner.pk}/", f"people/{owner.pk}/power/", f"people/{owner.pk}/remove/"]
    data = {"name": "X", "email": "x@x.example", "roles": ["owner"], "language": "en", "seen": 99}
    assert {client.post(f"/en/desk/organisation/{address}", data).status_code for address in addresses} == {403}
    assert (Membership.objects.count(), Event.objects.count(), Invitation.objects.count()) == before


# invitations


def test_an_invitation_goes_out_and_can_be_taken_back(as_owner, society):
    as_owner.post("/en/desk/organisation/invite/", {"email": INVITED, "roles": ["preparer"], "language": "es"})
    letter = Invitation.objects.get()
    assert (letter.email, letter.roles, letter.language) == (INVITED, ["preparer"], "es")
    assert OutboxMessage.objects.filter(kind="licensing.invitation").count() == 1
    assert INVITED in text(as_owner.get("/en/desk/organisation/"))
    as_owner.post(f"/en/desk/organisation/invitations/{letter.pk}/withdraw/")
    assert INVITED not in text(as_owner.get("/en/desk/organisation/"))


@pytest.fixture
def letter(society, owner):
    return invitations.invite(
        society.pk, email=INVITED, roles=["preparer"], language="en", by=people.actor(owner, society), now=timezone.now()
    )


def link(letter):
    return reverse("invitation", args=[invitations.token_of(letter)])


@pytest.mark.row("J3")
def test_the_invited_person_reads_who_asks_and_accepts(client, letter, society):
    page = text(client.get(link(letter)))
    assert "Society A (DEMO) invites you" in page
    assert "/en/accounts/signup/?email=invited%40kenya.example" in page
    person = people.user(INVITED)
    client.force_login(person)
    assert client.get(link(letter)).headers["Referrer-Policy"] == "same-origin"
    assert client.post(link(letter)).headers["Location"] == "/en/desk/organisation/"
    assert "Society A (DEMO)" in text(client.get("/en/desk/organisation/"))
    assert client.get(link(letter)).status_code == 410


@pytest.mark.check("S52")
def test_s52_somebody_else_with_the_link_gets_nothing(client, letter):
    client.post(link(letter))
    stranger = people.user()
    client.force_login(stranger)
    assert "This invitation is for another address" in text(client.get(link(letter)))
    assert client.post(link(letter)).status_code == 403
    assert stranger.memberships.count() == 0


def test_an_unknown_invitation_is_not_found(client):
    assert client.get("/en/desk/invitation/0000/").status_code == 404


# switching


@pytest.mark.row("J1")
def test_switching_lets_the_next_page_name_the_other_organization(client, owner, society):
    second = people.organisation("Society B (DEMO)", owner=owner)
    client.force_login(owner)
    assert "Society B (DEMO)" in text(client.get("/en/desk/switch/"))
    assert (
        client.post("/en/desk/switch/", {"organisation": second.pk, "next": "/en/desk/organisation/"}).headers["Location"]
        == "/en/desk/organisation/"
    )
    assert "<h1><bdi>Society B (DEMO)</bdi></h1>" in text(client.get("/en/desk/organisation/"))


@pytest.mark.check("S42")
@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_s42_switching_never_leads_to_another_site(as_owner, society, onward):
    assert as_owner.post("/en/desk/switch/", {"organisation": society.pk, "next": onward}).headers["Location"] == "/en/desk/"


# two organisations never see each other


@pytest.mark.check("S1")
def test_s1_one_organization_never_reaches_the_others_people_or_invitations(as_owner, society):
    other_owner = people.user(name="The Other Owner (DEMO)")
    other = people.organisation("Society B (DEMO)", owner=other_owner)
    letter = invitations.invite(
        other.pk, email=INVITED, roles=["owner"], language="en", by=people.actor(other_owner, other), now=timezone.now()
    )
    before = list(Membership.objects.values()), list(Invitation.objects.values()), Event.objects.count()
    for pattern, theirs in (("people/%s/", other_owner.pk), ("people/%s/power/", other_owner.pk), ("people/%s/remove/", other_owner.pk),
                            ("invitations/%s/withdraw/", letter.pk)):  # fmt: skip
        pages = []
        for number in (theirs, 987654):
            answer = as_owner.post(f"/en/desk/organisation/{pattern % number}", {"roles": ["owner"], "seen": 1})
            assert answer.status_code == 404
            pages.append(re.sub(rf"{pattern % number}|csrfmiddlewaretoken.*?>", "", text(answer)))
        assert pages[0] == pages[1]
    assert as_owner.post("/en/desk/switch/", {"organisation": other.pk}).status_code == 404
    assert "Society B" not in text(as_owner.get(f"/en/desk/organisation/?for={other.pk}"))
    assert (list(Membership.objects.values()), list(Invitation.objects.values()), Event.objects.count()) == before


@pytest.mark.parametrize("address", ["", "edit/", "invite/", "leave/", "start/", "new/"])
def test_strangers_go_to_the_login(client, address):
    answer = client.get(f"/en/desk/organisation/{address}")
    assert answer.headers["Location"] == f"/en/accounts/login/?next=/en/desk/organisation/{address}"
