"""Reference data: complete, in five languages, dated, and safe to load again."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from i18n.places import actions, queries
from i18n.places.load import load_places
from i18n.places.models import Area, Place, PlaceTier, Region, RegionMembership
from portal.core.models import ContentVersion
from portal.core.periods import Period
from tests.clock import NOW, instant

LANGUAGES = ("en", "es", "pt-br", "fr", "ar")
pytestmark = pytest.mark.row("A1")


@pytest.fixture
def places(db):
    load_places()
    return dict(Area.objects.values_list("code", "pk"))


def codes(ids) -> set[str]:
    return set(Area.objects.filter(pk__in=ids).values_list("code", flat=True))


def test_every_iso_code_and_the_places_iso_lacks(places):
    assert Place.objects.count() == 254
    assert Place.objects.exclude(iso2=None).count() == 249
    assert set(Place.objects.filter(iso2=None).values_list("code", flat=True)) == {"XK", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR"}
    assert set(Region.objects.values_list("code", flat=True)) == {"EU", "US_TERRITORIES"}
    assert len(set(Place.objects.exclude(numeric="").values_list("numeric", flat=True))) == 249


def test_every_place_has_a_clock_and_a_name_in_each_language(places):
    for place in Area.objects.all():
        ZoneInfo(place.zone)
        assert all(getattr(place, f"name_{language.replace('-', '_')}") for language in LANGUAGES), place.code
    assert Area.objects.get(code="KE").zone == "Africa/Nairobi"
    assert Area.objects.get(code="US").zone == "America/New_York"


def test_names_of_places_that_other_lists_get_wrong(places):
    names = {code: Area.objects.get(code=code).name_en for code in ("TW", "XK", "PS", "GB-ENG", "TR", "MK", "SZ")}
    assert names == {
        "TW": "Taiwan",
        "XK": "Kosovo",
        "PS": "Palestinian Territories",
        "GB-ENG": "England",
        "TR": "Türkiye",
        "MK": "North Macedonia",
        "SZ": "Eswatini",
    }


def test_loading_again_writes_nothing_and_keeps_the_word_of_staff(places):
    Area.objects.filter(code="CI").update(staff_name_en="Ivory Coast", name_en="Something else")
    load_places()
    version = ContentVersion.current()
    call_command("load_places")
    area = Area.objects.get(code="CI")
    assert (area.shown_name, area.name_en, ContentVersion.current()) == ("Ivory Coast", "Côte d’Ivoire", version)
    assert RegionMembership.objects.count() == 254 + 28 + 1 + 6


def test_loading_again_keeps_a_membership_that_changed_since(places):
    gone = Period(instant("2030-01-01"))
    assert actions.set_membership(places["EU"], places["HU"], gone, member=False, at=NOW)
    load_places()
    assert "HU" not in codes(queries.members("EU", at=instant("2030-01-01")))
    assert "HU" in codes(queries.members("EU", at=instant("2029-12-31")))


@pytest.mark.row("A3")
@pytest.mark.check("AC2")
@pytest.mark.parametrize(
    "at, count, kingdom",
    [("2012-01-01", 27, True), ("2013-07-01", 28, True), ("2020-01-31T22:59:59", 28, True), ("2020-01-31T23:00:00", 27, False)],
)
def test_the_union_has_the_members_of_the_day(places, at, count, kingdom):
    found = codes(queries.members("EU", at=instant(at)))
    assert (len(found), "GB" in found) == (count, kingdom)


def test_the_six_territories_of_the_united_states(places):
    assert codes(queries.members("US_TERRITORIES", at=NOW)) == {"AS", "GU", "MP", "PR", "VI", "UM"}
    assert {Area.objects.get(code=code).parent.code for code in ("AS", "GU", "MP", "PR", "VI", "UM")} == {"US"}
    assert "UM" not in {place.code for place in queries.places("en", to_live_in=True)}
    assert "UM" in {place.code for place in queries.places("en")}


@pytest.mark.parametrize(
    "code, on, tier, of",
    [
        ("ES", "2027-01-15", "H", "ES"),
        ("XK", "2027-01-15", "UM", "XK"),
        ("KE", "2027-01-15", "LM", "KE"),
        ("VE", "2027-01-15", "NC", "VE"),
        ("GF", "2027-01-15", "H", "FR"),
        ("UM", "2027-01-15", "H", "US"),
        ("GB-ENG", "2027-01-15", "H", "GB"),
    ],
)
def test_the_income_group_falls_back_to_the_sovereign_state(places, code, on, tier, of):
    found = queries.tier_of(places[code], on=date.fromisoformat(on))
    assert (found.tier, found.place_code, found.list_date) == (tier, of, date(2023, 1, 24))


@pytest.mark.parametrize("code, on", [("AQ", "2027-01-15"), ("EH", "2027-01-15"), ("ES", "2023-01-23")])
def test_no_income_group_is_an_answer(places, code, on):
    assert queries.tier_of(places[code], on=date.fromisoformat(on)) is None


def test_every_place_without_a_group_of_its_own_has_a_state_or_none_at_all(places):
    without = Place.objects.exclude(pk__in=PlaceTier.objects.values("place"))
    assert set(without.filter(parent=None).values_list("code", flat=True)) == {"AQ", "EH", "VA"}
    assert PlaceTier.objects.count() == 217


def test_places_stand_in_the_readers_order(places):
    english = [place.name for place in queries.places("en")]
    assert english[:4] == ["Afghanistan", "Åland Islands", "Albania", "Algeria"]
    french = [place.name for place in queries.places("fr")]
    assert french.index("La Réunion") < french.index("Roumanie")
    assert french.index("Équateur") < french.index("Espagne")
    arabic = [place.code for place in queries.places("ar")]
    assert arabic.index("JO") < arabic.index("SA") or arabic.index("SA") < arabic.index("JO")
    assert sorted(arabic) == sorted(place.code for place in queries.places("es"))
