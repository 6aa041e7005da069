"""S48 and S52: an invitation is no way to send one's words to strangers; and the owners read who comes and goes."""

from datetime import timedelta

import pytest

from licensing import letters
from licensing.history.models import Event
from licensing.organisations import actions, invitations
from licensing.organisations.letters import send_invitation
from licensing.organisations.models import Invitation, Membership
from licensing.organisations.rules import INVITATIONS, Invited, NotAllowed, refuse_more
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from tests import people
from tests.clock import NOW, TICK

pytestmark = [pytest.mark.django_db, pytest.mark.check("S48"), pytest.mark.check("S52")]


@pytest.fixture
def owner():
    return people.user(language="es")


@pytest.fixture
def society(owner):
    return people.organisation("Buy Now At Evil Example", owner=owner)


def invite(society, owner, address, now=NOW):
    return invitations.invite(society.pk, email=address, roles=["observer"], language="en", by=people.actor(owner, society), now=now)


def refused(society, owner, address, now=NOW):
    before = Invitation.objects.count(), Event.objects.count(), OutboxMessage.objects.count()
    with pytest.raises(NotAllowed) as error:
        invite(society, owner, address, now)
    assert (Invitation.objects.count(), Event.objects.count(), OutboxMessage.objects.count()) == before
    return error.value.code


def sent(**more):
    return Invited(**{"organisation": 0, "person": 0, "address": 0, "address_by_organisation": 0, **more})


@pytest.mark.parametrize("vetted, code", [(False, "too_many_before_vetting"), (True, "too_many_invitations")])
@pytest.mark.parametrize("whose", ["organisation", "person"])
def test_s52_the_whole_table_of_how_many(vetted, code, whose):
    refuse_more(sent(**{whose: INVITATIONS[vetted] - 1}), vetted=vetted)
    with pytest.raises(NotAllowed, match=code):
        refuse_more(sent(**{whose: INVITATIONS[vetted]}), vetted=vetted)


@pytest.mark.parametrize("found, passes", [({"address": 2}, True), ({"address": 3}, False), ({"address_by_organisation": 1}, False)])
def test_s52_one_address_gets_few_letters_a_day(found, passes):
    if passes:
        refuse_more(sent(**found), vetted=True)
    else:
        with pytest.raises(NotAllowed, match="invited_today"):
            refuse_more(sent(**found), vetted=True)


def test_s52_a_new_organization_sends_five_a_day_and_a_vetted_one_twenty(society, owner):
    for number in range(5):
        invite(society, owner, f"a{number}@stranger.example")
    assert refused(society, owner, "a5@stranger.example") == "too_many_before_vetting"
    assert refused(society, owner, "a5@stranger.example", NOW + timedelta(days=1) - TICK) == "too_many_before_vetting"
    actions.vet(society.pk, by=people.actor(people.user()), now=NOW)
    for number in range(5, 20):
        invite(society, owner, f"a{number}@stranger.example")
    assert refused(society, owner, "a20@stranger.example") == "too_many_invitations"
    invite(society, owner, "a20@stranger.example", NOW + timedelta(days=1))


def test_s52_many_organizations_of_one_person_count_as_one(society, owner):
    other = people.organisation("Another Name To Read", owner=owner)
    for number in range(5):
        invite(society if number % 2 else other, owner, f"a{number}@stranger.example")
    assert refused(other, owner, "a5@stranger.example") == "too_many_before_vetting"


def test_s52_an_address_is_invited_once_a_day_even_when_the_first_is_withdrawn(society, owner):
    first = invite(society, owner, "friend@kenya.example")
    invitations.withdraw(first.pk, organisation_id=society.pk, by=people.actor(owner, society), now=NOW)
    assert refused(society, owner, " FRIEND@kenya.example ") == "invited_today"
    assert invite(society, owner, "friend@kenya.example", NOW + timedelta(days=1)).pk != first.pk


def test_s52_four_organizations_cannot_write_to_one_address_on_one_day():
    for _ in range(3):
        owner = people.user()
        invite(people.organisation(owner=owner), owner, "friend@kenya.example")
    owner = people.user()
    assert refused(people.organisation(owner=owner), owner, "friend@kenya.example") == "invited_today"


def test_s52_until_it_is_vetted_an_organization_does_not_choose_the_subject_of_the_letter(society, owner):
    invite(society, owner, "a@stranger.example")
    actions.vet(society.pk, by=people.actor(people.user()), now=NOW)
    invite(society, owner, "b@stranger.example")
    Invitation.objects.get(email="a@stranger.example")
    subjects = []
    for vetted_at, message in zip((None, NOW), OutboxMessage.objects.filter(kind=invitations.LETTER).order_by("pk"), strict=True):
        type(society).objects.filter(pk=society.pk).update(vetted_at=vetted_at)
        send_invitation(message, NOW)
        mail = SentMail.objects.latest("pk")
        subjects.append((mail.subject, "We have not checked yet" in mail.text))
    assert subjects == [
        ("You are invited to the Program Portal", True),
        ("Buy Now At Evil Example invites you to the Program Portal", False),
    ]


def test_s52_the_page_says_plainly_why_not(client, society, owner):
    client.force_login(owner)
    given = {"email": "friend@kenya.example", "roles": ["observer"], "language": "en"}
    client.post("/en/desk/organisation/invite/", given)
    answer = client.post("/en/desk/organisation/invite/", given, follow=True)
    assert "This address had an invitation within the last day" in answer.content.decode()
    assert Invitation.objects.count() == 1


@pytest.mark.check("S49")
def test_s49_inviting_says_the_same_of_known_and_unknown_addresses(client, society, owner):
    people.user("known@kenya.example")
    client.force_login(owner)
    pages = []
    for name in ("known", "other"):
        given = {"email": f"{name}@kenya.example", "roles": ["observer"], "language": "en"}
        answer = client.post("/en/desk/organisation/invite/", given)
        pages.append((answer.status_code, answer.headers["Location"]))
    assert pages[0] == pages[1]
    assert Invitation.objects.count() == 2


def told(now=NOW):
    outbox.deliver_due({"licensing.event": letters.deliver, invitations.LETTER: lambda *_: None}, now=now)
    return [(mail.recipient, mail.language, mail.subject) for mail in SentMail.objects.order_by("pk")]


def test_the_other_owners_read_who_joined_and_who_left(society, owner):
    person = people.member(society, "finance", email="new@kenya.example", name="The New One (DEMO)")
    assert told() == [(owner.email, "es", "The New One (DEMO) pertenece ahora a Buy Now At Evil Example")]
    assert "new@kenya.example" in SentMail.objects.get().text
    actions.leave(society.pk, person.pk, by=people.actor(person, society), now=NOW)
    assert told()[1:] == [(owner.email, "es", "The New One (DEMO) ya no pertenece a Buy Now At Evil Example")]


def test_who_is_removed_by_an_owner_reads_it_and_the_owner_needs_no_letter(society, owner):
    person = people.member(society, "finance", email="new@kenya.example")
    SentMail.objects.all().delete()
    told()
    SentMail.objects.all().delete()
    actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=NOW)
    assert told() == [("new@kenya.example", "en", "You do not act for Buy Now At Evil Example any more")]
    assert Membership.objects.filter(user=person, ended_at=None).count() == 0
