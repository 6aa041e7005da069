"""A notice is taken back by two before its day, and gives way to a revocation; once its instant has come it is final."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from licensing import verification
from licensing.applications import queries as applications
from licensing.entitlements import actions, check, stopping
from licensing.entitlements.models import Licence, LicenceEnd
from licensing.entitlements.rules import NotAllowed
from licensing.history.actions import SYSTEM, Actor, Stale
from licensing.history.models import Event
from portal.core.models import OutboxMessage
from tests.clock import NOW, TICK, instant
from tests.journeys.test_activation import together
from tests.licensing import deal as deals
from tests.stopping import staff, stop

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TERM_ENDS, LAST_DAY, ENDS = instant("2027-12-31T23:00"), date(2026, 12, 15), instant("2026-12-15T23:00")


def enter() -> Licence:
    return actions.enter(
        number="L-2026-0001", organisation=deals.organisation(), offering=deals.offering(), edition=None, places=[deals.place()],
        valid_from=instant("2026-01-01"), valid_to=TERM_ENDS, zone="Europe/Madrid", source="on paper", by=SYSTEM, now=NOW,
    )  # fmt: skip


@pytest.fixture
def licence() -> Licence:
    """A licence with notice given."""
    made = enter()
    stop(made.pk, "end", reason="Agreed", now=NOW, last_day=LAST_DAY)
    return made


def fresh() -> Licence:
    return Licence.objects.with_facts().get()


def counts() -> tuple[int, ...]:
    return Event.objects.count(), OutboxMessage.objects.count(), LicenceEnd.objects.filter(lifted_at=None).count()


def refused(code, function, *args, **kwargs):
    before = counts()
    with pytest.raises(NotAllowed) as caught:
        function(*args, **kwargs)
    assert (caught.value.code, counts()) == (code, before)


@pytest.mark.row("E3")
def test_two_people_take_a_notice_back_and_the_licence_goes_on_to_the_end_of_its_term(licence):
    stopping.ask(licence.pk, "recall", reason="Sent by mistake", by=staff("third"), now=NOW + HOUR)
    assert fresh().until == ENDS
    refused("same_person", stopping.confirm, licence.pk, by=staff("third"), now=NOW + HOUR)
    refused("already_requested", stopping.ask, licence.pk, "suspend", reason="x", by=staff("second"), now=NOW + HOUR)
    event = stopping.confirm(licence.pk, by=staff("second"), now=NOW + HOUR)
    found = fresh()
    assert (found.end, found.until, found.status(at=ENDS), found.status(at=TERM_ENDS)) == (None, TERM_ENDS, "active", "expired")
    assert (event.command, event.reason, event.to_state) == ("recall", "Sent by mistake", "active")
    assert event.payload == {"kind": "terminated", "at": ENDS.isoformat(), "second": "Second Person"}
    row = LicenceEnd.objects.get()
    assert (row.at, row.lifted_at, row.lifted_by.name, row.lifted_second.name) == (ENDS, NOW + HOUR, "Third Person", "Second Person")
    right = found.entitlements.first().right_id
    may = check.may(organisation_id=found.organisation_id, right_id=right, edition_id=None, at=ENDS)
    assert (may.code, may.fact("valid_to")) == ("granted", TERM_ENDS)
    told = verification.verify(found.code, now=ENDS)
    assert (told.verdict, told.facts.valid_to) == ("valid", TERM_ENDS)
    assert found.is_renewable(at=TERM_ENDS - timedelta(days=10))


def test_another_notice_may_follow_and_each_stays_on_record(licence):
    stop(licence.pk, "recall", now=NOW)
    stop(licence.pk, "end", reason="After all", now=NOW + HOUR, last_day=date(2027, 1, 31))
    assert (fresh().until, fresh().end.reason) == (instant("2027-01-31T23:00"), "After all")
    assert list(LicenceEnd.objects.order_by("pk").values_list("at", "lifted_at")) == [(ENDS, NOW), (instant("2027-01-31T23:00"), None)]


@pytest.mark.parametrize(("at", "code"), [(ENDS - TICK, None), (ENDS, "already_ended"), (ENDS + HOUR, "already_ended")])
def test_what_is_confirmed_when_the_notice_has_come_is_too_late(licence, at, code):
    stopping.ask(licence.pk, "recall", reason="x", by=staff("first"), now=NOW)
    if code:
        refused(code, stopping.confirm, licence.pk, by=staff("second"), now=at)
    else:
        stopping.confirm(licence.pk, by=staff("second"), now=at)
    assert fresh().status(at=ENDS + HOUR) == ("ended" if code else "active")


def test_where_no_notice_is_given_none_is_taken_back():
    made = enter()
    refused("no_notice", stopping.ask, made.pk, "recall", reason="x", by=staff("first"), now=NOW)
    stop(made.pk, "end", now=NOW)
    refused("already_ended", stopping.ask, made.pk, "recall", reason="x", by=staff("first"), now=NOW)


def test_it_takes_a_reason_and_the_page_that_was_read_and_nobody_of_the_licensee(licence):
    insider = deals.member(licence.organisation, "insider@demo.example", "observer")
    refused("no_reason", stopping.ask, licence.pk, "recall", reason=" ", by=staff("first"), now=NOW)
    refused("own_organisation", stopping.ask, licence.pk, "recall", reason="x", by=Actor(insider.pk, str(insider)), now=NOW)
    stopping.ask(licence.pk, "recall", reason="x", by=staff("first"), now=NOW)
    refused("own_organisation", stopping.confirm, licence.pk, by=Actor(insider.pk, str(insider)), now=NOW)
    before = counts()
    with pytest.raises(Stale):
        stopping.confirm(licence.pk, by=staff("second"), now=NOW, seen=1)
    assert (counts(), fresh().until) == (before, ENDS)


def test_a_suspension_outlives_the_notice_that_is_taken_back(licence):
    stop(licence.pk, "suspend", now=NOW)
    assert stop(licence.pk, "recall", now=NOW + HOUR).to_state == "suspended"
    assert [fresh().status(at=at) for at in (NOW + HOUR, ENDS)] == ["suspended", "suspended"]


def test_a_licence_with_notice_given_is_revoked_at_once(licence):
    event = stop(licence.pk, "revoke", reason="Misuse", now=NOW + HOUR)
    found = fresh()
    assert (event.effective_at, found.end.kind, [found.status(at=at) for at in (NOW, NOW + HOUR, ENDS)]) == (
        NOW + HOUR, "revoked", ["active", "revoked", "revoked"],
    )  # fmt: skip
    notice = LicenceEnd.objects.exclude(pk=found.end.pk).get()
    assert (notice.kind, notice.lifted_at, notice.lifted_by.name, notice.lifted_second.name) == (
        "terminated", NOW + HOUR, "First Person", "Second Person",
    )  # fmt: skip
    for command in ("recall", "end", "revoke", "suspend"):
        refused("already_ended", stopping.ask, licence.pk, command, reason="x", by=staff("first"), now=NOW + HOUR)


@pytest.mark.row("E3")
@pytest.mark.parametrize("command", ["suspend", "recall"])
def test_a_revocation_does_not_wait_for_another_request(licence, command):
    first = stopping.ask(licence.pk, command, reason="x", by=staff("first"), now=NOW)
    before = counts()
    with pytest.raises(Stale):
        stopping.ask(licence.pk, "revoke", reason="Misuse", by=staff("third"), now=NOW, seen=first.seq - 1)
    assert counts() == before
    stopping.ask(licence.pk, "revoke", reason=" Misuse ", by=staff("third"), now=NOW, seen=first.seq)
    aside, asked = list(Event.objects.of(licence).order_by("seq"))[-2:]
    assert (aside.command, aside.reason, aside.visibility, aside.payload) == (
        f"{command}_set_aside", "Misuse", Event.Visibility.INTERNAL, {"for": "revoke", "asked_by": first.actor_id},
    )  # fmt: skip
    assert (asked.command, asked.seq) == ("revoke_request", first.seq + 2)
    for other in ("revoke", command):
        refused("already_requested", stopping.ask, licence.pk, other, reason="x", by=staff("second"), now=NOW)
    refused("same_person", stopping.confirm, licence.pk, by=staff("third"), now=NOW)
    stopping.confirm(licence.pk, by=staff("first"), now=NOW + HOUR)
    assert (fresh().status(at=NOW + HOUR), fresh().suspensions.count()) == ("revoked", 0)


def test_a_request_to_end_it_is_set_aside_as_well():
    made = enter()
    stopping.ask(made.pk, "end", reason="x", by=staff("first"), now=NOW, last_day=LAST_DAY)
    stopping.ask(made.pk, "revoke", reason="Misuse", by=staff("first"), now=NOW)
    stopping.take_back(made.pk, by=staff("first"), now=NOW)
    refused("not_requested", stopping.confirm, made.pk, by=staff("second"), now=NOW)
    assert fresh().end is None


def test_its_holder_does_not_give_up_what_ends_by_notice(licence):
    owner = deals.person("owner@eco.example")
    refused("already_ended", stopping.surrender, licence.pk, reason="x", by=Actor(owner.pk, str(owner)), now=NOW)


def test_the_database_refuses_one_persons_taking_back_a_second_end_and_the_past(licence):
    end, first, second = LicenceEnd.objects.get(), staff("first").user_id, staff("second").user_id
    by_two = {"lifted_by_id": first, "lifted_second_id": second}
    wrong = [
        {"lifted_at": NOW},
        {"lifted_at": NOW, "lifted_by_id": first},
        {"lifted_at": NOW, "lifted_by_id": first, "lifted_second_id": first},
        {"lifted_at": ENDS, **by_two},
    ]
    for change in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            LicenceEnd.objects.filter(pk=end.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceEnd.objects.create(licence=licence, kind="revoked", at=NOW, reason="x", by_id=first, second_id=second, recorded_at=NOW)
    LicenceEnd.objects.filter(pk=end.pk).update(lifted_at=NOW, **by_two)
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceEnd.objects.filter(pk=end.pk).update(lifted_at=None)


def test_a_licence_with_notice_given_is_held_until_its_last_day_in_order_of_the_real_ends(licence):
    other = actions.enter(
        number="L-2026-0002", organisation=licence.organisation, offering=licence.offering, edition=None, places=[deals.place()],
        valid_from=instant("2026-01-01"), valid_to=instant("2027-06-30T22:00"), zone="Europe/Madrid", source="on paper", by=SYSTEM, now=NOW,
    )  # fmt: skip

    def held(at):
        return [(row.number, row.until) for row in applications.held(licence.organisation, licence.offering, at=at)]

    assert held(NOW) == [("L-2026-0001", ENDS), ("L-2026-0002", other.valid_to)]
    assert held(ENDS) == [("L-2026-0002", other.valid_to)]


@pytest.mark.row("E3")
@pytest.mark.parametrize(
    ("at", "found"),
    [(instant("2026-09-15T22:59"), 0), (instant("2026-09-15T23:00"), 1), (ENDS - TICK, 1), (ENDS, 0)],
)
def test_what_ends_by_notice_expires_within_91_days_of_its_real_end(at, found):
    made = enter()
    stop(made.pk, "end", now=instant("2026-08-01"), last_day=LAST_DAY)
    assert [row.ends_at for row in Licence.objects.expiring(at)] == [ENDS] * found


def test_notice_counts_even_where_another_licence_follows_the_term():
    made = enter()
    actions.enter(
        number="L-2028-0001", organisation=made.organisation, offering=made.offering, edition=None, places=[deals.place()],
        valid_from=TERM_ENDS, valid_to=instant("2029-12-31T23:00"), zone="Europe/Madrid", source="on paper", by=SYSTEM, now=NOW,
    )  # fmt: skip
    Licence.objects.filter(number="L-2028-0001").update(supersedes=made)
    near = TERM_ENDS - timedelta(days=30)
    assert Licence.objects.expiring(near).count() == 0
    stop(made.pk, "end", now=near, last_day=date(2027, 12, 20))
    assert [row.number for row in Licence.objects.expiring(near)] == ["L-2026-0001"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Everything about one licence waits for its row: what comes second sees what the first has done."""

    def outcome(self) -> list[str]:
        events = list(Event.objects.filter(subject_kind="licence").order_by("seq"))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        return [event.command for event in events][4:]  # after enter, end_request, end, recall_request

    def test_two_who_confirm_take_it_back_once(self, licence):
        stopping.ask(licence.pk, "recall", reason="x", by=staff("first"), now=NOW)
        people = [staff(name) for name in ("second", "third", "fourth")]
        done = together([lambda by=by: stopping.confirm(licence.pk, by=by, now=NOW) for by in people])
        assert sorted(done, key=str) == [None, "not_requested", "not_requested"]
        assert (self.outcome(), fresh().end, LicenceEnd.objects.count()) == (["recall"], None, 1)

    def test_a_tick_before_the_end_and_at_the_end(self, licence):
        stopping.ask(licence.pk, "recall", reason="x", by=staff("first"), now=NOW)
        people = (staff("second"), ENDS - TICK), (staff("third"), ENDS)
        done = together([lambda by=by, at=at: stopping.confirm(licence.pk, by=by, now=at) for by, at in people])
        assert done in ([None, "already_ended"], [None, "not_requested"])
        assert (self.outcome(), fresh().status(at=ENDS)) == (["recall"], "active")

    def test_taking_back_and_the_holders_end_at_the_same_instant(self, licence):
        stopping.ask(licence.pk, "recall", reason="x", by=staff("first"), now=NOW)
        owner, second = deals.person("owner@eco.example"), staff("second")
        done = together(
            [
                lambda: stopping.confirm(licence.pk, by=second, now=NOW),
                lambda: stopping.surrender(licence.pk, reason="No courses", by=Actor(owner.pk, str(owner)), now=NOW),
            ]
        )
        notice, *others = LicenceEnd.objects.order_by("pk")
        assert (done[0], notice.lifted_at) == (None, NOW)
        if done[1] is None:  # the holder came second, and ended what went on again
            assert (self.outcome(), fresh().status(at=NOW), [fresh().end]) == (["recall", "end"], "ended", others)
        else:
            assert (done[1], self.outcome(), fresh().status(at=NOW), others) == ("already_ended", ["recall"], "active", [])
