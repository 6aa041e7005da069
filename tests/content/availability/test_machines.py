"""What machines read: badges, feed and calendar, sitemap, structured data, answers that never change."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from content.availability import actions, queries
from content.availability.ics import fold
from content.availability.rules import Assertion, Status
from content.templatetags.availability_tags import json_ld
from portal.core.models import ContentVersion
from portal.core.periods import Period
from tests.clock import NOW, TICK, instant

OPENING = instant("2027-01-31T21:00")
BADGE = "/embed/en/QOPI/KE"
S = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Set what the doors read."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def to(at) -> None:
        now[0] = at

    return to


def sitemap(client, language: str = "en") -> dict[str, tuple[str | None, list[str]]]:
    root = ElementTree.fromstring(client.get(f"/sitemap-{language}.xml").content)
    return {
        row.findtext("s:loc", namespaces=S).partition(f"/{language}/")[2]: (
            row.findtext("s:lastmod", namespaces=S),
            [link.get("hreflang") for link in row.findall("x:link", S)],
        )
        for row in root.findall("s:url", S)
    }


@pytest.mark.check("AC35")
@pytest.mark.row("A4")
def test_ac35_feed_sitemap_and_badge_turn_over_at_the_instant_and_the_calendar_knew_it(catalogue, client, clock):
    entry = f"/availability/QOPI/{OPENING:%Y-%m-%dT%H:%M:%SZ}</id>"

    def said() -> tuple[bool, str | None, bool, bool]:
        badge = client.get(f"{BADGE}.svg").content.decode()
        calendar = client.get("/feeds/availability.ics").content.decode()
        feed = client.get("/feeds/availability.atom").content.decode()
        return entry in feed, sitemap(client)["countries/KE/"][0], "Available from" in badge, "DTSTART:20270131T210000Z" in calendar

    recorded = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    clock(OPENING - TICK)
    assert said() == (False, recorded, True, True)
    clock(OPENING)
    assert said() == (True, "2027-01-31T21:00:00Z", False, True)
    assert "1 February 2027, 00:00 in Nairobi (31 January 2027, 21:00 UTC)" in client.get("/feeds/availability.atom").content.decode()


def test_the_feed_tells_a_leave_by_its_date_and_the_calendar_holds_what_it_tells(catalogue, client, clock):
    feed = client.get("/feeds/availability.atom").content.decode()
    assert "United Kingdom: QOPI® no longer, left European Union" in feed
    clock(instant("2020-06-01"))
    told = set(re.findall(r"/availability/(\w+)/([\dTZ:-]+)</id>", client.get("/feeds/availability.atom").content.decode()))
    calendar = client.get("/feeds/availability.ics")
    held = set(re.findall(r"UID:availability-(\w+)-([\dTZ]+)@", calendar.content.decode()))
    assert told == {("QOPI", "2020-01-31T23:00:00Z")}
    assert {(code, re.sub("[:-]", "", at)) for code, at in told} <= held
    lines = calendar.content.split(b"\r\n")
    assert (calendar["Content-Type"], lines[0], lines[-2:]) == ("text/calendar; charset=utf-8", b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert max(map(len, lines)) <= 75
    again = client.get("/feeds/availability.ics", headers={"If-None-Match": calendar["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_long_line_is_folded_between_characters():
    folded = fold("SUMMARY:" + "é" * 60)
    assert [len(part) for part in folded.rstrip(b"\r\n").split(b"\r\n ")] == [74, 54]
    assert folded.replace(b"\r\n ", b"").decode() == "SUMMARY:" + "é" * 60 + "\r\n"


def test_the_sitemap_has_every_public_page_in_each_language_with_its_last_change(catalogue, client):
    found = sitemap(client, "es")
    assert {
        "availability/",
        "availability/changes/",
        "countries/",
        "countries/GB-ENG/",
        "programmes/QTP1/",
        "register/",
        "verify/",
    } <= found.keys()
    assert found["countries/GB/"] == ("2023-01-01T00:00:00Z", ["en", "es", "pt-br", "fr", "ar", "x-default"])
    assert found["countries/JP/"][0] is None
    index = client.get("/sitemap.xml")
    assert index.content.decode().count("<sitemap><loc>") == 5
    assert client.get("/sitemap.xml", headers={"If-None-Match": index["ETag"]}).status_code == 304
    assert client.get("/sitemap-xx.xml").status_code == 404
    assert "Sitemap: http" in client.get("/robots.txt").content.decode()


@pytest.mark.row("A8")
def test_a_badge_is_a_drawing_and_the_only_page_that_stands_in_a_frame(catalogue, client, settings):
    drawing, page = client.get("/embed/ar/QTP1/ES.svg"), client.get("/embed/ar/QTP1/ES/")
    root = ElementTree.fromstring(drawing.content)
    assert root.get("aria-label").startswith("QTP, 1-day · إسبانيا: ")
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "title", "rect", "path", "g", "text"}
    assert "default-src 'none'; sandbox" in drawing["Content-Security-Policy"]
    assert drawing["Cross-Origin-Resource-Policy"] == "cross-origin"
    html = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert f'data-status="by_licence" href="{settings.PORTAL_ORIGIN}/ar/countries/ES/#programme-QTP1"' in html
    assert "<script" not in html
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert "script-src" not in page["Content-Security-Policy"]
    assert not page.has_header("X-Frame-Options")
    assert not page.cookies
    again = client.get("/embed/ar/QTP1/ES/", headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, no-cache")
    country = client.get("/en/countries/ES/")
    assert "frame-ancestors 'none'" in country["Content-Security-Policy"]
    assert country["X-Frame-Options"] == "DENY"
    assert client.get("/embed/en/qtp1/es.svg")["Location"] == "/embed/en/QTP1/ES.svg"
    assert [client.get(path).status_code for path in ("/embed/xx/QTP1/ES.svg", "/embed/en/NONE/ES/", "/embed/en/QTP1/ZZ.svg")] == [404] * 3
    copied = client.get("/es/countries/ES/badges/").content.decode()
    assert f'&lt;img src="{settings.PORTAL_ORIGIN}/embed/es/QTP1/ES.svg"' in copied
    assert copied.count("&lt;iframe src=") == 5


@pytest.mark.row("A8")
@pytest.mark.row("N5")
def test_an_answer_with_a_version_never_changes(catalogue, client, places, programmes):
    version = ContentVersion.current()
    url = f"/api/v1/availability?programme=QOPI&as_of=2026-11-01&version={version}"
    first, table = client.get(url), client.get(f"{url}&format=csv")
    assert first["Cache-Control"] == "public, max-age=31536000, immutable"
    answer = first.json()
    assert (answer["version"], answer["count"], {row["name"] for row in answer["places"]}) == (version, 46, {None})
    actions.state(programmes["QOPI"], Assertion(places["JP"], Status.PILOT, Period(instant("2026-01-01"))), by="editor", now=NOW)
    places_now = client.get("/api/v1/availability?programme=QOPI&as_of=2026-11-01").json()
    assert places_now["count"] == 47
    assert client.get(url).content == first.content
    assert client.get(f"{url}&format=csv").content == table.content
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    now = ContentVersion.current()
    assert client.get(f"/api/v1/availability?programme=QOPI&as_of=2026-11-01&version={now}").json()["count"] == 47
    page = client.get("/en/availability/").content.decode()
    assert f"/api/v1/availability?programme=QOPI&amp;as_of=2026-11-22&amp;version={now}" in page
    for bad, field in (
        ("as_of=2026-11-01&version=x", "version"),
        (f"as_of=2026-11-01&version={now + 1}", "version"),
        (f"version={now}", "as_of"),
    ):
        refused = client.get(f"/api/v1/availability?programme=QOPI&{bad}")
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [field])
    both = client.get(f"{url}&known_at=2026-01-01")
    assert (both.status_code, "immutable" in both["Cache-Control"] if both.has_header("Cache-Control") else False) == (422, False)


def test_a_version_beneath_which_history_was_imported_is_refused_not_told_wrong(places, programmes):
    early = Assertion(places["ES"], Status.PILOT, Period(instant("2020-01-01")))
    actions.state(programmes["QCP"], early, by="editor", now=NOW)
    first = actions.unstate(programmes["QCP"], places["ES"], Period(instant("2019-01-01")), by="editor", now=NOW)
    assert queries.pinned(programmes["QOPI"], first.number) == first.recorded_at
    add = lambda current: {early}  # noqa: E731
    actions.publish(programmes["QOPI"], add, by="editor", now=instant("2020-01-01"), imported_at=NOW)
    assert queries.pinned(programmes["QOPI"], first.number) is None


def test_pages_say_their_data_in_schema_org(catalogue, client):
    def data(path: str) -> dict:
        html = client.get(path).content.decode()
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])

    spain, qopi = data("/es/countries/ES/"), data("/en/programmes/QOPI/")
    assert (spain["@type"], spain["about"], spain["inLanguage"]) == (
        "WebPage",
        {"@type": "Country", "name": "España", "identifier": "ES"},
        "es",
    )
    services = {one["name"]: one["description"] for one in spain["mainEntity"]["itemListElement"]}
    assert services["Quality Training Program, 1-day"] == "Mediante licencia"
    assert (qopi["@type"], qopi["identifier"], len(qopi["areaServed"])) == ("Service", "QOPI", 46)
    assert "ld+json" not in client.get("/en/countries/ES/?as_of=x").content.decode()


def test_structured_data_cannot_close_its_element():
    assert (
        json_ld({"name": "</script><b>&"})
        == '<script type="application/ld+json">{"name": "\\u003c/script\\u003e\\u003cb\\u003e\\u0026"}</script>'
    )


def test_a_visitor_who_has_the_page_is_told_so(catalogue, client):
    for path in ("/en/countries/", "/en/countries/ES/", "/en/programmes/QOPI/"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
