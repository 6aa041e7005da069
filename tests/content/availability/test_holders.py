"""Who is named as the nearest where a programme is not available."""

import pytest

from content.availability import holders
from content.availability.holders import Holder, nearest
from i18n.places.distances import between
from tests.clock import NOW, instant

pytestmark = pytest.mark.row("A7")


@pytest.fixture
def held(places, monkeypatch):
    """Let these hold licences: {name: (language, places)}."""

    def held(**some):
        made = [Holder(1, name, language, name, frozenset(places[code] for code in codes)) for name, (language, codes) in some.items()]
        monkeypatch.setattr(holders, "PROVIDERS", [lambda at: made])

    return held


@pytest.mark.parametrize(
    "zone, other, kilometres",
    [
        ("Africa/Nairobi", "Africa/Kampala", 501),
        ("Europe/Madrid", "America/Santiago", 10716),
        ("Pacific/Auckland", "Pacific/Tongatapu", 1999),
        ("Africa/Nairobi", "Africa/Nairobi", 0),
    ],
)
def test_distances_are_those_between_the_cities(zone, other, kilometres):
    assert abs(between(zone, other) - kilometres) < 20
    assert between(zone, "UTC") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked, some, expected, shown",
    [
        ("KE", {"a": ("en", ["KE"]), "b": ("en", ["UG"])}, "a", ["KE"]),  # the very place
        ("PT", {"far": ("en", ["FI"]), "near": ("en", ["MA"])}, "far", ["FI"]),  # the same region before the nearer one
        ("KE", {"far": ("en", ["ES", "IN"]), "near": ("en", ["TZ", "BR"])}, "near", ["TZ", "BR"]),  # the least far of its places
        ("KE", {"b": ("es", ["UG"]), "c": ("en", ["UG"])}, "c", ["UG"]),  # equally far: who writes in the reader's language
        ("KE", {"b": ("en", ["UG"]), "a": ("en", ["UG"])}, "a", ["UG"]),  # then the name
        ("AQ", {"b": ("en", ["UG"]), "c": ("es", ["KE"])}, "b", ["UG"]),  # no city of its own: the language
    ],
)
def test_the_nearest_is_named(held, asked, places, some, expected, shown):
    held(**some)
    found = nearest(places[asked], language="en", at=NOW)[1]
    assert (found.holder.name, [place.code for place in found.places], found.here) == (expected, shown, asked in shown)


@pytest.mark.django_db
def test_a_region_counts_while_the_place_belongs_to_it(held, places):
    held(far=("en", ["FI"]), near=("en", ["MA"]))
    assert [nearest(places["GB"], language="en", at=at)[1].holder.name for at in (instant("2019-10-01"), NOW)] == ["far", "far"]
    held(far=("en", ["CY"]), near=("en", ["IS"]))
    assert [nearest(places["GB"], language="en", at=at)[1].holder.name for at in (instant("2019-10-01"), NOW)] == ["far", "near"]


@pytest.mark.django_db
def test_where_nobody_holds_a_licence_nobody_is_named(places, monkeypatch):
    monkeypatch.setattr(holders, "PROVIDERS", [lambda at: []])
    assert nearest(places["KE"], language="en", at=NOW) == {}
