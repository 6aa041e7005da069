"""The demonstration's statements: recorded in order, relative to the day of loading, once."""

import tomllib

import pytest

from content.availability.load import load_statements
from content.availability.models import AvailabilityStatement, Publication
from tests.clock import NOW, instant
from tests.content.availability.conftest import DEMO


def other() -> dict:
    return tomllib.loads((DEMO / "availability_other.toml").read_text())


def test_history_keeps_its_own_instant_and_says_that_it_was_loaded(catalogue, programmes):
    rows = AvailabilityStatement.objects.filter(programme=programmes["QCP"], superseded_at=None)
    assert {row.recorded_at for row in rows} == {instant("2019-09-25")}
    assert all(row.publication.imported_at for row in rows)
    assert {row.area.code for row in rows if not row.dated} == {"US"}
    assert rows.get(area__code="BR").note_en.startswith("Countries outside the United States")


def test_what_is_stated_at_one_instant_is_one_publication(catalogue):
    assert Publication.objects.filter(recorded_at=instant("2019-09-25")).count() == 5  # QOPI, QCP, QTP6, QTP1, QCS


def test_the_scheduled_opening_is_published_now_by_one_and_approved_by_another(catalogue, places):
    row = AvailabilityStatement.objects.get(area=places["KE"])
    assert (row.valid_from, row.publication.imported_at) == (instant("2027-01-31T21:00"), None)
    assert (row.publication.by, row.publication.approved_by) == ("manager@demo.example", "second@demo.example")


def test_loading_again_writes_nothing(catalogue):
    before = Publication.objects.count(), AvailabilityStatement.objects.count()
    assert load_statements(other(), now=NOW) == 0
    assert (Publication.objects.count(), AvailabilityStatement.objects.count()) == before


@pytest.mark.parametrize(
    "loaded, opens",
    [("2026-11-22T10:00", "2027-01-31T21:00"), ("2026-10-31T20:59", "2026-12-31T21:00"), ("2026-10-31T21:00", "2027-01-31T21:00")],
)
def test_relative_means_the_third_month_after_loading_on_that_places_clock(places, programmes, loaded, opens):
    data = {"statement": [row for row in other()["statement"] if "relative" in row]}
    load_statements(data, now=instant(loaded))
    assert AvailabilityStatement.objects.get(area=places["KE"]).valid_from == instant(opens)


def test_notes_in_several_languages(places, programmes):
    row = {"programme": "QTP1", "places": ["CL"], "status": "on_request", "valid_from": instant("2027-01-01"), "source": "x", "author": "a"}
    load_statements({"statement": [row | {"note": {"en": "Ask.", "es": "Pregunte."}}]}, now=NOW)
    stated = AvailabilityStatement.objects.get()
    assert (stated.note_en, stated.note_es, stated.note_fr) == ("Ask.", "Pregunte.", None)
