"""The desk answers one question first: what waits for me?"""

import html

import pytest

from licensing.applications import erasing
from licensing.applications.rules import KEPT_UNSENT, WARNED_BEFORE, State
from licensing.web import turns
from licensing.web.turns import Section, TurnItem
from tests import build
from tests.clock import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)", register_name="Fundación de Prueba")


def desk(client, user, language="en") -> str:
    client.force_login(user)
    return html.unescape(client.get(f"/{language}/desk/").content.decode())


def test_a_new_organisation_reads_what_would_stand_here_and_where_to_go(client, eco):
    page = desk(client, build.owner_of(eco))
    assert "<h1>Nothing waits for you</h1>" in page and "No license yet" in page
    assert '<a class="button button--main" href="/en/licensing/">See what can be licensed</a>' in page and "<table" not in page


def test_a_draft_waits_for_who_may_write_it_and_what_was_sent_for_the_licensor(client, eco):
    build.draft(eco, filled=False)
    build.application_at(State.IN_REVIEW, eco, code="QCS-DH")
    page = desk(client, build.owner_of(eco))
    assert "<h1>One thing waits for you</h1>" in page and "Complete the application: Offering QTP1-L (DEMO)" in page
    yours, theirs = page.split('id="theirs"')
    assert "A-2026-0001" in yours and "A-2026-0002" in theirs and "5 January 2027" in theirs
    observer = desk(client, build.person(eco, "observer"))
    assert "<h1>Nothing waits for you</h1>" in observer and "A-2026-0001" in observer


def test_a_complete_draft_says_that_it_can_be_sent(client, eco):
    build.draft(eco)
    assert "Check and submit: Offering QTP1-L (DEMO)" in desk(client, build.owner_of(eco))


def test_a_draft_of_which_people_were_warned_says_when_it_goes_here_and_on_its_page(client, eco, monkeypatch):
    made, owner = build.draft(eco), build.owner_of(eco)
    assert "erased" not in desk(client, owner)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + KEPT_UNSENT - WARNED_BEFORE)
    erasing.warn_all(now=NOW + KEPT_UNSENT - WARNED_BEFORE)
    page = desk(client, owner)
    assert "22 November 2027" in page and "will be erased" in page
    page = html.unescape(client.get(f"/en/desk/applications/{made.number}/").content.decode())
    assert "Will be erased" in page and "22 November 2027" in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + KEPT_UNSENT)
    erasing.forget_old(now=NOW + KEPT_UNSENT)
    assert "Nothing waits for you" in desk(client, owner)
    page = html.unescape(client.get(f"/en/desk/applications/{made.number}/").content.decode())
    assert "It was closed, because nobody went on with it; what it held is erased" in page


def test_who_may_not_see_applications_sees_none(client, eco):
    build.draft(eco)
    page = desk(client, build.person(eco, "designer"))
    assert "A-2026-0001" not in page and "Offering QTP1-L" not in page


def test_one_organisations_desk_never_names_another(client, eco):
    build.draft(build.society("Other (DEMO)"))
    page = desk(client, build.owner_of(eco))
    assert "Other (DEMO)" not in page and "A-2026-0001" not in page


def test_other_rooms_add_turns_and_parts_and_the_nearest_day_comes_first(client, eco, monkeypatch):
    later = TurnItem(title="Later thing", url="/later/", due=TODAY.replace(day=29))
    sooner = TurnItem(title="Sooner thing", url="/sooner/", due=TODAY.replace(day=25), action="Sign")
    undated = TurnItem(title="Undated thing", url="/undated/")
    section = Section(key="x", title="Extra part", template="licensing/desk/applications.html", context={"applications": []}, half=True)
    monkeypatch.setattr(turns, "TURNS", [lambda acting, user, now: [undated, later, sooner]])
    monkeypatch.setattr(turns, "SECTIONS", [lambda acting, user, now: section])
    page = desk(client, build.owner_of(eco))
    assert "<h1>3 things wait for you</h1>" in page and "Extra part" in page
    assert page.index("Sooner thing") < page.index("Later thing") < page.index("Undated thing")


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/en/desk/").headers["Location"] == "/en/accounts/login/?next=/en/desk/"
