"""An invitation works once, for one address, for fourteen days, and only its letter knows the way."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from licensing.history.models import Event
from licensing.organisations import invitations, letters
from licensing.organisations.models import Invitation, Membership
from licensing.organisations.rules import NotAllowed
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from tests import people
from tests.clock import NOW, TICK

pytestmark = pytest.mark.django_db
ADDRESS = "preparer@kenya.example"


@pytest.fixture
def society():
    return people.organisation(language="es")


@pytest.fixture
def invitation(society):
    owner = Membership.objects.get(organisation=society).user
    return invitations.invite(
        society.pk, email=ADDRESS.title(), roles=["preparer"], language="es", by=people.actor(owner, society), now=NOW
    )


def accept(invitation, user, *, token=None, now=NOW):
    return invitations.accept(token or invitations.token_of(invitation), user=user, by=people.actor(user), now=now)


def refused(invitation, user, **how):
    before = (Membership.objects.count(), Event.objects.count())
    with pytest.raises(NotAllowed) as error:
        accept(invitation, user, **how)
    assert (Membership.objects.count(), Event.objects.count()) == before
    return error.value.code


def test_the_letter_lets_its_address_join_with_its_roles(society, invitation):
    outbox.deliver_due({"licensing.invitation": letters.send_invitation, "licensing.event": lambda *_: None}, now=NOW)
    mail = SentMail.objects.get()
    assert (mail.recipient, mail.language) == (ADDRESS, "es")
    token = mail.text.split("/desk/invitation/")[1].split("/")[0]
    person = people.user(ADDRESS)
    assert accept(invitation, person, token=token) == society
    assert list(person.memberships.values_list("organisation", "role", "ended_at")) == [(society.pk, "preparer", None)]


@pytest.mark.check("S52")
def test_s52_neither_database_nor_outbox_holds_the_token(invitation):
    token = invitations.token_of(invitation)
    kept = str(list(Invitation.objects.values())) + str(list(OutboxMessage.objects.values())) + str(list(Event.objects.values()))
    assert token not in kept


@pytest.mark.check("S52")
def test_s52_an_invitation_works_once(society, invitation):
    accept(invitation, people.user(ADDRESS))
    assert refused(invitation, people.user()) == "invitation_used"


@pytest.mark.check("S52")
@pytest.mark.parametrize("after, works", [(timedelta(days=14) - TICK, True), (timedelta(days=14), False)])
def test_s52_an_invitation_ends_after_fourteen_days(invitation, after, works):
    person = people.user(ADDRESS)
    if works:
        accept(invitation, person, now=NOW + after)
        assert person.memberships.count() == 1
    else:
        assert refused(invitation, person, now=NOW + after) == "invitation_over"


@pytest.mark.check("S52")
@pytest.mark.parametrize(
    "address", ["preparer+x@kenya.example", "preparer@kenya.example.co", "рreparer@kenya.example", "other@kenya.example"]
)
def test_s52_an_invitation_is_for_its_very_address(invitation, address):
    assert refused(invitation, people.user(address)) == "other_address"


@pytest.mark.check("S52")
def test_s52_an_address_that_is_not_proved_does_not_count(invitation):
    person = people.user(ADDRESS)
    person.emailaddress_set.update(verified=False)
    assert refused(invitation, person) == "other_address"


def test_a_withdrawn_invitation_is_over(society, invitation):
    invitations.withdraw(invitation.pk, organisation_id=society.pk, by=people.actor(people.user()), now=NOW)
    assert refused(invitation, people.user(ADDRESS)) == "invitation_over"


def test_a_second_letter_makes_the_first_worthless(society, invitation):
    owner = Membership.objects.get(organisation=society).user
    later = NOW + timedelta(days=1)
    second = invitations.invite(society.pk, email=ADDRESS, roles=["finance"], language="en", by=people.actor(owner, society), now=later)
    person = people.user(ADDRESS)
    assert refused(invitation, person, now=later) == "invitation_over"
    accept(second, person, now=later)
    assert list(person.memberships.values_list("role", flat=True)) == ["finance"]


def test_another_organization_cannot_withdraw_it(invitation):
    other = people.organisation("Another Society (DEMO)")
    with pytest.raises(NotAllowed):
        invitations.withdraw(invitation.pk, organisation_id=other.pk, by=people.actor(people.user()), now=NOW)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def test_no_letter_leaves_for_an_invitation_that_is_over(society, invitation):
    invitations.withdraw(invitation.pk, organisation_id=society.pk, by=people.actor(people.user()), now=NOW)
    outbox.deliver_due({"licensing.invitation": letters.send_invitation, "licensing.event": lambda *_: None}, now=NOW)
    assert SentMail.objects.count() == 0


def test_a_forged_token_is_unknown(invitation):
    with pytest.raises(Invitation.DoesNotExist):
        accept(invitation, people.user(ADDRESS), token="0" * 64)


@pytest.mark.check("S52")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_s52_of_many_who_accept_at_once_one_joins():
    society = people.organisation()
    owner = Membership.objects.get(organisation=society).user
    letter = invitations.invite(society.pk, email=ADDRESS, roles=["preparer"], language="en", by=people.actor(owner, society), now=NOW)
    person, barrier, results = people.user(ADDRESS), Barrier(6), []

    def click():
        barrier.wait()
        try:
            accept(letter, person)
            results.append("joined")
        except NotAllowed as error:
            results.append(error.code)
        finally:
            connections.close_all()

    threads = [Thread(target=click) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join(timeout=20) for thread in threads]
    assert sorted(results) == ["invitation_used"] * 5 + ["joined"]
    assert Event.objects.filter(command="join").count() == 1
