from datetime import date

import pytest

from i18n.places import load as places
from i18n.places import queries as places_queries
from i18n.places.models import Place, PlaceTier
from licensing.applications.models import Application
from licensing.fees import load, queries
from licensing.fees.models import FeeSchedule
from licensing.fees.rules import NotPriced
from tests.build import offering
from tests.licensing.fees.test_rules import DATA, LIST_DATE

pytestmark = pytest.mark.django_db
IN_2027 = date(2027, 1, 15)


PLACES = {"ES", "BR", "IN", "KE", "BG", "GB", "GB-ENG", "SY", "RE", "FR", "VE", "CR", "NO", "MA", "EU"}


@pytest.fixture
def prices(monkeypatch):
    """Load the real data of a few places and the real schedules."""
    everything = places._rows
    monkeypatch.setattr(places, "_rows", lambda name: [row for row in everything(name) if {row.get("code"), row.get("place")} & PLACES])
    places.load_places()
    load.load_schedules(DATA)
    for code in ("QTP1-L", "QCS-DH"):
        offering(code)


def place(code: str) -> Place:
    return Place.objects.get(code=code)


@pytest.mark.parametrize(
    "code, at, on, more, expected",
    [
        ("QCS-DH", "ES", IN_2027, {"attendees": 220}, ("EUR", 676_000, "H")),
        ("QTP1-L", "BR", IN_2027, {"riders": 1}, ("USD", 210_000, "UM")),
        ("QTP1-L", "IN", IN_2027, {}, ("USD", 90_000, "LM")),
        ("QTP1-L", "KE", IN_2027, {}, ("USD", 90_000, "LM")),
        ("QTP1-L", "ES", date(2028, 1, 1), {}, ("EUR", 294_000, "H")),
        ("QTP1-L", "ES", date(2027, 12, 31), {}, ("EUR", 280_000, "H")),
        ("QTP1-L", "ES", IN_2027, {"currency": "USD"}, ("USD", 300_000, "H")),
        ("QTP1-L", "BG", IN_2027, {}, ("EUR", 168_000, "UM")),
        ("QTP1-L", "GB", IN_2027, {}, ("EUR", 280_000, "H")),
        ("QTP1-L", "GB-ENG", IN_2027, {}, ("EUR", 280_000, "H")),
        ("QTP1-L", "SY", IN_2027, {}, ("USD", 0, "L")),
        ("QTP1-L", "RE", IN_2027, {}, ("USD", 300_000, "H")),  # no row of its own: its sovereign state's group
    ],
)
def test_an_estimate_by_place_day_and_currency(prices, code, at, on, more, expected):
    found = queries.estimate(code, place(at), on=on, **more)
    assert (found.currency, found.gross_minor, found.tier) == expected
    assert found.tier_list_date == LIST_DATE


def test_a_territory_names_the_state_its_group_is_taken_from(prices):
    assert queries.estimate("QTP1-L", place("RE"), on=IN_2027).tier_place == "FR"


@pytest.mark.parametrize(
    "at, on, more, code",
    [
        ("VE", IN_2027, {}, "no_tier"),
        ("ES", date(2025, 12, 31), {}, "no_schedule"),
        ("ES", date(2029, 1, 1), {}, "no_schedule"),
        ("BR", IN_2027, {"currency": "EUR"}, "currency_not_offered"),
    ],
)
def test_what_cannot_be_priced_says_why(prices, at, on, more, code):
    with pytest.raises(NotPriced) as refused:
        queries.estimate("QTP1-L", place(at), on=on, **more)
    assert refused.value.code == code


def test_the_newest_list_of_the_day_counts(prices):
    PlaceTier.objects.create(place=place("CR"), tier="H", list_date=date(2025, 7, 1))
    before = queries.tier_for([place("CR")], on=date(2025, 6, 30))
    after = queries.tier_for([place("CR")], on=date(2025, 7, 1))
    assert (before.tier, before.list_date, after.tier, after.list_date) == ("UM", LIST_DATE, "H", date(2025, 7, 1))


def test_several_places_take_the_dearest_group(prices):
    assert queries.tier_for([place("IN"), place("ES"), place("BR")], on=IN_2027).place == "ES"


def test_the_euro_needs_every_place(prices):
    assert queries.euro_for([place("ES"), place("NO")], on=IN_2027)
    assert not queries.euro_for([place("ES"), place("MA")], on=IN_2027)


def test_a_new_offer_starts_in_the_currency_of_its_place(prices):
    asked = Application(offering=offering("QTP1-L"))
    assert [queries.currency_for(asked, [place(code)], on=IN_2027) for code in ("ES", "BR", "VE")] == ["EUR", "USD", "USD"]


def lists(code: str, *tiers: str, first: int = 2024) -> None:
    """Give a place one list a year, on 1 July."""
    rows = [PlaceTier(place=place(code), tier=tier, list_date=date(year, 7, 1)) for year, tier in enumerate(tiers, start=first)]
    PlaceTier.objects.bulk_create(rows)


def test_a_renewal_keeps_the_group_held_in_four_of_five_list_years(prices):
    story = {  # after 2023's list, one a year from 2024 on; then the day, what is paid and what the list says
        "KE": (["LM", "LM", "LM", "UM"], date(2028, 6, 30), "LM", "UM"),  # 2023 to 2026 lower, 2027 dearer: kept
        "IN": (["LM", "LM", "LM", "UM", "UM"], date(2028, 7, 1), "UM", None),  # only three of the last five
        "MA": (["LM", "LM", "NC", "UM"], date(2028, 1, 1), "UM", None),  # a year without a group counts for none
        "BR": (["UM", "UM", "UM", "LM"], date(2028, 1, 1), "LM", None),  # fell: the list itself says so
        "CR": ([], date(2028, 1, 1), "UM", None),
    }
    for code, (later, on, paid, listed) in story.items():
        here = place(code)
        lists(code, *later)
        found = queries.tier_for([here], on=on, renewed={here.pk})
        assert (code, found.tier, found.listed) == (code, paid, listed)
        assert queries.tier_for([here], on=on).listed is None  # who begins anew pays by the list


def test_only_places_of_the_renewed_licence_keep_a_group_and_the_dearest_still_counts(prices):
    kenya, india = place("KE"), place("IN")
    for code in ("KE", "IN"):
        lists(code, "LM", "LM", "LM", "UM")
    found = queries.tier_for([kenya, india], on=date(2028, 1, 1), renewed={kenya.pk})
    assert (found.place, found.tier, found.listed) == ("IN", "UM", None)


def test_list_years_are_of_the_places_newest_list_and_each_year_counts_once(prices):
    lists("KE", "UM", "LM", first=2026)
    PlaceTier.objects.create(place=place("KE"), tier="H", list_date=date(2026, 1, 1))
    assert places_queries.tiers_by_year(place("KE").pk, on=date(2028, 1, 1), years=5) == ["LM", "UM", "LM"]
    assert places_queries.tiers_by_year(place("KE").pk, on=date(2028, 1, 1), years=4) == ["UM", "LM"]
    assert places_queries.tiers_by_year(place("RE").pk, on=date(2028, 1, 1), years=5) == []


def test_loading_schedules_twice_changes_nothing(prices):
    assert load.load_schedules(DATA) == 0
    assert [str(schedule) for schedule in FeeSchedule.objects.all()] == ["FS-2026", "FS-2027", "FS-2028"]


def _schedule(**changed):
    line = {"offering": "X", "unit": "licence", "currency": "USD", "tier": "H", "amount_minor": 1}
    return {"schedule": [{"code": "FS-X", "valid_from": date(2030, 1, 1), "lines": [line], **changed}]}


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"valid_from": date(2028, 12, 31)}, "overlap"),
        ({"code": "FS-2027", "lines": []}, "changed"),
        ({"lines": [{"offering": "X", "unit": "bottle", "currency": "USD", "tier": "H", "amount_minor": 1}]}, "unknown_unit"),
    ],
)
def test_a_bad_schedule_is_refused_and_nothing_is_written(prices, changed, code):
    with pytest.raises(load.BadSchedule) as refused:
        load.load_schedules(_schedule(**changed))
    assert (refused.value.code, FeeSchedule.objects.count()) == (code, 3)


def test_a_schedule_may_begin_the_day_another_ends(prices):
    assert load.load_schedules(_schedule(valid_from=date(2029, 1, 1))) == 1
