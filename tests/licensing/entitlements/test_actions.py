import itertools
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from licensing.agreements import actions as agreements
from licensing.entitlements import actions, check, queries, stopping
from licensing.entitlements.models import Licence, LicenceEnd
from licensing.entitlements.rules import GRAVE, NotAllowed
from licensing.history.actions import SYSTEM, Actor, Stale
from licensing.history.models import Event
from licensing.models import EvidenceRequirement, OfferingEdition
from portal.core.models import OutboxMessage
from tests.clock import NOW, TICK, instant
from tests.licensing import deal as deals
from tests.licensing.deal import Deal
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
HOUR = timedelta(hours=1)
MANAGER, SECOND = "manager@demo.example", "second@demo.example"


def staff(email: str) -> Actor:
    user = deals.person(email)
    return Actor(user.pk, str(user))


@pytest.fixture
def licence(licence_at=NOW) -> Licence:
    deal = Deal()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    return actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW)


def refused(code, function, *args, **kwargs):
    before = (Event.objects.count(), OutboxMessage.objects.count(), LicenceEnd.objects.count())
    with pytest.raises(NotAllowed) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert (Event.objects.count(), OutboxMessage.objects.count(), LicenceEnd.objects.count()) == before


@pytest.mark.check("AC13")
@pytest.mark.row("E1")
def test_ac13_activation_gives_every_right_of_the_terms_its_places_a_code_and_the_effective_instant():
    deal = Deal()
    agreement = deal.executed(at=NOW - 2 * HOUR)
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW - HOUR)
    licence = actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW)
    assert (licence.number, licence.valid_from, licence.valid_to) == ("L-2026-0001", NOW, instant("2028-11-21T23:00"))
    assert [row.right.code for row in licence.entitlements.order_by("right__position")] == ["slides", "manual", "logo"]
    assert {(row.valid_from, row.valid_to) for row in licence.entitlements.all()} == {(licence.valid_from, licence.valid_to)}
    assert [place.code for place in licence.places.all()] == ["ES"]
    assert (len(licence.code), licence.last_condition) == (19, "payment")
    event = Event.objects.of(licence).get()
    assert (event.command, event.payload["last_condition"], event.payload["agreement"]) == ("activate", "payment", agreement.number)
    assert OutboxMessage.objects.filter(kind="licences.certificate").get().payload == {"licence": licence.pk}


def test_only_the_rights_of_the_terms_are_given():
    deal = Deal()
    deal.terms.rights = ["logo"]
    deal.terms.save()
    licence = actions.activate(deal.executed(), terms=deal.terms, by=staff(MANAGER), now=NOW)
    assert [row.right.code for row in licence.entitlements.all()] == ["logo"]


def test_a_licence_is_made_once_the_database_says_so_too():
    deal = Deal()
    agreement = deal.executed()
    actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW)
    assert Licence.objects.count() == 1


def test_an_edition_whose_rights_are_over_makes_no_licence_but_says_so():
    offering = deals.offering(years=None)
    edition = OfferingEdition.objects.create(
        offering=offering, label="2019", starts_at=instant("2019-09-06"), ends_at=instant("2019-09-08"), rights_until=instant("2020-06-08")
    )
    deal = Deal(years=None, edition=edition)
    agreement = deal.executed()
    assert actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW) is None
    assert Event.objects.of(agreement).last().command == "too_late"
    assert Licence.objects.count() == 0


@pytest.mark.parametrize("order", list(itertools.permutations(["signatures", "payment", "evidence"])))
def test_the_event_names_the_condition_that_came_last(order):
    deal = Deal()
    met = {name: NOW + at * HOUR for at, name in enumerate(order)}
    agreement = deal.executed(at=met["signatures"])
    deals.settle(deal.terms, at=met["payment"])
    deals.tick(deal.terms, at=met["evidence"])
    licence = actions.activate(agreement, terms=deal.terms, by=staff(MANAGER), now=NOW + 2 * HOUR)
    assert licence.last_condition == order[-1]


def test_conditions_not_met_are_none():
    deal = Deal()
    assert queries.conditions(deal.terms, None) == {"signatures": None, "payment": None, "evidence": None}
    deals.tick(deal.terms, at=NOW)
    assert queries.conditions(deal.terms, None)["evidence"] == NOW


def test_without_required_papers_evidence_is_met_from_the_start():
    deal = Deal()
    EvidenceRequirement.objects.all().delete()
    assert queries.conditions(deal.terms, None)["evidence"] == deal.terms.accepted_at


@pytest.mark.row("E3")
def test_suspending_and_reinstating_are_rows_and_leave_the_end_alone(licence):
    end = licence.valid_to
    stop(licence.pk, reason="Report overdue", now=NOW + HOUR)
    refused("already_suspended", stopping.ask, licence.pk, "suspend", reason="Again", by=staff(MANAGER), now=NOW + HOUR)
    stopping.reinstate(licence.pk, reason="Report is in", by=staff(MANAGER), now=NOW + 2 * HOUR)
    refused("not_suspended", stopping.reinstate, licence.pk, reason="Again", by=staff(MANAGER), now=NOW + 2 * HOUR)
    licence = Licence.objects.with_facts().get()
    statuses = [licence.status(at=NOW + HOUR * at) for at in (0, 1, 2)]
    assert (statuses, licence.valid_to) == (["active", "suspended", "active"], end)
    assert list(Event.objects.of(licence).values_list("command", flat=True)) == ["activate", "suspend_request", "suspend", "reinstate"]


def ready(licence, command) -> None:
    """Bring the licence to where ``command`` can be asked for."""
    if command == "recall":
        stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=date(2026, 12, 31))


@pytest.mark.parametrize("command", GRAVE)
def test_a_reason_is_needed(licence, command):
    refused("no_reason", stopping.ask, licence.pk, command, reason=" ", by=staff(MANAGER), now=NOW)


@pytest.mark.parametrize(
    "command, before, after", [("suspend", "active", "suspended"), ("end", "active", "ended"), ("revoke", "active", "revoked")]
)
def test_stopping_a_licence_takes_two_different_people(licence, command, before, after):
    stopping.ask(licence.pk, command, reason="Misuse", by=staff(MANAGER), now=NOW)
    assert Licence.objects.get().status(at=NOW) == before
    refused("already_requested", stopping.ask, licence.pk, command, reason="Misuse", by=staff(SECOND), now=NOW)
    refused("already_requested", stopping.ask, licence.pk, "suspend", reason="Misuse", by=staff(SECOND), now=NOW)
    refused("same_person", stopping.confirm, licence.pk, by=staff(MANAGER), now=NOW)
    refused("same_person", stopping.confirm, licence.pk, by=SYSTEM, now=NOW)
    stopping.confirm(licence.pk, by=staff(SECOND), now=NOW + HOUR)
    licence = Licence.objects.with_facts().get()
    assert [licence.status(at=at) for at in (NOW + HOUR - TICK, NOW + HOUR)] == [before, after]
    row = licence.suspensions.get() if command == "suspend" else licence.end
    assert (row.by.email, row.second.email) == (MANAGER, SECOND)
    event = Event.objects.of(licence).last()
    assert (event.command, event.actor.email, event.reason, event.payload["second"]) == (
        command,
        MANAGER,
        "Misuse",
        str(deals.person(SECOND)),
    )
    refused("not_requested", stopping.confirm, licence.pk, by=staff(SECOND), now=NOW + HOUR)


@pytest.mark.parametrize("command", GRAVE)
def test_nobody_of_the_licensees_organization_asks_or_confirms(licence, command):
    ready(licence, command)
    insider = deals.member(licence.organisation, "insider@demo.example", "observer")
    refused("own_organisation", stopping.ask, licence.pk, command, reason="x", by=staff(insider.email), now=NOW)
    stopping.ask(licence.pk, command, reason="x", by=staff(MANAGER), now=NOW)
    refused("own_organisation", stopping.confirm, licence.pk, by=staff(insider.email), now=NOW)
    assert Licence.objects.get().status(at=NOW + HOUR) == "active"


@pytest.mark.parametrize("command", GRAVE)
def test_a_request_that_was_taken_back_does_nothing(licence, command):
    ready(licence, command)
    stopping.ask(licence.pk, command, reason="Misuse", by=staff(MANAGER), now=NOW)
    stopping.take_back(licence.pk, by=staff(MANAGER), now=NOW)
    refused("not_requested", stopping.confirm, licence.pk, by=staff(SECOND), now=NOW)
    refused("not_requested", stopping.take_back, licence.pk, by=staff(SECOND), now=NOW)
    stopping.ask(licence.pk, command, reason="Misuse after all", by=staff(MANAGER), now=NOW)
    assert queries.asked(licence).reason == "Misuse after all"


@pytest.mark.parametrize("command", GRAVE)
def test_what_changed_since_it_was_read_is_not_confirmed(licence, command):
    ready(licence, command)
    stopping.ask(licence.pk, command, reason="Misuse", by=staff(MANAGER), now=NOW)
    before = Event.objects.count()
    with pytest.raises(Stale):
        stopping.confirm(licence.pk, by=staff(SECOND), now=NOW, seen=1)
    assert (Event.objects.count(), Licence.objects.get().status(at=NOW)) == (before, "active")


def test_what_waits_for_a_second_person_is_found_for_everybody_but_the_asker(licence):
    def waiting(**about) -> list[str]:
        return [row.number for row in queries.waiting(at=NOW, **about)]

    assert waiting() == []
    stopping.ask(licence.pk, "suspend", reason="x", by=staff(MANAGER), now=NOW)
    mine, other = deals.person(MANAGER).pk, deals.person(SECOND).pk
    assert (waiting(), waiting(but_not_of=mine), waiting(but_not_of=other)) == ([licence.number], [], [licence.number])
    assert (waiting(commands=["revoke"]), waiting(commands=["suspend", "end"])) == ([], [licence.number])
    stopping.confirm(licence.pk, by=staff(SECOND), now=NOW)
    assert waiting() == []


def test_a_holder_gives_up_the_own_licence_alone(licence):
    owner = deals.person("owner@eco.example")
    refused("other_organisation", stopping.surrender, licence.pk, reason="x", by=staff(MANAGER), now=NOW)
    stopping.surrender(licence.pk, reason="No courses", by=Actor(owner.pk, str(owner)), now=NOW)
    licence = Licence.objects.with_facts().get()
    assert (licence.status(at=NOW), licence.end.kind, licence.end.second) == ("ended", "surrendered", None)


@pytest.mark.parametrize("kind", ["terminated", "revoked"])
def test_the_database_refuses_an_end_by_one_person_of_staff(licence, kind):
    user = deals.person(MANAGER)
    for second in (user, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            LicenceEnd.objects.create(licence=licence, kind=kind, at=NOW, reason="x", by=user, second=second, recorded_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        licence.suspensions.create(cause="x", valid_from=NOW, by=user, second=user, recorded_at=NOW)


@pytest.mark.parametrize("kind", ["surrendered", "terminated"])
def test_an_early_end_may_lie_ahead_and_comes_once(licence, kind):
    """NOW is 11:00 of 22 November in Madrid: that whole day is still left."""
    ends = instant("2026-11-22T23:00")
    event = stop(licence.pk, "end", kind=kind, reason="Agreed", now=NOW, last_day=date(2026, 11, 22))
    assert (event.effective_at, event.payload["kind"], event.payload["at"]) == (ends, kind, ends.isoformat())
    refused("already_ended", stopping.ask, licence.pk, "end", reason="Agreed", by=staff(MANAGER), now=NOW)
    licence = Licence.objects.with_facts().get()
    assert [licence.status(at=at) for at in (NOW, ends - TICK, ends)] == ["active", "active", "ended"]
    right = licence.entitlements.first().right_id
    may = [check.may(organisation_id=licence.organisation_id, right_id=right, edition_id=None, at=at) for at in (ends - TICK, ends)]
    assert [(one.code, one.fact("valid_to")) for one in may] == [("granted", ends), ("ended", ends)]
    assert [[row.number for row in Licence.objects.in_status("active", at=at)] for at in (ends - TICK, ends)] == [[licence.number], []]


def test_until_its_early_end_a_licence_is_suspended_and_reinstated_as_any_other(licence):
    stop(licence.pk, "end", reason="Agreed", now=NOW, last_day=date(2026, 11, 22))
    stop(licence.pk, "suspend", reason="Misuse", now=NOW + HOUR)
    stopping.reinstate(licence.pk, reason="Mended", by=staff(MANAGER), now=NOW + 2 * HOUR)
    licence = Licence.objects.with_facts().get()
    ends = instant("2026-11-22T23:00")
    assert [licence.status(at=at) for at in (NOW, NOW + HOUR, NOW + 2 * HOUR, ends)] == ["active", "suspended", "active", "ended"]
    for command in GRAVE:
        refused("already_ended", stopping.ask, licence.pk, command, reason="x", by=staff(MANAGER), now=ends)


@pytest.mark.parametrize(("day", "code"), [(date(2026, 11, 21), "day_past"), (date(2028, 11, 22), "day_after_term")])
def test_a_last_day_that_is_over_or_after_the_term_is_not_asked_for(licence, day, code):
    refused(code, stopping.ask, licence.pk, "end", reason="Agreed", by=staff(MANAGER), now=NOW, last_day=day)


def test_an_end_confirmed_after_its_last_day_comes_when_it_is_confirmed_never_before(licence):
    stopping.ask(licence.pk, "end", reason="Agreed", by=staff(MANAGER), now=NOW, last_day=date(2026, 11, 23))
    late = instant("2026-11-25T10:00")
    assert stopping.confirm(licence.pk, by=staff(SECOND), now=late).effective_at == late
    licence = Licence.objects.with_facts().get()
    assert [licence.status(at=at) for at in (late - TICK, late)] == ["active", "ended"]


def test_a_licence_agreed_outside_the_portal_is_entered_with_its_source():
    offering, place = deals.offering(), deals.place()
    licence = actions.enter(
        number="L-2019-0001", organisation=deals.organisation(), offering=offering, edition=None, places=[place],
        valid_from=instant("2019-09-24T22:00"), valid_to=instant("2020-06-07T22:00"), zone="Europe/Madrid", source="The ASCO Post",
        by=staff(MANAGER), now=NOW,
    )  # fmt: skip
    assert (licence.agreement, licence.status(at=NOW), licence.entitlements.count()) == (None, "expired", 3)
    assert not OutboxMessage.objects.filter(kind="licences.certificate").exists()
    assert agreements.executed is not None
