from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from licensing.entitlements.rules import (
    PUBLIC,
    Condition,
    End,
    EndKind,
    LicenceFacts,
    LicenceStatus,
    NotAllowed,
    Verdict,
    after_last_day,
    allows,
    best,
    check_move,
    last_met,
    status,
    term,
    until,
)
from portal.core.periods import Period
from tests.clock import NOW, TICK, instant

START, END = instant("2027-02-01T09:30"), instant("2029-01-31T23:00")
TERM = Period(START, END)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "expected"),
    [(START - TICK, "scheduled"), (START, "active"), (END - TICK, "active"), (END, "expired")],
)
def test_the_term_is_half_open(at, expected):
    assert status(LicenceFacts(TERM), at=at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START + HOUR - TICK, "active"),
        (START + HOUR, "suspended"),
        (START + 2 * HOUR - TICK, "suspended"),
        (START + 2 * HOUR, "active"),
        (START + 3 * HOUR, "suspended"),
        (END - TICK, "suspended"),
        (END, "expired"),
    ],
)
def test_a_suspension_holds_for_its_period_and_never_moves_the_end(at, expected):
    suspensions = (Period(START + HOUR, START + 2 * HOUR), Period(START + 3 * HOUR))
    assert status(LicenceFacts(TERM, suspensions), at=at) == expected


@pytest.mark.parametrize(("kind", "expected"), [("revoked", "revoked"), ("terminated", "ended"), ("surrendered", "ended")])
def test_an_early_end_holds_from_its_instant_on_over_everything_else(kind, expected):
    end = End(EndKind(kind), START + HOUR)
    facts = LicenceFacts(TERM, (Period(START),), end)
    assert status(facts, at=end.at - TICK) == "suspended"
    assert [status(facts, at=at) for at in (end.at, END, END + HOUR)] == [expected] * 3


def test_an_end_before_the_start_holds_at_once():
    assert status(LicenceFacts(TERM, (), End(EndKind.REVOKED, START - HOUR)), at=START - HOUR) == "revoked"


def test_what_the_public_is_told_of_each_status():
    assert {key.value: told.value for key, told in PUBLIC.items()} == {
        "active": "valid",
        "scheduled": "scheduled",
        "expired": "expired",
        "ended": "expired",
        "suspended": "suspended",
        "revoked": "revoked",
    }


def test_the_most_favourable_licence_decides():
    order = ["granted", "suspended", "scheduled", "expired", "ended", "revoked"]
    for at, code in enumerate(order):
        assert best(Verdict(other) for other in reversed(order[at:])).code == code
    assert best([]).code == "no_licence"


@pytest.mark.parametrize(
    ("effective", "zone", "years", "expected"),
    [
        ("2026-11-22T10:00+00:00", "Europe/Madrid", 2, "2028-11-21T23:00+00:00"),
        ("2026-11-22T23:30+00:00", "Europe/Madrid", 2, "2028-11-22T23:00+00:00"),  # already the 23rd there
        ("2026-11-22T02:00+00:00", "America/Sao_Paulo", 2, "2028-11-21T03:00+00:00"),  # still the 21st there
        ("2026-12-31T12:00+00:00", "Pacific/Auckland", 1, "2027-12-31T11:00+00:00"),
        ("2024-02-29T12:00+00:00", "UTC", 3, "2027-03-01T00:00+00:00"),  # last day 28 February
        ("2024-02-29T12:00+00:00", "UTC", 4, "2028-02-29T00:00+00:00"),
        ("2026-03-29T12:00+00:00", "Europe/Madrid", 1, "2027-03-28T22:00+00:00"),  # the clocks went forward that morning
    ],
)
def test_the_term_ends_at_24_00_of_its_last_day_in_the_licences_zone(effective, zone, years, expected):
    at = datetime.fromisoformat(effective)
    found = term(at, zone=ZoneInfo(zone), years=years, rights_until=None, starts_on=None)
    assert found == Period(at, datetime.fromisoformat(expected))


def test_the_term_of_an_edition_ends_with_its_rights_whatever_the_years():
    rights_until = datetime(2020, 6, 8, tzinfo=UTC)
    found = term(instant("2019-09-25T08:00"), zone=ZoneInfo("Europe/Madrid"), years=None, rights_until=rights_until, starts_on=None)
    assert found == Period(instant("2019-09-25T08:00"), instant("2020-06-07T22:00"))
    assert term(instant("2020-06-07T22:00"), zone=ZoneInfo("Europe/Madrid"), years=None, rights_until=rights_until, starts_on=None) is None


@pytest.mark.parametrize(
    ("starts_on", "valid_from", "valid_to"),
    [
        (date(2027, 1, 21), "2027-01-20T21:00", "2029-01-20T21:00"),  # 00:00 in Riyadh
        (date(2026, 11, 22), "2026-11-22T10:00", "2028-11-21T21:00"),
    ],
)
def test_a_term_may_begin_later_than_the_last_condition_never_earlier(starts_on, valid_from, valid_to):
    found = term(NOW, zone=ZoneInfo("Asia/Riyadh"), years=2, rights_until=None, starts_on=starts_on)
    assert found == Period(instant(valid_from), instant(valid_to))


def test_which_condition_came_last():
    met = {Condition.SIGNATURES: NOW, Condition.PAYMENT: NOW + HOUR, Condition.EVIDENCE: NOW}
    assert last_met(met) == Condition.PAYMENT
    assert last_met(dict.fromkeys(Condition, NOW)) == Condition.EVIDENCE


OPEN, CLOSED = (Period(START + HOUR),), (Period(START + HOUR, START + 2 * HOUR),)
ENDED = End(EndKind.TERMINATED, END - HOUR)
AT = START + 3 * HOUR


@pytest.mark.parametrize(
    ("command", "facts", "at", "code"),
    [
        ("suspend", LicenceFacts(TERM), AT, None),
        ("suspend", LicenceFacts(TERM), START - TICK, None),
        ("suspend", LicenceFacts(TERM, CLOSED), AT, None),
        ("suspend", LicenceFacts(TERM, OPEN), AT, "already_suspended"),
        ("suspend", LicenceFacts(TERM), END, "over"),
        ("reinstate", LicenceFacts(TERM, OPEN), AT, None),
        ("reinstate", LicenceFacts(TERM), AT, "not_suspended"),
        ("reinstate", LicenceFacts(TERM, CLOSED), AT, "not_suspended"),
        ("reinstate", LicenceFacts(TERM, OPEN), END, "over"),
        ("revoke", LicenceFacts(TERM), AT, None),
        ("revoke", LicenceFacts(TERM, OPEN), AT, None),
        ("revoke", LicenceFacts(TERM), END, "over"),
        ("revoke", LicenceFacts(TERM, (), ENDED), AT, None),
        ("revoke", LicenceFacts(TERM, (), ENDED), ENDED.at, "already_ended"),
        ("end", LicenceFacts(TERM), START - TICK, None),
        ("end", LicenceFacts(TERM, (), ENDED), AT, "already_ended"),
        ("recall", LicenceFacts(TERM), AT, "no_notice"),
        ("recall", LicenceFacts(TERM), END, "no_notice"),
        ("recall", LicenceFacts(TERM, (), ENDED), START - TICK, None),
        ("recall", LicenceFacts(TERM, OPEN, ENDED), ENDED.at - TICK, None),
        ("recall", LicenceFacts(TERM, (), ENDED), ENDED.at, "already_ended"),
        ("suspend", LicenceFacts(TERM, (), ENDED), ENDED.at - TICK, None),
        ("reinstate", LicenceFacts(TERM, OPEN, ENDED), ENDED.at - TICK, None),
        ("suspend", LicenceFacts(TERM, (), ENDED), ENDED.at, "already_ended"),
        ("reinstate", LicenceFacts(TERM, OPEN, ENDED), ENDED.at, "already_ended"),
    ],
)
def test_which_moves_a_licence_allows(command, facts, at, code):
    assert allows(command, facts, at=at) == (code is None)
    if code is None:
        return
    with pytest.raises(NotAllowed) as caught:
        check_move(command, facts, at=at)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2027, 6, 30), START, "2027-06-30T22:00"),  # 24:00 in Madrid in summer
        (date(2027, 12, 31), START, "2027-12-31T23:00"),
        (date(2027, 6, 30), instant("2027-06-30T22:00") - TICK, "2027-06-30T22:00"),  # the last instant of the day itself
        (date(2027, 6, 30), instant("2027-06-30T22:00"), "day_past"),
        (date(2027, 1, 31), START - HOUR, "day_past"),
        (date(2027, 2, 1), START - HOUR, "2027-02-01T23:00"),  # the day it begins
        (date(2027, 1, 31), START - 24 * HOUR, "2027-01-31T23:00"),  # before it begins
        (date(2029, 1, 31), START, "2029-01-31T23:00"),  # the term's own last day
        (date(2029, 2, 1), START, "day_after_term"),
        (date.max - timedelta(days=1), START, "day_after_term"),
    ],
)
def test_the_last_day_of_a_notice_counts_in_full_in_the_licences_zone(day, at, expected):
    try:
        found = after_last_day(day, LicenceFacts(TERM), zone=ZoneInfo("Europe/Madrid"), at=at)
    except NotAllowed as refusal:
        assert refusal.code == expected
    else:
        assert found == instant(expected)


@pytest.mark.parametrize(
    ("end", "expected"),
    [(None, END), (END - HOUR, END - HOUR), (END, END), (START + TICK, START + TICK), (START, END), (START - HOUR, END)],
)
def test_until_when_a_licence_holds(end, expected):
    assert until(LicenceFacts(TERM, (), End(EndKind.TERMINATED, end) if end else None)) == expected


def test_every_status_is_reached():
    assert {status(facts, at=at) for facts, at in [
        (LicenceFacts(TERM), START - TICK), (LicenceFacts(TERM), START), (LicenceFacts(TERM), END), (LicenceFacts(TERM, OPEN), AT),
        (LicenceFacts(TERM, (), ENDED), END), (LicenceFacts(TERM, (), End(EndKind.REVOKED, START)), START),
    ]} == set(LicenceStatus)  # fmt: skip
