"""What changed between two dates, on the page and in the API."""

import re

import pytest
from django.utils import timezone

from tests.clock import NOW

PAGE, API = "/en/availability/changes/", "/api/v1/availability/changes"
PERIOD = "programme=QOPI&from=2017-11-08&to=2020-02-01"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def rows(html: str) -> dict[str, str]:
    return dict(re.findall(r'<tr id="place-([\w-]+)" data-change="(\w+)">', html))


@pytest.mark.row("A5")
@pytest.mark.row("N5")
def test_page_and_api_say_the_same_of_two_lists_and_of_a_country_that_left(lists, client):
    answer = client.get(f"{API}?{PERIOD}").json()
    said = {row["code"]: row["change"] for row in answer["places"]}
    territories = dict.fromkeys(("AS", "GU", "MP", "PR", "UM", "VI"), "came")
    assert said == {"MX": "came", "NZ": "came", "PK": "came", "AR": "went", "AE": "went", "GB": "went"} | territories
    assert answer["counts"] == {"came": 9, "went": 3, "changed": 0, "passed": 0}
    assert (answer["from"], answer["to"]) == ("2017-11-08T00:00:00Z", "2020-02-01T00:00:00Z")
    kingdom = next(row for row in answer["places"] if row["code"] == "GB")
    assert (kingdom["at"], kingdom["left_region"], kingdom["before"], kingdom["after"]) == (
        "2020-01-31T23:00:00Z",
        "EU",
        "available",
        "not_stated",
    )
    html = client.get(f"{PAGE}?{PERIOD}").content.decode()
    assert rows(html) == said
    assert "Between 8 November 2017 and 1 February 2020: 9 places came and 3 places went." in html
    assert "The place left the region: European Union." in html
    assert "31 January 2020, 24:00 in Brussels (23:00 UTC)" in html
    assert f"/api/v1/availability/changes?{PERIOD}".replace("&", "&amp;") in html
    assert "/en/availability/?programme=QOPI&amp;as_of=2017-11-08" in html
    spanish = client.get(f"/es/availability/changes/?{PERIOD}").content.decode()
    assert "Entre el 8 de noviembre de 2017 y el 1 de febrero de 2020: entraron 9 lugares y salieron 3 lugares." in spanish


def test_what_we_knew_then_may_be_less(lists, client):
    later = client.get(f"{API}?programme=QOPI&from=2019-10-01&to=2024-01-01").json()
    known = client.get(f"{API}?programme=QOPI&from=2019-10-01&to=2024-01-01&known_at=2019-10-02").json()
    assert later["counts"]["came"] > 0
    assert {row["code"]: row["left_region"] for row in known["places"]} == {}


def test_without_dates_it_is_the_last_twelve_months(lists, client):
    answer = client.get(f"{API}?programme=QOPI").json()
    assert (answer["from"], answer["to"], answer["places"]) == ("2025-11-22T00:00:00Z", "2026-11-22T00:00:00Z", [])
    assert "Nothing changed between 22 November 2025 and 22 November 2026." in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "query, field, words",
    [
        ("from=2020-01-01&to=2019-01-01", "from", "The first date, 2020-01-01, is not before the second."),
        ("from=2019-01-01&to=2019-01-01", "from", "The first date, 2019-01-01, is not before the second."),
        ("from=soon", "from", "“soon” is no date we can use."),
        ("to=2019-13-01", "to", "“2019-13-01” is no date we can use."),
    ],
)
def test_bad_dates_are_said_and_kept(programmes, client, query, field, words):
    page = client.get(f"{PAGE}?programme=QOPI&{query}")
    assert (page.status_code, words in page.content.decode()) == (422, True)
    refused = client.get(f"{API}?programme=QOPI&{query}")
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [field])
