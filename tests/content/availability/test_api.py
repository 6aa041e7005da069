"""The API: the documented answer, what it refuses, and that the same is not sent twice."""

import csv
import io

import pytest
from django.core.management import call_command

from i18n.places.models import Area
from tests.clock import NOW

BASE = "/api/v1"
pytestmark = pytest.mark.row("A8")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_the_documented_answer(lists, client):
    answer = client.get(f"{BASE}/availability?programme=QOPI&as_of=2019-10-01&known_at=2019-10-02").json()
    assert {key: answer[key] for key in ("programme", "as_of", "known_at", "count", "available_count")} == {
        "programme": "QOPI",
        "as_of": "2019-10-01T00:00:00Z",
        "known_at": "2019-10-02T00:00:00Z",
        "count": 43,
        "available_count": 43,
    }
    codes = [row["code"] for row in answer["places"]]
    assert codes == sorted(codes)
    spain = next(row for row in answer["places"] if row["code"] == "ES")
    document = 'The ASCO Post, "Raising the Quality of Cancer Care Globally", 2019-09-25'
    source = {"kind": "region", "code": "EU", "statement": document, "status": "available", "since": "2019-09-25T00:00:00Z"}
    assert spain == {
        "code": "ES",
        "name": "Spain",
        "status": "available",
        "since": "2019-09-25T00:00:00Z",
        "until": None,
        "sources": [source | {"until": None, "dated": True, "recorded_at": "2019-09-25T00:00:00Z", "note": None}],
    }


def test_the_version_is_that_of_the_content(lists, client):
    from portal.core.models import ContentVersion

    assert client.get(f"{BASE}/availability?programme=QOPI").json()["version"] == ContentVersion.current()


@pytest.mark.parametrize("query, count, available", [("place=ES", 1, 1), ("place=es", 1, 1), ("status=pilot", 6, 6), ("place=KE", 0, 0)])
def test_a_filter_counts_what_it_returns(lists, client, query, count, available):
    answer = client.get(f"{BASE}/availability?programme=qopi&as_of=2014-01-01&{query}").json()
    assert (answer["count"], answer["available_count"], len(answer["places"])) == (count, available, count)


@pytest.mark.parametrize(
    "path, field",
    [
        ("/availability", "programme"),
        ("/availability?programme=NONE", "programme"),
        ("/availability?programme=QOPI&as_of=2019-13-01", "as_of"),
        ("/availability?programme=QOPI&as_of=2019-10-01T10:00:00", "as_of"),
        ("/availability?programme=QOPI&known_at=now", "known_at"),
        ("/availability?programme=QOPI&place=ZZ", "place"),
        ("/availability?programme=QOPI&status=open", "status"),
        ("/availability?programme=QOPI&format=xml", "format"),
        ("/availability?programme=QOPI&language=de", "language"),
        ("/places?region=EFTA", "region"),
        ("/places?region=EU&as_of=x", "as_of"),
        ("/places/ES?known_at=x", "known_at"),
    ],
)
def test_a_bad_value_is_422_with_the_field(lists, client, path, field):
    response = client.get(BASE + path)
    body = response.json()
    assert (response.status_code, response["Content-Type"], body["status"]) == (422, "application/problem+json", 422)
    assert [error["field"] for error in body["errors"]] == [field]
    assert body["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/places/ZZ", "/places/EU"])
def test_what_does_not_exist_is_404(lists, client, path):
    assert client.get(BASE + path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/programmes",
        "/places",
        "/places?region=EU",
        "/places/ES",
        "/availability?programme=QOPI",
        "/availability?programme=QOPI&as_of=2019-10-01",
        "/availability?programme=QOPI&format=csv",
    ],
)
def test_every_answer_has_an_etag_and_is_not_sent_twice(lists, client, path):
    first = client.get(BASE + path)
    again = client.get(BASE + path, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content, again["ETag"]) == (200, 304, b"", first["ETag"])


@pytest.mark.row("A3")
@pytest.mark.parametrize("at, count", [("2012-01-01", 27), ("2013-07-01", 28), ("2020-01-31", 28), ("2020-02-01", 27)])
def test_the_members_of_the_union_are_those_of_the_day(lists, client, at, count):
    answer = client.get(f"{BASE}/places?region=EU&as_of={at}").json()
    assert (answer["count"], answer["region"], answer["as_of"]) == (count, "EU", f"{at}T00:00:00Z")
    assert ("GB" in {row["code"] for row in answer["places"]}) == (at != "2020-02-01")


def test_all_places_have_a_name_in_each_language(lists, client):
    for language in ("en", "es", "pt-br", "fr", "ar"):
        answer = client.get(f"{BASE}/places?language={language}").json()
        assert answer["count"] == 254
        assert all(row["name"] and row["name"] != row["code"] for row in answer["places"])


def test_programmes_keep_their_names_in_any_language(catalogue, client):
    answer = client.get(f"{BASE}/programmes?language=ar").json()
    assert [row["code"] for row in answer] == ["QOPI", "QCP", "QTP6", "QTP1", "QCS"]
    assert answer[4]["name"] == "Quality Care Symposium: ASCO Direct™ Highlights"


def test_a_plus_that_arrives_as_a_blank_is_a_plus(lists, client):
    answer = client.get(f"{BASE}/availability?programme=QOPI&as_of=2020-02-01T00:00:00+01:00").json()
    assert (answer["as_of"], answer["count"]) == ("2020-01-31T23:00:00Z", 42)


@pytest.mark.check("S41")
def test_no_name_in_a_file_is_a_formula_to_a_spreadsheet(client, lists, capsys):
    Area.objects.filter(code="ES").update(staff_name_en="=1+1")
    file = client.get("/api/v1/availability?programme=QOPI&format=csv").content.decode()
    call_command("availability", programme="QOPI", format="csv")
    for text in (file, capsys.readouterr().out):
        assert {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(text))}["ES"] == "'=1+1"
