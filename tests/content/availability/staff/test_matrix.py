"""The matrix in the CMS: what it shows as of an instant, and how what is picked in it becomes drafts."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.availability import drafting
from content.availability.changes import AvailabilityChange
from content.availability.drafting import NewRow
from portal.core.models import OutboxMessage
from tests.content.availability.test_changes import client_of

pytestmark = [pytest.mark.row("A9"), pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]
URL = "/cms/availability/"
CELL = re.compile(
    r'<td data-status="(\w+)"><label class="([\w ]+)" title="([^"]+)"><input type="checkbox" name="cell" value="([^"]+)"( checked)?>'
)


def cells(response) -> dict[str, tuple[str, str, str]]:
    """Return what the page prints: cell -> colour, marks, title."""
    return {
        value: (colour, marks.removeprefix("cell").strip(), title)
        for colour, marks, title, value, _on in CELL.findall(response.content.decode())
    }


def test_it_shows_the_answers_of_an_instant(manager):
    now = cells(manager.get(URL + "?as_of=2027-01-01"))
    assert now["BR.QOPI"] == ("available", "", "Brazil, QOPI: Available")
    assert now["ES.QOPI"] == ("available", "via", "Spain, QOPI: Available, through the region: European Union")
    assert now["EU.QOPI"] == ("available", "", "European Union, QOPI: Available")
    assert now["IN.QTP1"] == ("licence", "", "India, QTP1: By license")
    assert now["KE.QOPI"] == ("available", "", "Kenya, QOPI: Available from a later date")
    assert now["KE.QCP"] == ("unstated", "", "Kenya, QCP: Not stated")
    assert now["AX.QOPI"][1] == "via"
    assert len(now) == 5 * (len({cell.split(".")[0] for cell in now}))
    assert cells(manager.get(URL + "?as_of=2027-06-01"))["KE.QOPI"] == ("available", "", "Kenya, QOPI: Available")
    assert cells(manager.get(URL + "?as_of=2010-01-01"))["BR.QOPI"][0] in ("unstated", "available")


ROWS = {
    "q=brazil": {"BR"},
    "q=ke": {"KE"},
    "q=ESPAÑA": set(),
    "region=EU&q=spain": {"ES"},
    "region=EU&q=brazil": set(),
    "status=by_licence&as_of=2027-01-01": {"BR", "ES", "IN"},
    "status=scheduled&as_of=2027-01-01": {"KE"},
    "status=withdrawn": set(),
    "programme=QTP1&status=stated&as_of=2027-01-01": {"BR", "ES", "IN", "US"},
}


def test_rows_are_narrowed(manager):
    answers = {query: manager.get(f"{URL}?{query}") for query in ROWS}
    assert {query: {cell.split(".")[0] for cell in cells(answer)} for query, answer in answers.items()} == ROWS
    assert {query for query, answer in answers.items() if "No place fits" in answer.content.decode()} == {
        q for q, rows in ROWS.items() if not rows
    }


def test_what_cannot_be_asked_is_said(manager):
    assert [manager.get(f"{URL}?{query}").status_code for query in ("as_of=soon", "region=QQ", "status=open")] == [422] * 3


def test_its_cost_does_not_depend_on_the_places_or_the_drafts(manager, staff, places, programmes):
    def asked(query):
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(URL + query).status_code == 200
        return len(queries)

    asked("")
    few, many = asked("?q=kenya"), asked("")
    assert few == many
    for code in ("KE", "IN", "ES"):
        drafting.draft(programmes["QOPI"], [NewRow(places[code], "pilot", date(2027, 1, 1))], by=staff["writer"], reason=code)
    assert asked("") == many


def send(client, query="", **fields):
    data = {"status": "pilot", "valid_from": "2027-04-01", "valid_to": "", "reason": "Spring", "source": "A letter", **fields}
    return client.post(URL + query, data)


def waiting():
    return {
        one.programme.code: (one.by, one.reason, [(row.area, row.status, str(row.first), row.last, row.notes) for row in one.rows])
        for one in drafting.waiting()
    }


def test_picked_cells_become_one_draft_a_program(manager, staff, places):
    writer = str(staff["writer"])
    response = send(manager, cell=["KE.QOPI", "IN.QOPI", "KE.QCP"], note_en="Ask.", note_es="Pregunte.", valid_to="2027-12-31")
    assert response.status_code == 302
    notes, last = (("en", "Ask."), ("es", "Pregunte.")), date(2027, 12, 31)
    assert waiting() == {
        "QOPI": (
            writer,
            "Spring",
            [(places["IN"], "pilot", "2027-04-01", last, notes), (places["KE"], "pilot", "2027-04-01", last, notes)],
        ),
        "QCP": (writer, "Spring", [(places["KE"], "pilot", "2027-04-01", last, notes)]),
    }
    marks = {cell: found[1] for cell, found in cells(manager.get(URL + "?q=ke")).items()}
    assert marks == {"KE.QOPI": "draft", "KE.QCP": "draft", "KE.QTP6": "", "KE.QTP1": "", "KE.QCS": ""}


def test_a_row_and_a_column_are_picked_as_far_as_they_are_shown(manager, places):
    response = send(manager, "?region=US_TERRITORIES&programme=QTP6", row=["BR"], column=["QTP6", "QOPI"], status="none")
    assert response.status_code == 302
    [(code, (_by, _reason, rows))] = waiting().items()
    names = {pk: code for code, pk in places.items()}
    assert (code, sorted(names[row[0]] for row in rows)) == ("QTP6", ["AS", "GU", "MP", "PR", "UM", "US_TERRITORIES", "VI"])
    assert {row[1] for row in rows} == {""}


def test_cells_go_into_an_open_draft_and_two_people_lose_nothing(manager, staff, places, programmes):
    change = drafting.draft(programmes["QOPI"], [NewRow(places["ES"], "pilot", date(2027, 1, 1))], by=staff["second"], reason="Openings")
    for client, cell in ((manager, "KE.QOPI"), (client_of(staff["second"]), "IN.QOPI")):
        assert send(client, cell=[cell], into=change.pk, reason="").headers["Location"] == f"/cms/availability-changes/{change.pk}/"
    [(_by, reason, rows)] = waiting().values()
    assert (reason, [row[0] for row in rows]) == ("Openings", [places["ES"], places["KE"], places["IN"]])
    change.refresh_from_db()
    assert change.authors(change.latest_revision) == {staff["writer"].pk, staff["second"].pk}


@pytest.mark.parametrize(
    "fields, said",
    [
        ({}, "No cell is picked."),
        ({"cell": ["QQ.QOPI", "KE.NOPE", "nonsense"]}, "No cell is picked."),
        ({"cell": ["KE.QOPI"], "status": ""}, "This field is required."),
        ({"cell": ["KE.QOPI"], "status": "open"}, "Select a valid choice"),
        ({"cell": ["KE.QOPI"], "valid_from": "soon"}, "Enter a valid date."),
        ({"cell": ["KE.QOPI"], "valid_to": "2027-03-31"}, "The last day is before the first."),
        ({"cell": ["KE.QOPI"], "valid_to": "9999-12-31"}, "less than or equal to 2199-12-31"),
        ({"cell": ["KE.QOPI"], "valid_from": "0001-01-01"}, "greater than or equal to 1900-01-01"),
        ({"cell": ["KE.QOPI"], "reason": " "}, "This field is required."),
        ({"cell": ["KE.QOPI"], "note_ar": "x" * 301}, "at most 300 characters"),
        ({"cell": ["KE.QOPI"], "into": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_drafted_is_said_and_stays_picked(manager, fields, said):
    response = send(manager, **fields)
    assert response.status_code == 422 and said in response.content.decode()
    picked = {value for *_, value, on in CELL.findall(response.content.decode()) if on}
    assert picked == {cell for cell in fields.get("cell", []) if cell == "KE.QOPI"}
    assert (AvailabilityChange.objects.count(), OutboxMessage.objects.filter(done_at=None).count()) == (0, 0)


def test_a_draft_of_another_program_takes_nothing(manager, staff, places, programmes):
    change = drafting.draft(programmes["QCP"], [NewRow(places["ES"], "pilot", date(2027, 1, 1))], by=staff["second"], reason="Openings")
    response = send(manager, cell=["KE.QOPI"], into=change.pk)
    assert response.status_code == 422 and "No cell of that draft’s program is picked" in response.content.decode()
    assert (AvailabilityChange.objects.count(), change.revisions.count()) == (1, 1)


def test_who_may_only_read_has_no_boxes_and_drafts_nothing(staff, auditor):
    page = auditor.get(URL).content.decode()
    assert "Kenya, QOPI: Available from a later date" in page and 'type="checkbox"' not in page and "Add to a draft" not in page
    assert send(auditor, cell=["KE.QOPI"]).status_code in (302, 403)
    assert send(client_of(staff["editor"]), cell=["KE.QOPI"]).status_code in (302, 403)
    assert AvailabilityChange.objects.count() == 0


def test_a_sheet_and_a_place_say_what_is_stated_by_whom(manager, staff, places, programmes):
    drafting.draft(programmes["QOPI"], [NewRow(places["KE"], "pilot", date(2027, 1, 1))], by=staff["second"], reason="Kenya earlier")
    sheet = manager.get(f"{URL}programmes/QOPI/").content.decode()
    assert (
        sheet.index("Kenya earlier")
        < sheet.index("Holds now")
        < sheet.index('places/EU/">')
        < sheet.index('places/BR/">')
        < sheet.index("Is over")
    )
    assert "Decided for later" in sheet and sheet.count('"Who">loaded from a published list') == 4
    place = manager.get(f"{URL}places/ke/").content.decode()
    assert "Kenya earlier" in place and "What the public reads today" in place and "Not stated" in place
    region = manager.get(f"{URL}places/EU/").content.decode()
    assert "Countries and territories" in region and 'places/ES/">' in region and 'places/GB/">' not in region
    for path in ("programmes/NOPE/", "places/QQ/"):
        assert manager.get(URL + path).status_code == 404


def test_a_sheet_costs_the_same_for_few_places_and_for_many(manager):
    counts = []
    for code in ("QOPI", "QCS"):
        manager.get(f"{URL}programmes/{code}/")
        with CaptureQueriesContext(connection) as queries:
            manager.get(f"{URL}programmes/{code}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
