"""A second licence for the same thing: the applicant is told before beginning and before sending, says why, and staff read it."""

import html
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from content.availability.load import load_statements
from i18n.places.load import load_places
from licensing.applications import queries
from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.history.models import Event
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import stop

pytestmark = pytest.mark.django_db
APPLY = "/en/licensing/QTP1-L/apply/"
SAID = "You hold license L-2026-0001 for this: Spain, until 22 November 2027."


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)")


@pytest.fixture
def owner(client, eco):
    client.force_login(build.owner_of(eco))
    return client


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(answer.content.decode())).split())


def check(application) -> str:
    return reverse("application_check", args=[application.number])


def test_the_start_page_and_the_offering_name_the_licence_that_is_held(owner, eco):
    licence = story.licence(eco)
    for page in (APPLY, "/en/licensing/QTP1-L/"):
        answer = owner.get(page)
        assert SAID in text(answer) and f'href="{reverse("licence", args=[licence.number])}"' in answer.content.decode()
    assert "Begin an application for another license" in text(owner.get(APPLY))
    assert SAID not in text(owner.get("/en/licensing/QCS-DH/"))


def test_a_second_licence_for_the_same_is_refused_without_a_reason_and_nothing_is_sent(owner, eco):
    story.licence(eco)
    draft = build.draft(eco)
    assert SAID in text(owner.get(check(draft)))
    answer = owner.post(check(draft), {"why": "  "}, follow=True)
    assert "Your organization holds license L-2026-0001 for this already." in text(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.revisions.count(), Event.objects.of(draft).filter(command="submit").count()) == ("draft", 0, 0)


def test_the_last_day_that_is_told_is_the_one_of_a_notice(owner, client, eco):
    stop(story.licence(eco).pk, "end", reason="x", now=NOW, last_day=date(2026, 12, 15))
    draft = build.draft(eco)
    assert "until 15 December 2026." in text(owner.get(check(draft)))
    owner.post(check(draft), {"why": "We go on under another agreement."})
    client.force_login(build.staff("Licensing managers"))
    assert "Spain, until 15 December 2026" in text(client.get(reverse("staff_application", args=[draft.number])))


def test_the_reason_is_sent_with_it_and_stands_beside_the_decision(owner, client, eco):
    story.licence(eco)
    draft = build.draft(eco)
    owner.post(check(draft), {"why": "A second team works apart."})
    sent = Event.objects.of(draft).get(command="submit")
    assert (sent.reason, sent.payload["held"]) == ("A second team works apart.", ["L-2026-0001"])
    client.force_login(build.staff("Licensing managers"))
    page = text(client.get(reverse("staff_application", args=[draft.number])))
    assert "The applicant holds a license for the same already" in page
    assert "Why another one, in the applicant’s words: A second team works apart." in page


def test_what_is_not_the_same_needs_no_reason(owner, eco):
    story.licence(eco)
    build.place("PT")
    draft = build.draft(eco, activity_places=["PT"])
    assert SAID not in text(owner.get(check(draft)))
    owner.post(check(draft))
    assert Application.objects.get(pk=draft.pk).state == State.SUBMITTED
    assert Event.objects.of(draft).get(command="submit").payload.keys() == {"revision", "sha256", "due"}


@pytest.mark.parametrize(
    "made, held",
    [
        (lambda eco: story.licence(eco), 1),
        (lambda eco: story.licence(eco, begins=NOW + timedelta(days=5)), 1),
        (lambda eco: stop(story.licence(eco).pk, reason="x", now=NOW), 1),
        (lambda eco: story.licence(eco, ends=NOW), 0),
        (lambda eco: stop(story.licence(eco).pk, "end", kind="terminated", reason="x", now=NOW), 0),
        (lambda eco: stop(story.licence(eco).pk, "end", reason="x", now=NOW, last_day=NOW.date()), 1),
        (lambda eco: story.licence(eco, "QCS-DH"), 0),
    ],
)
def test_what_is_held(eco, made, held):
    made(eco)
    assert queries.held(eco, build.offering(), at=NOW).count() == held


STATED = [{"programme": "QTP1", "places": ["ES"], "status": "by_licence", "valid_from": NOW, "recorded_at": NOW, "source": "S"}]


@pytest.mark.parametrize(
    "place, closed, said, unsaid",
    [
        ("ES", False, "You may apply whatever the availability is", "We have said neither yes nor no there."),
        ("SE", False, "We have said neither yes nor no there. You may apply whatever the availability is", "This license is not offered"),
        ("SE", True, "This license is not offered for Sweden now. You may apply for other countries", "You may apply, whatever"),
    ],
)
def test_the_start_page_says_what_is_stated_there_and_whether_one_may_apply(client, place, closed, said, unsaid):
    load_places()
    society = build.society(at=place)
    offering = build.offering()
    load_statements({"statement": STATED}, now=NOW)
    if closed:
        offering.closed_to.add(society.place)
    client.force_login(build.owner_of(society))
    answer = client.get(APPLY)
    page = text(answer)
    assert said in page and unsaid not in page
    assert f'href="/en/countries/{place}/"' in answer.content.decode()
    assert ("By license" if place == "ES" else "Not stated") in page


def test_the_country_page_offers_the_application_wherever_the_offering_is_open(client):
    offering, place = build.offering(), build.society(at="SE").place
    page = client.get("/en/countries/SE/").content.decode()
    assert 'data-status="not_stated"' in page and "/en/licensing/QTP1-L/" in page and "You may apply whatever the availability is" in page
    offering.closed_to.add(place)
    closed = client.get("/en/countries/SE/").content.decode()
    assert "/en/licensing/QTP1-L/" not in closed and "You may apply" not in closed
