"""The table of S7: what a licence is worth × who asks × for whom the file is meant × embargo."""

import itertools
from datetime import timedelta

import pytest
from django.utils import translation

from licensing import explain
from licensing.entitlements import actions, check, stopping
from licensing.entitlements.models import Licence
from licensing.explain import Thing
from licensing.history.actions import Actor
from licensing.models import LicensedRight
from licensing.organisations.rules import Role
from tests.clock import NOW, TICK, instant
from tests.licensing import deal as deals
from tests.stopping import stop

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = NOW + 10 * DAY
TERM = (NOW, instant("2028-11-21T23:00"))
LIFT = AT + DAY


def staff(email="manager@demo.example") -> Actor:
    user = deals.person(email)
    return Actor(user.pk, str(user))


def enter(organisation, *, term=TERM, number="L-2026-0001", edition=None) -> Licence:
    return actions.enter(
        number=number, organisation=organisation, offering=deals.offering(), edition=edition, places=[deals.place()], valid_from=term[0],
        valid_to=term[1], zone="Europe/Madrid", source="on paper", by=staff(), now=NOW,
    )  # fmt: skip


def suspended(licence):
    stop(licence.pk, reason="Overdue", now=NOW + DAY)


def suspended_once(licence):
    suspended(licence)
    stopping.reinstate(licence.pk, reason="In", by=staff(), now=NOW + 2 * DAY)


def ended(licence):
    stop(licence.pk, "end", kind="terminated", reason="Agreed", now=NOW + DAY)


def revoked(licence):
    stop(licence.pk, "revoke", reason="Misuse", now=NOW + DAY)


STAGES = {  # stage -> (term, what happened, the verdict's code)
    "active": (TERM, None, "granted"),
    "active again": (TERM, suspended_once, "granted"),
    "scheduled": ((AT + TICK, TERM[1]), None, "scheduled"),
    "expired": ((NOW - 5 * DAY, AT), None, "expired"),
    "suspended": (TERM, suspended, "suspended"),
    "ended": (TERM, ended, "ended"),
    "revoked": (TERM, revoked, "revoked"),
    "none": (None, None, "no_licence"),
}
REACH = {
    "owner": {"faculty", "participant", "organiser", "designer"},
    "coordinator": {"faculty", "participant", "organiser", "designer"},
    "faculty": {"faculty", "participant"},
    "designer": {"designer"},
}
AUDIENCES = ["faculty", "participant", "organiser", "designer"]


@pytest.mark.check("S7")
@pytest.mark.parametrize("stage", list(STAGES))
def test_s7_the_whole_table(stage):
    eco, right = deals.organisation(), None
    term, happened, code = STAGES[stage]
    if term:
        licence = enter(eco, term=term)
        if happened:
            happened(licence)
    right = LicensedRight.objects.get(offering=deals.offering(), code="slides")
    for role, audience, embargo in itertools.product([*Role, None], AUDIENCES, [None, AT, LIFT]):
        verdict = explain.file_verdict(
            user_id=1, organisation_id=eco.pk, roles=[role.value] if role else [], right=right, audience=audience, edition_id=None,
            embargo_until=embargo, at=AT,
        )  # fmt: skip
        expected = code
        if code == "granted" and audience not in REACH.get(role.value if role else "", set()):
            expected = "role"
        elif code == "granted" and embargo == LIFT:
            expected = "embargo"
        assert (verdict.code, verdict.granted) == (expected, expected == "granted"), (role, audience, embargo)
        words = explain.words(verdict)
        assert words.reason
        assert "%(" not in words.reason + words.way_out


def test_a_licence_that_ends_before_its_term_is_not_said_to_begin():
    eco = deals.organisation()
    licence = enter(eco, term=(NOW + 40 * DAY, TERM[1]))
    stop(licence.pk, "end", kind="terminated", reason="Agreed", now=NOW + DAY, last_day=(NOW + 20 * DAY).date())
    right = LicensedRight.objects.get(code="slides")
    verdict = check.may(organisation_id=eco.pk, right_id=right.pk, edition_id=None, at=NOW + 2 * DAY)
    assert (verdict.code, explain.words(verdict)[1:]) == (
        "scheduled",
        (
            f"License {licence.number} is not in force and will not be: it was ended before its term begins.",
            "Apply for a new license, or write to the licensor.",
        ),
    )


@pytest.mark.check("S7")
def test_s7_another_organisation_gets_nothing_from_it():
    enter(deals.organisation())
    other = deals.organisation("Other", mail="other.example")
    right = LicensedRight.objects.get(code="slides")
    assert check.may(organisation_id=other.pk, right_id=right.pk, edition_id=None, at=AT).code == "no_licence"


@pytest.mark.parametrize(
    ("at", "code"), [(TERM[0] - TICK, "scheduled"), (TERM[0], "granted"), (TERM[1] - TICK, "granted"), (TERM[1], "expired")]
)
def test_the_edges_of_the_term(at, code):
    eco = deals.organisation()
    enter(eco)
    right = LicensedRight.objects.get(code="slides")
    assert check.may(organisation_id=eco.pk, right_id=right.pk, edition_id=None, at=at).code == code


def test_the_best_of_several_licences_decides_and_the_verdict_names_it():
    eco = deals.organisation()
    enter(eco, term=(NOW - 9 * DAY, NOW), number="L-2024-0001")
    enter(eco, number="L-2026-0002")
    right = LicensedRight.objects.get(code="slides")
    verdict = check.may(organisation_id=eco.pk, right_id=right.pk, edition_id=None, at=AT)
    assert (verdict.code, verdict.fact("licence"), verdict.fact("valid_to")) == ("granted", "L-2026-0002", TERM[1])


def test_who_left_has_no_role_left():
    eco = deals.organisation()
    enter(eco)
    faculty = deals.member(eco, "faculty@eco.example", "faculty")
    asked = {"user_id": faculty.pk, "organisation_id": eco.pk, "roles": None, "right": LicensedRight.objects.get(code="slides")}
    asked |= {"audience": "faculty", "edition_id": None, "embargo_until": None, "at": AT}
    assert explain.file_verdict(**asked).code == "granted"
    eco.memberships.filter(user=faculty).update(ended_at=NOW)
    assert explain.file_verdict(**asked).code == "role"


def test_a_list_of_files_takes_one_statement(django_assert_num_queries):
    eco = deals.organisation()
    enter(eco)
    things = [Thing(right.pk, "faculty") for right in LicensedRight.objects.all()] * 5
    with django_assert_num_queries(1):
        verdicts = explain.file_verdicts(things, organisation_id=eco.pk, roles=["faculty"], edition_id=None, at=AT)
    assert {verdict.code for verdict in verdicts} == {"granted"}


@pytest.mark.row("E12")
def test_a_refusal_says_the_instant_in_the_licences_zone_and_in_utc():
    eco = deals.organisation()
    enter(eco)
    right = LicensedRight.objects.get(code="slides")
    verdict = explain.file_verdict(
        user_id=1, organisation_id=eco.pk, roles=["faculty"], right=right, audience="faculty", edition_id=None,
        embargo_until=instant("2027-03-01T21:00"), at=AT,
    )  # fmt: skip
    with translation.override("en"):
        assert "1 March 2027, 22:00 in Madrid (21:00 UTC)" in explain.words(verdict).reason


def test_who_is_told_why_not():
    eco, stranger = deals.organisation(), deals.organisation("Big Sky", mail="bigsky.example")
    offering = deals.offering()
    assert not explain.known_to(eco.pk, offering.pk)
    deals.accepted_terms(eco, offering)
    assert explain.known_to(eco.pk, offering.pk)
    assert not explain.known_to(stranger.pk, offering.pk)
    enter(stranger, number="L-2026-0009")
    assert explain.known_to(stranger.pk, offering.pk)
