"""An account that nobody needs ends by itself: after one letter, by the door of closing, and never under somebody's hands."""

from datetime import timedelta
from threading import Event as Flag

import pytest
import time_machine
from django.db import transaction

from licensing.organisations import actions
from portal import postbox, tasks
from portal.accounts import idle
from portal.accounts.models import User
from portal.accounts.rules import KEPT_IDLE, WARNED_BEFORE
from portal.core.models import OutboxMessage, SentMail
from tests import build, people
from tests.clock import NOW, TICK
from tests.content.availability.test_races import at_once, until_somebody_waits
from tests.licensing.deal import Deal

pytestmark = pytest.mark.django_db
WARNS, OVER = NOW + KEPT_IDLE - WARNED_BEFORE, NOW + KEPT_IDLE


@pytest.fixture
def society():
    return people.organisation(owner=people.user(date_joined=NOW))


def person(**fields):
    return people.user(**{"date_joined": NOW, "language": "es", **fields})


def active() -> set[int]:
    return set(User.objects.filter(is_active=True).values_list("pk", flat=True))


def letters(*, at) -> list[tuple[str, str, str]]:
    SentMail.objects.all().delete()
    postbox.deliver(now=at, limit=500)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return sorted(SentMail.objects.values_list("recipient", "language", "subject"))


def test_the_person_is_told_once_and_the_account_ends_at_its_hour(society):
    never = person()
    assert (idle.warn_all(now=WARNS - TICK), idle.warn_all(now=WARNS), idle.warn_all(now=WARNS + TICK)) == (0, 1, 0)
    assert letters(at=WARNS) == [(never.email, "es", "Su cuenta se cerrará")]
    assert "http://testserver/es/accounts/login/" in SentMail.objects.get().text
    before = active()
    assert (idle.close_all(now=OVER - TICK), active()) == (0, before)
    assert (idle.close_all(now=OVER), idle.close_all(now=OVER), active()) == (1, 0, before - {never.pk})
    assert letters(at=OVER) == [(never.email, "es", "Su cuenta está cerrada")]
    never.refresh_from_db()
    assert (never.has_usable_password(), never.name.startswith("Somebody")) == (False, True)


def test_no_account_ends_without_a_letter_however_old_it_is():
    person()
    late = OVER + timedelta(days=900)
    assert (idle.close_all(now=late), idle.warn_all(now=late), idle.close_all(now=late + WARNED_BEFORE - TICK)) == (0, 1, 0)
    assert idle.close_all(now=late + WARNED_BEFORE) == 1


def test_who_signs_in_after_the_letter_keeps_it_and_is_told_anew_a_year_later():
    back = person()
    idle.warn_all(now=WARNS)
    signed_in = OVER - TICK
    User.objects.filter(pk=back.pk).update(last_login=signed_in)
    assert (idle.close_all(now=OVER), active()) == (0, {back.pk})
    assert (idle.warn_all(now=signed_in + KEPT_IDLE - WARNED_BEFORE - TICK), idle.warn_all(now=signed_in + KEPT_IDLE - WARNED_BEFORE)) == (
        0,
        1,
    )
    assert (idle.close_all(now=signed_in + KEPT_IDLE - TICK), idle.close_all(now=signed_in + KEPT_IDLE)) == (0, 1)


def test_a_membership_keeps_it_and_the_year_begins_when_the_last_one_ends(society):
    member = people.member(society, "preparer", "finance", date_joined=NOW)
    left = NOW + 3 * KEPT_IDLE
    assert (idle.warn_all(now=left), idle.close_all(now=left)) == (0, 0)
    actions.leave(society.pk, member.pk, by=people.actor(member, society), now=left)
    assert (idle.warn_all(now=left + KEPT_IDLE - WARNED_BEFORE - TICK), idle.warn_all(now=left + KEPT_IDLE - WARNED_BEFORE)) == (0, 1)
    before = active()
    assert (idle.close_all(now=left + KEPT_IDLE), active()) == (1, before - {member.pk})


def test_who_joined_since_the_letter_and_left_again_is_told_anew(society):
    there = person()
    idle.warn_all(now=WARNS)
    actions.join(society.pk, there, ["observer"], by=people.actor(there, society), now=WARNS + TICK)
    actions.leave(society.pk, there.pk, by=people.actor(there, society), now=OVER)
    assert (idle.close_all(now=OVER + KEPT_IDLE), idle.warn_all(now=OVER + KEPT_IDLE)) == (0, 1)


def test_staff_owners_and_who_was_asked_to_sign_stay(society):
    people.staff("Licensing managers", date_joined=NOW)
    right = build.staff_who_may("licensing.view_queue")
    chief = person(is_superuser=True)
    User.objects.filter(pk=right.pk).update(date_joined=NOW)
    before, late = active(), NOW + 5 * KEPT_IDLE
    assert (idle.warn_all(now=late), idle.close_all(now=late + WARNED_BEFORE), active()) == (0, 0, before)
    assert chief.pk in before and not User.objects.exclude(warned_at=None).exists()


def test_whose_name_stands_on_an_agreement_stays():
    deal = Deal()
    signer, organisation = deal.signers_in_order(deal.sent())[0], deal.organisation
    User.objects.update(date_joined=NOW)
    second = people.member(organisation, "owner", date_joined=NOW)
    actions.leave(organisation.pk, signer.pk, by=people.actor(second, organisation), now=NOW)
    late = NOW + 5 * KEPT_IDLE
    idle.warn_all(now=late)
    idle.close_all(now=late + WARNED_BEFORE)
    signer.refresh_from_db()
    assert (signer.is_active, signer.warned_at) == (True, None)


def test_the_worker_does_it_within_its_hour():
    never = person()
    with time_machine.travel(WARNS, tick=False):
        assert (tasks.forget(), active()) == (0, {never.pk})
    with time_machine.travel(OVER, tick=False):
        assert (tasks.forget(), active()) == (1, set())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_joins_while_the_account_is_being_closed_keeps_it(society):
    there, held = person(), Flag()
    idle.warn_all(now=WARNS)

    def joins():
        with transaction.atomic():
            actions.join(society.pk, there, ["observer"], by=people.actor(there, society), now=OVER)
            held.set()
            until_somebody_waits()

    def closes():
        held.wait(30)
        return idle.close_all(now=OVER)

    assert at_once(joins, closes) == [None, 0]
    there.refresh_from_db()
    assert there.is_active and there.memberships.filter(ended_at=None).count() == 1
