"""The published lists, asked at their dates: AC1, AC2, AC3, AC8, AC37 and the edges of two clocks."""

import json
from datetime import timedelta

import pytest

from content.availability import actions, queries
from content.availability.load import load_lists
from content.availability.models import AvailabilityStatement, Publication
from content.availability.rules import OFFERED, Assertion, Status, ended
from i18n.places.models import Area
from portal.core.models import ContentVersion
from portal.core.periods import Period
from tests.clock import NOW, TICK, instant
from tests.content.availability import in_sql
from tests.content.availability.conftest import DEMO

EU_2019 = set("AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
TERRITORIES = set("AS GU MP PR UM VI".split())
LIST_2019 = set("AU BR IN MX NZ PK PH SA US".split()) | EU_2019 | TERRITORIES


@pytest.fixture(params=["python", "sql"])
def offered(request, programmes):
    """Codes of the places where a programme is offered, by each way of resolving."""

    def codes(as_of: str, known_at: str | None = None, programme: str = "QOPI") -> set[str]:
        clocks = {"as_of": instant(as_of), "known_at": known_at and instant(known_at)}
        if request.param == "sql":
            found = {place for place, status in in_sql.deciding(programmes[programme], **clocks) if status in OFFERED}
        else:
            found = {place for place, answer in queries.answers(programmes[programme], **clocks).items() if answer.status in OFFERED}
        return set(Area.objects.filter(pk__in=found).values_list("code", flat=True))

    return codes


@pytest.mark.check("AC1")
def test_ac1_the_2019_list_means_43_places(lists, offered):
    assert offered("2019-10-01") == LIST_2019
    assert len(LIST_2019) == 43


@pytest.mark.check("AC2")
@pytest.mark.row("A3")
def test_ac2_the_united_kingdom_leaves_with_the_union(lists, offered, programmes, places):
    assert offered("2020-02-01") == LIST_2019 - {"GB"}
    assert "HR" in offered("2020-02-01")
    sources = queries.spans(places=[places["GB"]])[programmes["QOPI"]]
    why = ended(sources, by=instant("2020-02-01"))
    assert (why.reason, why.last.area_code, why.at) == ("left_region", "EU", instant("2020-01-31T23:00:00"))


@pytest.mark.check("AC3")
def test_ac3_the_2017_list_has_argentina_and_the_emirates(lists, offered):
    found = offered("2017-11-08")
    assert found == EU_2019 | {"AR", "AU", "BR", "IN", "PH", "SA", "AE", "US"}
    assert len(found) == 36
    assert not {"MX", "NZ", "PK"} & found


@pytest.mark.parametrize("at, there", [("2020-01-31T22:59:59", True), ("2020-01-31T23:00:00", False)])
def test_the_united_kingdom_leaves_at_an_instant(lists, offered, at, there):
    assert ("GB" in offered(at)) is there


def test_the_first_list_is_a_pilot_with_england(lists, programmes, places):
    found = queries.answers(programmes["QOPI"], as_of=instant("2014-01-01"))
    assert {answer.status for answer in found.values()} == {"pilot", "available"}
    assert found[places["GB-ENG"]].status == "pilot"
    assert found[places["US"]].status == "available"
    assert len(found) == 7
    assert places["GB"] not in found


@pytest.mark.check("AC8")
@pytest.mark.row("A2")
def test_ac8_mexico_has_qopi_and_no_certification(catalogue, offered):
    assert "MX" in offered("2026-11-22", programme="QOPI")
    assert offered("2026-11-22", programme="QCP") == {"BR", "GR", "RO", "SA", "ES", "US"}


@pytest.mark.check("AC37")
@pytest.mark.row("A5")
def test_ac37_a_late_finding_does_not_change_what_we_said(lists, offered, places, programmes):
    peru = Assertion(places["PE"], Status.AVAILABLE, Period(instant("2021-05-01")))
    actions.state(programmes["QOPI"], peru, by="editor", now=instant("2026-11-22"))
    assert "PE" in offered("2022-01-01")
    assert "PE" not in offered("2022-01-01", "2026-11-01")


@pytest.mark.row("A5")
def test_what_we_knew_in_2019_has_no_later_list(lists, offered):
    assert offered("2026-01-01", "2019-10-01") == LIST_2019
    assert "CL" in offered("2026-01-01")
    assert "GB" in offered("2020-06-01", "2020-01-01")  # the end of its membership was recorded when it came


@pytest.mark.parametrize("at, there", [("2027-01-31T20:59:59", False), ("2027-01-31T21:00:00", True)])
@pytest.mark.row("A4")
def test_kenya_opens_at_its_own_midnight(catalogue, offered, at, there):
    assert ("KE" in offered(at)) is there


def test_a_tick_decides(lists, offered):
    assert offered("2019-09-25") == LIST_2019
    before = (instant("2019-09-25") - TICK).isoformat()
    assert {"AR", "AE"} <= offered(before)


def test_the_own_statement_decides_and_the_region_is_still_shown(lists, places, programmes):
    own = Assertion(places["ES"], Status.SUSPENDED, Period(instant("2019-11-01"), instant("2019-12-01")))
    actions.state(programmes["QOPI"], own, by="editor", now=NOW)
    answer = queries.answers(programmes["QOPI"], as_of=instant("2019-11-05"))[places["ES"]]
    assert (answer.status, [source.area_code for source in answer.sources]) == ("suspended", ["ES", "EU"])
    after = queries.answers(programmes["QOPI"], as_of=instant("2019-12-01"))[places["ES"]]
    assert (after.status, [source.area_code for source in after.sources]) == ("available", ["EU"])


def test_since_and_until_are_cut_by_the_membership(lists, places, programmes):
    found = queries.answers(programmes["QOPI"], as_of=instant("2019-10-01"))
    spain, kingdom = found[places["ES"]], found[places["GB"]]
    assert (spain.since, spain.until) == (instant("2019-09-25"), instant("2023-01-01"))
    assert (kingdom.since, kingdom.until) == (instant("2019-09-25"), instant("2020-01-31T23:00:00"))
    known_then = queries.answers(programmes["QOPI"], as_of=instant("2019-10-01"), known_at=instant("2019-10-01"))
    assert (known_then[places["ES"]].until, known_then[places["GB"]].until) == (None, None)


def test_a_frozen_region_keeps_its_leaver(places, programmes):
    frozen = Assertion(places["EU"], Status.AVAILABLE, Period(instant("2019-09-25")), members_at=instant("2019-09-25"))
    actions.state(programmes["QTP1"], frozen, by="editor", now=NOW)
    found = queries.answers(programmes["QTP1"], as_of=instant("2020-06-01"))
    assert len(found) == 28
    assert found[places["GB"]].until is None


def test_an_unchanged_statement_keeps_its_row(lists, places, programmes):
    before = set(AvailabilityStatement.objects.known_at(None).values_list("pk", flat=True))
    kenya = Assertion(places["KE"], Status.PILOT, Period(instant("2020-01-01")))
    actions.state(programmes["QOPI"], kenya, by="editor", now=NOW)
    after = set(AvailabilityStatement.objects.known_at(None).values_list("pk", flat=True))
    assert before < after
    assert len(after - before) == 1


def test_publishing_the_same_again_writes_nothing(lists, programmes):
    before = ContentVersion.current(), Publication.objects.count(), AvailabilityStatement.objects.count()
    assert actions.publish(programmes["QOPI"], lambda current: current, by="editor", now=NOW) is None
    assert (ContentVersion.current(), Publication.objects.count(), AvailabilityStatement.objects.count()) == before


def test_loading_the_lists_again_writes_nothing(lists):
    before = ContentVersion.current(), AvailabilityStatement.objects.count()
    assert load_lists(json.loads((DEMO / "availability.json").read_text()), now=NOW) == 0
    assert (ContentVersion.current(), AvailabilityStatement.objects.count()) == before


def test_a_list_carries_its_source_and_both_instants(lists):
    row = AvailabilityStatement.objects.get(area__code="EU", valid_from=instant("2019-09-25"), superseded_at=None)
    assert row.source == 'The ASCO Post, "Raising the Quality of Cancer Care Globally", 2019-09-25'
    assert (row.valid_to, row.recorded_at) == (instant("2023-01-01"), instant("2023-01-01"))
    first = AvailabilityStatement.objects.get(area__code="EU", valid_from=instant("2019-09-25"), superseded_at=instant("2023-01-01"))
    assert (first.valid_to, first.recorded_at) == (None, instant("2019-09-25"))
    assert first.publication.imported_at == NOW - timedelta(days=1)
    assert not AvailabilityStatement.objects.filter(area__code="GB-ENG", dated=True).exists()


def test_history_is_not_imported_under_something_newer(lists, programmes):
    late = {"programme": "QOPI", "snapshots": [{"id": "L0", "valid_from": "2012-01-01T00:00:00Z", "recorded_at": "2012-01-01T00:00:00Z"}]}
    late["snapshots"][0] |= {"dated": True, "source": "x", "status": "pilot", "places": ["ES"], "regions": []}
    before = AvailabilityStatement.objects.count()
    with pytest.raises(actions.NotImportable) as refused:
        load_lists(late, now=NOW)
    assert (refused.value.code, AvailabilityStatement.objects.count()) == ("recorded_later", before)


def test_the_next_change_is_the_next_edge_of_a_statement_or_a_membership(lists, programmes):
    qopi, leaving = programmes["QOPI"], instant("2020-01-31T23:00:00")
    assert queries.next_change(qopi, after=instant("2019-10-01")) == leaving
    assert queries.next_change(qopi, after=leaving - TICK) == leaving
    assert queries.next_change(qopi, after=leaving) == instant("2023-01-01")
    assert queries.next_change(qopi, after=instant("2023-01-01")) is None
    assert queries.last_change(qopi, by=instant("2019-10-01")) == instant("2019-09-25")


def test_the_window_of_an_answer_is_a_day_cut_by_changes(catalogue, programmes):
    qopi = programmes["QOPI"]
    assert queries.window(qopi, now=NOW) == Period(instant("2026-11-22"), instant("2026-11-23"))
    assert queries.window(qopi, now=instant("2027-01-31T20:59:59")) == Period(instant("2027-01-31"), instant("2027-01-31T21:00"))
    assert queries.window(qopi, now=instant("2027-01-31T21:00")) == Period(instant("2027-01-31T21:00"), instant("2027-02-01"))


def test_a_membership_is_recorded_once_and_the_old_knowledge_stays(lists, places, programmes, offered):
    gone = Period(instant("2026-12-01"))
    publication = actions.record_membership(places["EU"], places["HU"], gone, member=False, by="editor", now=NOW, source="treaty")
    assert (publication.reason, publication.recorded_at) == ("treaty", NOW)
    assert "HU" not in offered("2026-12-02")
    assert "HU" in offered("2026-11-30T23:59:59")
    assert "HU" in offered("2026-12-02", "2026-11-21")
    version = ContentVersion.current()
    assert actions.record_membership(places["EU"], places["HU"], gone, member=False, by="editor", now=NOW) is None
    assert ContentVersion.current() == version
