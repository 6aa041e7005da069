"""The same rows on every surface: page, map, country pages, API, file, command (AC4)."""

import csv
import io
import json
import re

import pytest
from django.core.management import CommandError, call_command

from content.availability.country import country
from content.availability.models import Publication
from content.availability.rules import OFFERED
from content.marks.rules import lacking
from i18n.places.models import Area
from tests.clock import NOW, instant

NAMES = {"en": "Spain", "es": "España", "ar": "إسبانيا", "fr": "Espagne", "pt-br": "Espanha"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Let the doors read NOW."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)


def table_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'<tr id="place-([\w-]+)" data-status="(\w+)">', html))


def map_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-place="([\w-]+)" data-is="(\w+)"', html))


def places_one_by_one(as_of: str, programme: str) -> dict[str, str]:
    """Return what the page of each of all places would print of the programme, where it does not rest on the parent."""
    found = {}
    for pk, code in Area.objects.filter(kind="place").values_list("pk", "code"):
        whole = country(pk, language="en", now=NOW, as_of=instant(as_of))
        here = next(one for one in whole.programmes if one.programme.code == programme)
        if here.bases and here.bases[0].kind != "parent":
            found[code] = here.status
    return found


def printed_status(client, code: str, as_of: str) -> str:
    html = client.get(f"/en/countries/{code}/?as_of={as_of}").content.decode()
    return re.search(r'<tr id="programme-QOPI" data-status="(\w+)">', html).group(1)


@pytest.mark.check("AC4")
@pytest.mark.row("A6")
@pytest.mark.parametrize("as_of", ["2014-01-01", "2019-10-01", "2020-02-01"])
def test_ac4_table_map_country_pages_and_api_say_the_same(catalogue, client, as_of):
    query = f"programme=QOPI&as_of={as_of}"
    page = client.get(f"/en/availability/?{query}").content.decode()
    api = client.get(f"/api/v1/availability?{query}").json()
    said = {row["code"]: row["status"] for row in api["places"]}
    rows = csv.DictReader(io.StringIO(client.get(f"/api/v1/availability?{query}&format=csv").content.decode()))
    printed = io.StringIO()
    call_command("availability", programme="QOPI", as_of=as_of, format="json", stdout=printed)
    assert len(said) == {"2014-01-01": 7, "2019-10-01": 43, "2020-02-01": 42}[as_of]
    assert table_of(page) == said
    assert map_of(page) == said
    if as_of == "2019-10-01":  # each of 254 places: once is enough
        assert places_one_by_one(as_of, "QOPI") == said
    for code in ("ES", "US", "AR", "GB", "GB-ENG", "JP"):
        assert printed_status(client, code, as_of) == said.get(code, "not_stated" if code != "GB-ENG" else said.get("GB", "not_stated"))
    assert {row["code"]: row["status"] for row in rows} == said
    assert json.loads(printed.getvalue()) == api
    assert api["available_count"] == sum(status in OFFERED for status in said.values())


def test_today_has_what_is_decided_for_later_beside_what_holds(catalogue, client):
    page = client.get("/en/availability/").content.decode()
    api = client.get("/api/v1/availability?programme=QOPI").json()
    said = {row["code"]: row["status"] for row in api["places"]}
    assert table_of(page) == said | {"KE": "scheduled"}
    assert map_of(page) == table_of(page)
    assert (api["as_of"], api["count"]) == ("2026-11-22T00:00:00Z", 46)
    assert "46 countries and territories on 22 November 2026. 1 more is decided for later." in page
    assert "1 February 2027, 00:00 in Nairobi (31 January 2027, 21:00 UTC)" in page


@pytest.mark.check("AC2")
def test_the_page_of_the_united_kingdom_says_why_it_is_not_on_the_list(lists, client):
    page = client.get("/en/countries/GB/?as_of=2020-02-01").content.decode()
    assert 'As of <time datetime="2020-02-01T00:00:00Z">1 February 2020, 00:00 UTC</time>' in page
    assert 'href="/api/v1/places/GB?as_of=2020-02-01&amp;language=en"' in page
    assert "31 January 2020, 24:00 in Brussels (23:00 UTC)" in page
    assert "then the place left the region: European Union" in page
    answer = client.get("/api/v1/places/GB?as_of=2020-02-01").json()
    qopi = next(row for row in answer["programmes"] if row["programme"] == "QOPI")
    assert qopi["ended"] == {"reason": "left_region", "region": "EU", "at": "2020-01-31T23:00:00Z"}
    assert (qopi["status"], qopi["sources"]) == ("not_stated", [])
    row = client.get("/api/v1/availability?programme=QOPI&as_of=2020-02-01&place=GB").json()
    assert (row["count"], row["ended"]) == (0, qopi["ended"])
    assert client.get("/api/v1/availability?programme=QOPI&as_of=2020-01-31T22:59:59Z&place=GB").json()["count"] == 1


def test_what_is_dropped_from_a_list_is_not_withdrawn(lists, client):
    answer = client.get("/api/v1/places/AE").json()
    qopi = next(row for row in answer["programmes"] if row["programme"] == "QOPI")
    assert (qopi["status"], qopi["ended"]) == ("not_stated", {"reason": "no_longer_stated", "at": "2019-09-25T00:00:00Z"})
    assert [event["status"] for event in qopi["history"]] == [None, "available"]


def test_a_territory_without_a_statement_shows_its_states_and_is_no_row(catalogue, client):
    page = client.get("/en/countries/PR/").content.decode()
    assert re.search(r'<tr id="programme-QTP1" data-status="available">', page)
    assert "as stated for: United States" in page
    qtp1 = next(row for row in client.get("/api/v1/places/PR").json()["programmes"] if row["programme"] == "QTP1")
    assert (qtp1["status"], qtp1["sources"][0]["kind"], qtp1["sources"][0]["code"]) == ("available", "parent", "US")
    assert "PR" not in table_of(client.get("/en/availability/?programme=QTP1").content.decode())
    england = client.get("/en/countries/GB-ENG/").content.decode()
    assert "England" in england
    assert "United Kingdom" in england


@pytest.mark.parametrize("language", NAMES)
def test_names_and_order_are_the_readers(catalogue, client, language):
    page = client.get(f"/{language}/countries/ES/").content.decode()
    assert f">{NAMES[language]}</h1>" in page
    assert NAMES[language] in client.get(f"/{language}/availability/").content.decode()


@pytest.mark.parametrize(
    "path, target",
    [
        ("/en/countries/es/", "/en/countries/ES/"),
        ("/es/countries/gb-eng/?as_of=2014-01-01", "/es/countries/GB-ENG/?as_of=2014-01-01"),
        ("/en/programmes/qopi/", "/en/programmes/QOPI/"),
    ],
)
def test_another_case_redirects(catalogue, client, path, target):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, target)


@pytest.mark.parametrize("path", ["/en/countries/ZZ/", "/en/programmes/NONE/", "/en/countries/EU/"])
def test_what_does_not_exist_is_404(catalogue, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query, words",
    [
        ("programme=NONE", "There is no program “NONE”."),
        ("as_of=2019-13-01", "“2019-13-01” is no date we can use."),
        ("as_of=2019-10-01T10:00", "“2019-10-01T10:00” is no date we can use."),
        ("known_at=yesterday", "“yesterday” is no date we can use."),
        ("as_of=0001-01-01T00:00:00%2B14:00", "is no date we can use."),
    ],
)
def test_a_bad_value_is_said_and_kept_on_the_page(catalogue, client, query, words):
    response = client.get(f"/en/availability/?{query}")
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<title>Error: " in page
    assert table_of(page) == {}


def test_a_bad_date_on_a_country_page_is_422(catalogue, client):
    response = client.get("/en/countries/ES/?as_of=x")
    assert response.status_code == 422
    assert "“x” is no date we can use." in response.content.decode()


def test_without_any_programme_the_page_says_so(places, client):
    response = client.get("/en/availability/")
    assert response.status_code == 200
    assert "No program is described yet" in response.content.decode()


@pytest.mark.parametrize(
    "asked, code",
    [("España", "ES"), ("espana", "ES"), ("المملكة العربية السعودية", "SA"), ("Kenia", "KE"), ("gb-eng", "GB-ENG"), ("XK", "XK")],
)
def test_a_country_is_found_by_any_name(catalogue, client, asked, code):
    response = client.get("/en/countries/", {"q": asked})
    assert (response.status_code, response["Location"]) == (302, f"/en/countries/{code}/")


def test_several_fits_are_listed_and_none_is_said(catalogue, client):
    page = client.get("/en/countries/", {"q": "guin"}).content.decode()
    assert re.findall(r'<a href="/en/countries/(\w+)/">', page)[:3] == ["GQ", "GN", "GW"]
    assert "No country or territory is called “Atlantis”" in client.get("/en/countries/", {"q": "Atlantis"}).content.decode()


def test_what_can_be_licensed_comes_from_above(catalogue, client, monkeypatch, programmes):
    from dataclasses import dataclass

    from content.availability import offers

    @dataclass
    class Offer:
        programme_id: int
        code: str
        name: str
        name_en: str

    asked = []

    def provider(place_id, *, at):
        asked.append((place_id, at))
        return [Offer(programmes["QTP1"], "QTP1-L", "Workshop license", "Workshop license")]

    monkeypatch.setattr(offers, "PROVIDERS", [provider])
    page = client.get("/en/countries/ES/").content.decode()
    assert '<a href="/en/licensing/QTP1-L/">Apply for a license</a>' in page
    assert asked == [(Area.objects.get(code="ES").pk, NOW)]


@pytest.mark.row("A8")
def test_the_feed_has_an_entry_for_each_publication(catalogue, client):
    response = client.get("/feeds/availability.atom")
    feed = response.content.decode()
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.count("<entry") == 10  # and what came at an instant of its own: a country left a region
    assert "Kenya: QOPI® from 1 February 2027, Available" in feed
    again = client.get("/feeds/availability.atom", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_reason_with_a_sign_xml_lacks_does_not_close_the_feed(catalogue, client, monkeypatch):
    monkeypatch.setattr(Publication, "reason", property(lambda _: "A\x01B", lambda *_: None))
    answer = client.get("/feeds/availability.atom")
    assert (answer.status_code, answer.content.decode().count("AB</summary>")) == (200, 9)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"programme": "NONE"}, "--programme: “NONE” is not usable"),
        ({"programme": "QOPI", "as_of": "soon"}, "--as-of: “soon” is not usable"),
        ({"programme": "QOPI", "known_at": "2019"}, "--known-at: “2019” is not usable"),
    ],
)
def test_the_command_refuses_in_one_line(catalogue, options, words):
    with pytest.raises(CommandError) as refused:
        call_command("availability", stdout=io.StringIO(), **options)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_licensing_says_what_can_be_licensed():
    from content.availability import offers
    from licensing.offerings import queries

    assert [queries.offers_in] == offers.PROVIDERS


def test_the_front_page_says_each_status_of_a_publication(catalogue):
    from content.availability.home import front

    news = [one.words for one in front(now=NOW, language="en").news]
    assert news[0] == "Kenya: QOPI® from 1 February 2027, Available"
    assert "United States: QTP, 1-day, Available; Brazil, India, and Spain: QTP, 1-day, By license" in news


HISTORY = [
    ("25 September 2019", "QCP", "available", []),
    ("25 September 2019", "QCS", "by_licence", []),
    ("about 2019", "QTP1", "by_licence", []),
    ("7 November 2017", "QOPI", "available", ["25 September 2019", "about 2023"]),
    ("about 2013", "QOPI", "pilot", []),
]


def test_the_history_has_one_line_for_each_change_newest_first_and_guessed_days_after_the_exact_ones_of_their_year(catalogue, client):
    found = country(Area.objects.get(code="ES").pk, language="en", now=NOW)
    lines = [(event.said.text, event.programme.code, event.status, [one.said.text for one in event.again]) for event in found.events]
    assert lines == HISTORY
    page = client.get("/en/countries/ES/").content.decode()
    assert page.count('<span class="timeline__at">') == len(HISTORY)
    assert 'Stated again: <time datetime="2019-09-25T00:00:00Z">25 September 2019</time>.' in page


def test_what_is_decided_for_later_stands_before_what_holds(catalogue):
    found = country(Area.objects.get(code="KE").pk, language="en", now=NOW)
    assert [(event.said.text, event.future) for event in found.events] == [("1 February 2027", True)]


@pytest.mark.check("AC12")
@pytest.mark.row("O1")
def test_ac12_each_format_has_a_state_of_its_own_and_each_program_its_words(catalogue, client):
    page = client.get("/en/countries/ES/").content.decode()
    states = dict(re.findall(r'<tr id="programme-(\w+)" data-status="(\w+)"', page))
    assert states == {"QOPI": "available", "QCP": "available", "QTP6": "not_stated", "QTP1": "by_licence", "QCS": "by_licence"}
    said = {row["programme"]: row["status"] for row in client.get("/api/v1/places/ES").json()["programmes"]}
    assert said == states


@pytest.mark.check("AC36")
@pytest.mark.parametrize("path", ["availability/", "availability/changes/", "countries/ES/", "countries/ES/badges/", "programmes/QCP/"])
def test_ac36_the_first_mention_on_a_page_has_its_mark(catalogue, client, path):
    html = client.get(f"/es/{path}").content.decode()
    text = re.sub(r'<(script|svg|span class="code")[^>]*>.*?</\w+>|<[^>]+>', " ", html.partition("<title>")[2], flags=re.DOTALL)
    assert "QOPI" in text
    assert lacking([text]) == []
