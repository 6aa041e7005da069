"""However long the history is, PostgreSQL finds the answers of an instant by the range index and not by reading all that was ever said."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from content.availability.models import AvailabilityStatement, Publication
from i18n.places.models import Area
from tests.clock import NOW, instant

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.row("A5")]
AREAS, PERIODS, VERSIONS = 40, 30, 4  # a period is a year; all versions but the last are superseded


def nodes(plan: dict):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("as_of", [NOW, instant("2011-06-01")])
def test_an_instant_is_found_by_the_range_index(places, programmes, as_of):
    publication = Publication.objects.create(number=1000, recorded_at=instant("2005-01-01"), by="x")
    areas = Area.objects.filter(kind="place", parent=None).values_list("pk", flat=True)
    AvailabilityStatement.objects.bulk_create(
        [
            AvailabilityStatement(
                programme_id=programmes["QOPI"], area_id=area, status="available", publication=publication,
                valid_from=instant(f"{2000 + year}-01-01"), valid_to=instant(f"{2001 + year}-01-01"),
                recorded_at=instant("2005-01-01") + timedelta(days=version),
                superseded_at=instant("2005-01-01") + timedelta(days=version + 1) if version < VERSIONS - 1 else None,
            )
            for area in areas[:AREAS]
            for year in range(PERIODS)
            for version in range(VERSIONS)
        ]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE content_availabilitystatement, i18n_regionmembership, i18n_area")  # as a database in use is
    rows = AvailabilityStatement.objects.of(programmes["QOPI"]).covering(as_of=as_of, known_at=None).values_list("covered_id", "status")
    assert len(rows) == AREAS
    plan = json.loads(rows.explain(format="json", analyze=True))[0]["Plan"]
    read = [node for node in nodes(plan) if node.get("Relation Name") == "content_availabilitystatement"]
    assert [node["Node Type"] for node in read if node["Node Type"] == "Seq Scan"] == []
    assert "statement_now" in [node.get("Index Name") for node in nodes(plan)]
