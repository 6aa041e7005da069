"""Who belongs to an organisation: what changes, what is refused, what is told."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from licensing import letters
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations import actions, chronicle, powers, queries
from licensing.organisations.models import Membership, Organisation
from licensing.organisations.rules import Act, NotAllowed
from portal.core import outbox
from portal.core.models import OutboxMessage, SentMail
from tests import people
from tests.clock import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def owner():
    return people.user(name="The Network Chair (DEMO)")


@pytest.fixture
def society(owner):
    return people.organisation(owner=owner)


def roles_of(society, user):
    return set(society.memberships.filter(user=user, ended_at=None).values_list("role", flat=True))


def state():
    return list(Membership.objects.values_list("pk", "ended_at")), Event.objects.count(), OutboxMessage.objects.count()


def test_who_enters_an_organization_owns_it(society, owner):
    assert roles_of(society, owner) == {"owner"}
    assert society.register_name == society.legal_name
    event = Event.objects.get()
    assert (event.subject_kind, event.command, event.actor_id, event.organisation_id) == ("organisation", "create", owner.pk, society.pk)
    assert OutboxMessage.objects.get().payload == {"event": event.pk}


def test_an_edit_keeps_old_names_findable_and_records_what_changed(society, owner):
    changed = actions.Particulars(legal_name="Red Keniana de Calidad (DEMO)", place_id=society.place_id, town="Nairobi")
    actions.edit(society.pk, changed, by=people.actor(owner, society), now=LATER, seen=1)
    assert queries.find("kenya cancer") == queries.find("red keniana") == [society]
    assert Event.objects.get(command="edit").payload == {"changed": ["legal_name", "register_name", "town"]}


def test_an_edit_from_an_old_page_is_refused(society, owner):
    actions.add_name(society.pk, "KCCQN", by=people.actor(owner), now=NOW)
    changed = actions.Particulars(legal_name="Other (DEMO)", place_id=society.place_id)
    with pytest.raises(Stale):
        actions.edit(society.pk, changed, by=people.actor(owner), now=LATER, seen=1)
    society.refresh_from_db()
    assert society.legal_name == "Kenya Cancer Care Quality Network (DEMO)"


def test_a_person_may_hold_several_roles_and_lose_one(society, owner):
    person = people.member(society, "preparer", "finance")
    actions.change_roles(society.pk, person.pk, ["finance", "observer"], by=people.actor(owner, society), now=LATER)
    assert roles_of(society, person) == {"finance", "observer"}
    ended = Membership.objects.get(user=person, role="preparer")
    assert ended.ended_at == LATER
    assert Event.objects.get(command="change_roles").payload["before"] == ["preparer", "finance"]


@pytest.mark.parametrize("roles, code", [([], "no_role"), (["king"], "unknown_role")])
def test_a_change_to_no_role_or_an_unknown_one_changes_nothing(society, owner, roles, code):
    person = people.member(society, "preparer")
    before = state()
    with pytest.raises(NotAllowed) as refused:
        actions.change_roles(society.pk, person.pk, roles, by=people.actor(owner, society), now=LATER)
    assert (refused.value.code, state()) == (code, before)


def test_the_last_owner_cannot_leave(society, owner):
    people.member(society, "preparer")
    before = state()
    with pytest.raises(NotAllowed) as refused:
        actions.leave(society.pk, owner.pk, by=people.actor(owner, society), now=LATER)
    assert (refused.value.code, state()) == ("last_owner", before)


def test_the_last_owner_cannot_give_the_role_away(society, owner):
    before = state()
    with pytest.raises(NotAllowed) as refused:
        actions.change_roles(society.pk, owner.pk, ["preparer"], by=people.actor(owner, society), now=LATER)
    assert (refused.value.code, state()) == ("last_owner", before)


def test_an_owner_whose_account_is_closed_does_not_count(society, owner):
    people.member(society, "owner", is_active=False)
    with pytest.raises(NotAllowed) as refused:
        actions.leave(society.pk, owner.pk, by=people.actor(owner, society), now=LATER)
    assert refused.value.code == "last_owner"


def test_one_of_two_owners_may_leave_and_the_power_to_sign_goes_with_the_roles(society, owner):
    second = people.member(society, "owner", "signatory")
    powers.grant_power(society.pk, second.pk, office="Secretary", valid_from=TODAY, by=people.actor(owner, society), now=NOW)
    actions.leave(society.pk, second.pk, by=people.actor(second, society), now=LATER)
    assert roles_of(society, second) == set()
    assert queries.signatories(society, on=LATER.date()) == []
    assert [person.user for person in queries.people(society, on=LATER.date())] == [owner]


def test_somebody_who_left_cannot_leave_again_or_get_roles(society, owner):
    person = people.member(society, "preparer")
    actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=NOW)
    before = state()
    for act in (
        lambda: actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=LATER),
        lambda: actions.change_roles(society.pk, person.pk, ["owner"], by=people.actor(owner, society), now=LATER),
        lambda: powers.grant_power(society.pk, person.pk, office="X", valid_from=TODAY, by=people.actor(owner, society), now=LATER),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "not_a_member"
    assert state() == before


def test_a_new_power_takes_the_place_of_the_old_one(society, owner):
    by = people.actor(owner, society)
    powers.grant_power(society.pk, owner.pk, office="Chair", valid_from=date(2020, 1, 1), by=by, now=NOW)
    powers.grant_power(society.pk, owner.pk, office="President", valid_from=TODAY, valid_to=date(2028, 1, 1), by=by, now=NOW)
    assert [power.office for power in queries.signatories(society, on=TODAY)] == ["President"]
    assert [power.office for power in queries.signatories(society, on=date(2027, 12, 31))] == ["President"]
    assert queries.signatories(society, on=date(2028, 1, 1)) == []


def test_signatories_stand_in_the_order_of_signing(society, owner):
    by = people.actor(owner, society)
    second = people.member(society, "signatory")
    powers.grant_power(society.pk, owner.pk, office="Secretary", position=2, valid_from=TODAY, by=by, now=NOW)
    powers.grant_power(society.pk, second.pk, office="President", position=1, valid_from=TODAY, by=by, now=NOW)
    assert [power.office for power in queries.signatories(society, on=TODAY)] == ["President", "Secretary"]


def test_a_power_that_ends_before_it_begins_is_refused(society, owner):
    before = state()
    with pytest.raises(NotAllowed) as refused:
        powers.grant_power(society.pk, owner.pk, office="Chair", valid_from=TODAY, valid_to=TODAY, by=people.actor(owner), now=NOW)
    assert (refused.value.code, state()) == ("power_begins_after_it_ends", before)


def test_staff_vet_once(society):
    manager = people.staff("Licensing managers")
    actions.vet(society.pk, by=people.actor(manager), now=LATER, seen=latest(society), reason="Register seen (DEMO)")
    society.refresh_from_db()
    assert (society.vetted_at, society.vetted_by) == (LATER, manager)
    with pytest.raises(NotAllowed) as refused:
        actions.vet(society.pk, by=people.actor(manager), now=LATER)
    assert refused.value.code == "already_vetted"
    assert Event.objects.filter(command="vet").count() == 1


def test_nobody_vets_the_own_organization(society, owner):
    manager = people.staff("Licensing managers")
    actions.join(society.pk, manager, ["observer"], by=people.actor(owner, society), now=NOW)
    before = state()
    with pytest.raises(NotAllowed) as refused:
        actions.vet(society.pk, by=people.actor(manager), now=LATER)
    assert (refused.value.code, state()) == ("own_organisation", before)
    assert Organisation.objects.get().vetted_at is None


def particulars(society, **changes):
    given = {name: getattr(society, name) for name in actions.Particulars.__dataclass_fields__}
    return actions.Particulars(**{**given, **changes})


def test_who_changes_its_identity_is_vetted_again_and_keeps_its_public_name_until_then(society, owner):
    manager = people.actor(people.staff("Licensing managers"))
    actions.vet(society.pk, by=manager, now=NOW)
    society.refresh_from_db()
    former = society.register_name
    actions.edit(society.pk, particulars(society, town="Kisumu"), by=people.actor(owner, society), now=LATER)
    assert Organisation.objects.get().vetted_at == NOW
    actions.edit(society.pk, particulars(society, register_name="Another Body (DEMO)"), by=people.actor(owner, society), now=LATER)
    society.refresh_from_db()
    assert (society.vetted_at, society.register_name, society.public_name) == (None, "Another Body (DEMO)", former)
    assert Event.objects.of(society).last().payload["vetting_lost"] is True
    actions.vet(society.pk, by=manager, now=LATER)
    assert Organisation.objects.get().public_name == "Another Body (DEMO)"


def test_only_who_has_a_signing_role_gets_the_power_to_sign(society, owner):
    observer = people.member(society, "observer")
    before = state()
    with pytest.raises(NotAllowed) as refused:
        powers.grant_power(society.pk, observer.pk, office="Chair", valid_from=TODAY, by=people.actor(owner), now=NOW)
    assert (refused.value.code, state()) == ("no_signing_role", before)
    powers.grant_power(society.pk, owner.pk, office="Chair", valid_from=TODAY, by=people.actor(owner), now=NOW)
    assert [power.user for power in queries.signatories(society, on=TODAY)] == [owner]


def test_a_stranger_asks_once_a_week_and_is_no_member_by_asking(society):
    stranger = people.user()
    actions.ask_to_join(society.pk, stranger, by=people.actor(stranger), now=NOW)
    with pytest.raises(NotAllowed) as refused:
        actions.ask_to_join(society.pk, stranger, by=people.actor(stranger), now=NOW + timedelta(days=6))
    assert refused.value.code == "asked_already"
    actions.ask_to_join(society.pk, stranger, by=people.actor(stranger), now=NOW + timedelta(days=8))
    assert roles_of(society, stranger) == set()


def test_the_owners_read_who_asks_each_in_their_language(society, owner):
    second = people.member(society, "owner", language="es")
    people.member(society, "preparer")
    stranger = people.user("stranger@kenya.example", name="The Stranger (DEMO)")
    actions.ask_to_join(society.pk, stranger, by=people.actor(stranger), now=NOW)
    outbox.deliver_due({"licensing.event": letters.deliver}, now=NOW)
    told = list(SentMail.objects.filter(text__contains="stranger@kenya.example"))
    assert {(mail.recipient, mail.language) for mail in told} == {(owner.email, "en"), (second.email, "es")}


def test_letters_about_money_go_to_those_who_may_see_it(society, owner):
    treasurer = people.member(society, "finance")
    people.member(society, "designer")
    people.member(society, "finance", is_active=False)
    assert queries.who_may(society.pk, Act.SEE_MONEY) == [owner, treasurer]


def test_the_history_tells_in_sentences_who_got_which_role(society, owner):
    person = people.member(society, "preparer", name="The Preparer (DEMO)")
    actions.leave(society.pk, person.pk, by=people.actor(owner, society), now=LATER)
    told = [line.text for line in chronicle.lines(society)]
    assert told == [
        "The Preparer (DEMO) does not belong to the organization any more.",
        "The Preparer (DEMO) joined as Preparer.",
        "The organization was entered.",
    ]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays():
    """Without the lock on the organisation each would see the other still there."""
    for _ in range(5):
        first = people.user()
        society = people.organisation(owner=first)
        second = people.member(society, "owner")
        barrier, results = Barrier(2), []

        def leave(user, society=society, barrier=barrier, results=results):
            barrier.wait()
            try:
                actions.leave(society.pk, user.pk, by=people.actor(user, society), now=LATER)
                results.append("left")
            except NotAllowed as refused:
                results.append(refused.code)
            finally:
                connections.close_all()

        threads = [Thread(target=leave, args=(user,)) for user in (first, second)]
        [thread.start() for thread in threads]
        [thread.join(timeout=20) for thread in threads]
        assert sorted(results) == ["last_owner", "left"]
        assert Membership.objects.filter(organisation=society, role="owner", ended_at=None).count() == 1
    assert connection.vendor == "postgresql"
    assert Organisation.objects.count() == 5
