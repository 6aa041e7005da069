"""However long the history is, PostgreSQL finds the answers of an instant by the range index and not by reading all that was ever said."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from content.availability.models import AvailabilityStatement, Publication
from i18n.places.models import Area
from tests.clock import NOW, instant

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.row("A5")]
CURRENT = {"statement_now", "statement_next_start", "statement_next_end"}  # hold what we state now, and nothing superseded
AREAS, VERSIONS = 40, 10  # of each statement; all but the last superseded


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
                programme_id=programme, area_id=area, status="available", valid_from=instant(f"{2005 + 7 * n}-01-01"), publication=publication,
                valid_to=instant(f"{2012 + 7 * n}-01-01") if n < 2 else None, recorded_at=instant("2005-01-01") + timedelta(days=version),
                superseded_at=instant("2005-01-01") + timedelta(days=version + 1) if version < VERSIONS - 1 else None,
            )
            for programme in programmes.values()
            for area in areas[:AREAS]
            for n in range(3)
            for version in range(VERSIONS)
        ]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE content_availabilitystatement")
    rows = AvailabilityStatement.objects.of(programmes["QOPI"]).covering(as_of=as_of, known_at=None).values_list("covered_id", "status")
    assert len(rows) == AREAS
    plan = json.loads(rows.explain(format="json", analyze=True))[0]["Plan"]
    read = [node for node in nodes(plan) if node.get("Relation Name") == "content_availabilitystatement"]
    assert [node["Node Type"] for node in read if node["Node Type"] == "Seq Scan"] == []
    assert [node["Index Name"] for node in nodes(plan) if node.get("Index Name", "").startswith("statement")][0] in CURRENT
