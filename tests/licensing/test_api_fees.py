"""Offerings and fees for machines: the worked sums, and 422 with the field for what cannot be used."""

import pytest

from tests import build, money
from tests.clock import NOW

pytestmark = pytest.mark.django_db
ESTIMATE = "/api/v1/fees/estimate"


@pytest.fixture(autouse=True)
def world(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    money.prices()
    build.offering("QTP1-L")
    build.offering("QCS-DH")


@pytest.mark.row("D1")
def test_the_estimate_says_what_it_rests_on(client):
    answer = client.get(ESTIMATE, {"offering": "QTP1-L", "place": "ES", "currency": "EUR", "on": "2027-01-15"})
    assert answer.status_code == 200 and answer["ETag"]
    assert answer.json() == {
        "offering": "QTP1-L", "place": "ES", "on": "2027-01-15", "schedule": "FS-2027", "currency": "EUR", "tier": "H", "tier_place": "ES",
        "tier_list_date": "2023-01-24", "total_minor": 280_000,
        "lines": [{"unit": "licence", "label": "License fee", "quantity": 1, "price_minor": 280_000, "amount_minor": 280_000}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "query, total, currency",
    [
        ({"offering": "QCS-DH", "place": "ES", "attendees": 220}, 676_000, "EUR"),
        ({"offering": "qtp1-l", "place": "br", "riders": 1}, 210_000, "USD"),
        ({"offering": "QTP1-L", "place": "IN"}, 90_000, "USD"),
        ({"offering": "QTP1-L", "place": "ES", "on": "2028-01-01", "currency": "eur"}, 294_000, "EUR"),
        ({"offering": "QTP1-L", "place": "ES", "currency": "USD"}, 300_000, "USD"),
    ],
)
def test_the_worked_sums(client, query, total, currency):
    answer = client.get(ESTIMATE, query).json()
    assert (answer["total_minor"], answer["currency"]) == (total, currency)


@pytest.mark.parametrize(
    "query, field",
    [
        ({"place": "ES"}, "offering"),
        ({"offering": "QTP1-L"}, "place"),
        ({"offering": "NONE", "place": "ES"}, "offering"),
        ({"offering": "QTP1-L", "place": "ZZ"}, "place"),
        ({"offering": "QTP1-L", "place": "VE"}, "place"),
        ({"offering": "QTP1-L", "place": "BR", "currency": "EUR"}, "currency"),
        ({"offering": "QTP1-L", "place": "ES", "currency": "JPY"}, "currency"),
        ({"offering": "QTP1-L", "place": "ES", "on": "2025-12-31"}, "on"),
        ({"offering": "QTP1-L", "place": "ES", "on": "soon"}, "on"),
        ({"offering": "QTP1-L", "place": "ES", "attendees": "-1"}, "attendees"),
        ({"offering": "QTP1-L", "place": "ES", "attendees": "5"}, "offering"),
    ],
)
def test_what_cannot_be_used_names_its_field(client, query, field):
    answer = client.get(ESTIMATE, query)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_currencies_that_are_accepted_are_named(client):
    errors = client.get(ESTIMATE, {"offering": "QTP1-L", "place": "BR", "currency": "EUR"}).json()["errors"]
    assert errors == [{"field": "currency", "detail": "Use one of the currencies offered for the place: USD"}]


def test_offerings_are_listed_with_rights_and_editions(client):
    answer = client.get("/api/v1/offerings").json()
    assert answer["count"] == 2
    found = {row["code"]: row for row in answer["offerings"]}
    assert (found["QTP1-L"]["term_years"], found["QTP1-L"]["programme"], found["QTP1-L"]["editions"], found["QTP1-L"]["open"]) == (
        2,
        "QTP1",
        [],
        True,
    )
    assert [right["code"] for right in found["QCS-DH"]["rights"]] == ["abstracts", "slides", "briefing", "organiser", "logo"]
    assert (found["QCS-DH"]["editions"], found["QCS-DH"]["closed_to"]) == (["2027"], [])
