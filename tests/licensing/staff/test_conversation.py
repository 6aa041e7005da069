"""Staff ask, file letters and leave notes, from the page of the application."""

import html
import re
from datetime import date

import pytest

from licensing.applications import clarifying
from licensing.applications.clarifying import Asked
from licensing.applications.models import ApplicationNote, Clarification, ClarificationReply
from licensing.applications.rules import State
from licensing.organisations import actions as organisations
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db
QUEUE = "/cms/applications/"
DUE = "2026-12-09"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def manager(client):
    made = build.staff("Licensing managers")
    client.force_login(made)
    return made


@pytest.fixture
def taken(manager):
    return build.application_at(State.IN_REVIEW, build.society("Fundación de Prueba (DEMO)"), manager=manager)


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def seen(client, made) -> str:
    return re.search(r'name="seen" value="(\d+)"', text(client.get(f"{QUEUE}{made.number}/")))[1]


def typed(*rows, **more) -> dict:
    data = {"q-TOTAL_FORMS": str(len(rows)), "q-INITIAL_FORMS": "0", **more}
    for number, (key, words, due) in enumerate(rows):
        data |= {f"q-{number}-key": key, f"q-{number}-text": words, f"q-{number}-due_on": due}
    return data


def ask(client, made, *rows, **more):
    given = {"seen": seen(client, made), **more}
    return client.post(f"{QUEUE}{made.number}/ask/", typed(*rows, **given), follow=True)


@pytest.mark.row("B4")
def test_questions_are_asked_each_about_an_answer_with_a_day_of_its_own(client, taken):
    page = text(client.get(f"{QUEUE}{taken.number}/"))
    assert f"{QUEUE}{taken.number}/ask/?key=need" in page
    first = text(client.get(f"{QUEUE}{taken.number}/ask/?key=need"))
    assert '<option value="need" selected>' in first and 'value="2026-12-04"' in first  # ten working days on
    done = ask(client, taken, ("need", "Which hospitals?", DUE), ("", "Who writes?", "2026-12-11"), ("venue", " ", DUE))
    assert "All 2 are asked." in text(done) and "With the applicant" in text(done) and "Waits for an answer" in text(done)
    assert list(Clarification.objects.values_list("key", "text", "due_on")) == [
        ("need", "Which hospitals?", date(2026, 12, 9)), ("", "Who writes?", date(2026, 12, 11)),
    ]  # fmt: skip
    queue = text(client.get(f"{QUEUE}?tab=drafts"))
    assert taken.number in queue and taken.number not in text(client.get(QUEUE))


def test_a_row_more_keeps_what_was_typed(client, taken):
    answer = ask(client, taken, ("need", "Which hospitals?", DUE), add="on")
    assert "Which hospitals?</textarea>" in text(answer) and 'name="q-1-text"' in text(answer) and not Clarification.objects.exists()


@pytest.mark.parametrize(
    "row, words",
    [
        (("need", " ", DUE), "Write at least one question"),
        (("need", "Why?", "2026-11-22"), "must lie ahead"),
        (("need", "Why?", ""), "Say by when"),
        (("agenda", "Why?", DUE), "Select a valid choice"),
        (("need", "a\x00b", DUE), "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_asked_is_said_and_comes_back(client, taken, row, words):
    answer = ask(client, taken, row)
    taken.refresh_from_db()
    assert answer.status_code == 422 and words in text(answer) and taken.state == State.IN_REVIEW and not Clarification.objects.exists()


def test_asking_from_an_old_page_is_refused_and_the_words_come_back(client, taken):
    answer = ask(client, taken, ("need", "Which hospitals?", DUE), seen="1")
    assert "Somebody else moved this application" in text(answer) and "Which hospitals?</textarea>" in text(answer)
    assert not Clarification.objects.exists()


def asked(taken, manager):
    made = clarifying.ask(taken.pk, [Asked("need", "Which hospitals?", date(2026, 12, 9))], by=build.actor(manager), now=NOW)
    return made, made.clarifications.get().pk


@pytest.mark.row("JN1.7")
def test_an_answer_that_came_by_mail_is_filed_and_the_review_goes_on(client, taken, manager):
    made, pk = asked(taken, manager)
    page = f"{QUEUE}{made.number}/file/"
    wrong = client.post(page, {f"reply-{pk}": "Nine of them.", "received_on": "2027-11-22", "seen": seen(client, made)}, follow=True)
    assert "nothing was filed" in text(wrong) and "Nine of them.</textarea>" in text(wrong) and not ClarificationReply.objects.exists()
    client.post(page, {f"reply-{pk}": "Nine of them.", "received_on": "2026-11-22", "seen": seen(client, made)})
    shown = text(client.get(f"{QUEUE}{made.number}/"))
    assert "Came by mail on 22 November 2026, filed by" in re.sub(r"<[^>]+>", "", shown) and "Every answer is filed." in shown
    done = client.post(f"{QUEUE}{made.number}/move/", {"command": "resume", "seen": seen(client, made)}, follow=True)
    made.refresh_from_db()
    assert made.state == State.IN_REVIEW and "goes on" in text(done)


@pytest.mark.row("B5")
def test_notes_are_read_by_colleagues_and_not_by_the_applicants_own_people(client, taken, manager):
    page = f"{QUEUE}{taken.number}/"
    assert "stands with the application" in text(client.post(f"{page}note/", {"note": "Ask legal first."}, follow=True))
    assert "Write something" in text(client.post(f"{page}note/", {"note": " "}, follow=True)) and ApplicationNote.objects.count() == 1
    client.force_login(build.staff("Auditors"))
    assert "Ask legal first." in text(client.get(page)) and 'name="note"' not in text(client.get(page))
    client.force_login(manager)
    organisations.join(taken.organisation_id, manager, ["observer"], by=build.actor(manager), now=NOW)
    assert "Ask legal first." not in text(client.get(page))
    assert "You belong to" in text(client.post(f"{page}note/", {"note": "Mine."}, follow=True)) and ApplicationNote.objects.count() == 1


@pytest.mark.check("S7")
def test_who_may_only_read_asks_and_files_nothing(client, taken, manager):
    made, pk = asked(taken, manager)
    client.force_login(build.staff_who_may("licensing.view_queue"))
    for page, data in (
        ("ask/", typed(("need", "x", DUE))),
        ("file/", {f"reply-{pk}": "x", "received_on": "2026-11-22"}),
        ("note/", {"note": "x"}),
    ):
        assert client.post(f"{QUEUE}{made.number}/{page}", data).status_code in (302, 403)
    assert (Clarification.objects.count(), ClarificationReply.objects.count(), ApplicationNote.objects.count()) == (1, 0, 0)
