"""Answering the licensor's questions, without JavaScript: each beside its answer, by when, in whose language, and nothing typed is lost."""

import html
import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from licensing import clarification_letters, draft_letters, letters, lifecycle
from licensing.applications import clarifying
from licensing.applications.clarifying import Asked
from licensing.applications.models import ClarificationDraft, ClarificationReply
from licensing.applications.rules import MOVES, Side, State
from portal import postbox
from portal.core.models import SentMail
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 9)
DESK = "/en/desk/applications"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=1))


@pytest.fixture
def eco():
    owner = build.user("owner@eco.example", language="es", name="The Owner (DEMO)")
    return build.society("Fundación de Prueba (DEMO)", owner=owner)


@pytest.fixture
def manager():
    return build.staff("Licensing managers", email="manager@demo.example")


@pytest.fixture
def asked(eco, manager):
    made = build.application_at(State.IN_REVIEW, eco, manager=manager)
    questions = [Asked("need", "Which hospitals lack teams?", DUE), Asked("", "Who writes to the ministry?", DUE + timedelta(days=2))]
    return clarifying.ask(made.pk, questions, by=build.actor(manager), now=NOW)


@pytest.fixture
def owner(client, eco):
    client.force_login(build.owner_of(eco))
    return client


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def page(application) -> str:
    return f"{DESK}/{application.number}/questions/"


def seen(answer) -> str:
    return html.unescape(re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1])


def reply(application, number=1) -> str:
    return f"reply-{application.clarifications.order_by('pk')[number].pk}"


@pytest.mark.row("B4", "B9", "JN1.7")
def test_the_desk_says_whose_turn_it_is_by_when_and_that_the_clock_stands_still(owner, client, asked, eco):
    shown = text(owner.get("/en/desk/"))
    assert (
        "<h1>One thing waits for you</h1>" in shown and "Answer 2 questions: Offering QTP1-L (DEMO)" in shown and "9 December 2026" in shown
    )
    application = text(owner.get(f"{DESK}/{asked.number}/"))
    assert "We need something from you" in application and "Which hospitals lack teams?" in application
    assert "Since 22 November 2026, while we wait for you." in re.sub(r"<[^>]+>", "", application)
    assert "within 30 working days after your answer" in application
    client.force_login(build.person(eco, "finance"))
    shown = text(client.get("/en/desk/"))
    assert "<h1>Nothing waits for you</h1>" in shown and "Questions to your organization" in shown
    assert client.get(page(asked)).status_code == 403


def test_each_question_stands_beside_the_answer_it_opens_and_no_other_answer_does(owner, asked):
    shown = text(owner.get(page(asked)))
    assert "2 questions for you" in shown and 'name="need"' in shown and f'name="{reply(asked)}"' in shown
    assert 'name="evaluation"' not in shown and "Few teams are trained.</textarea>" in shown


def test_the_answers_go_back_and_both_sides_read_before_and_after(owner, client, asked, manager):
    first = owner.get(page(asked))
    answer = owner.post(
        page(asked), {"need": "Nine hospitals.", reply(asked): "The president.", "seen": seen(first), "send": "on"}, follow=True
    )
    assert "Your 2 answers are with us." in text(answer) and answer.redirect_chain == [(f"{DESK}/{asked.number}/", 302)]
    asked.refresh_from_db()
    assert (asked.state, asked.revisions.count()) == (State.IN_REVIEW, 2)
    client.force_login(manager)
    for shown in (text(answer), text(client.get(f"/cms/applications/{asked.number}/"))):
        assert "Few teams are trained.</del>" in shown and "Nine hospitals.</ins>" in shown and "The president." in shown
        assert "Answered by The Owner (DEMO)" in shown and "copy 2" in shown
    assert "Changed in copy 2" in shown


def test_what_is_saved_is_not_sent_and_waits_on_any_device(owner, asked):
    owner.post(page(asked), {"need": "Nine hospitals.", reply(asked): "Draft.", "seen": seen(owner.get(page(asked))), "save": "on"})
    shown = text(owner.get(page(asked)))
    assert "Nine hospitals.</textarea>" in shown and "Draft.</textarea>" in shown
    asked.refresh_from_db()
    assert asked.state == State.CLARIFICATION and asked.revisions.count() == 1


def test_sending_names_what_is_missing_and_keeps_the_rest(owner, asked):
    answer = owner.post(page(asked), {"need": "Nine hospitals.", reply(asked): " ", "seen": seen(owner.get(page(asked))), "send": "on"})
    assert answer.status_code == 200 and "There is a problem with one answer" in text(answer)
    assert (
        f'href="#id_{reply(asked)}"' in text(answer) and "or write a reply" in text(answer) and "Nine hospitals.</textarea>" in text(answer)
    )
    asked.refresh_from_db()
    assert asked.state == State.CLARIFICATION


def test_a_colleague_in_a_second_tab_is_told_and_sees_both_texts(owner, client, asked, eco):
    old = seen(owner.get(page(asked)))
    owner.post(page(asked), {"need": "Theirs.", reply(asked): "Their reply.", "seen": old, "save": "on"})
    colleague = build.person(eco, "preparer")
    client.force_login(colleague)
    answer = client.post(page(asked), {"need": "Mine.", reply(asked): "My reply.", "seen": old, "send": "on"})
    shown = text(answer)
    assert "A colleague changed the same answers" in shown and "Theirs." in shown and "Mine.</textarea>" in shown
    assert "Their reply." in shown and "My reply.</textarea>" in shown
    asked.refresh_from_db()
    assert asked.state == State.CLARIFICATION and ClarificationDraft.objects.get().text == "Their reply."
    answer = client.post(page(asked), {"need": "Mine.", reply(asked): "My reply.", "seen": seen(answer), "send": "on"}, follow=True)
    assert ClarificationReply.objects.order_by("pk").last().text == "My reply."


def test_who_types_while_a_colleague_sends_gets_the_words_back(owner, client, asked, eco):
    old = seen(owner.get(page(asked)))
    owner.post(page(asked), {"need": "Nine.", reply(asked): "Sent.", "seen": old, "send": "on"})
    answer = owner.post(page(asked), {"need": "Ten.", reply(asked): "Too late, but mine.", "seen": old, "send": "on"})
    assert answer.status_code == 409 and "Too late, but mine." in text(answer) and "Who writes to the ministry?" in text(answer)
    assert ClarificationReply.objects.count() == 2 and asked.revisions.count() == 2
    assert owner.get(page(asked)).headers["Location"] == f"{DESK}/{asked.number}/"


@pytest.mark.parametrize("field, value", [("need", "a\x00b"), ("need", "مرحبا \u202egnp.exe"), ("need", "x " * 400)])
def test_strange_words_break_nothing(owner, asked, field, value):
    answer = owner.post(page(asked), {field: value, reply(asked): value, "seen": seen(owner.get(page(asked))), "save": "on"}, follow=True)
    assert answer.status_code == 200


@pytest.mark.check("S3")
def test_a_stranger_finds_no_questions(client, asked):
    other = build.society("Other (DEMO)")
    client.force_login(build.owner_of(other))
    for answer in (client.get(page(asked)), client.post(page(asked), {"need": "x", "send": "on"})):
        assert answer.status_code == 404
    asked.refresh_from_db()
    assert asked.state == State.CLARIFICATION


def deliver():
    postbox.deliver(now=NOW, limit=500)
    return {(mail.recipient, mail.subject): mail for mail in SentMail.objects.all()}


@pytest.mark.row("JN1.7")
def test_the_letter_is_in_the_readers_language_and_its_link_survives_the_login(client, asked, eco):
    letter = next(mail for (to, _), mail in deliver().items() if to == "owner@eco.example" and "questions" in mail.text)
    with translation.override("es"):
        about = translation.gettext("Why now, and what need in the country")
    assert (
        letter.language == "es"
        and about in letter.text
        and "Which hospitals lack teams?" in letter.text
        and "9 de diciembre de 2026" in letter.text
    )
    link = re.search(r"http://testserver(\S+/questions/\S*)", letter.text)[1]
    assert link == f"/es/desk/applications/{asked.number}/questions/?for={eco.pk}"
    login = client.get(link).headers["Location"]
    assert login.startswith("/es/accounts/login/?next=/es/desk/applications/")
    answer = client.post(login, {"login": "owner@eco.example", "password": build.PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == link and "Which hospitals lack teams?" in text(answer)


def test_every_move_of_a_review_is_told_to_whom_it_concerns(asked, eco, manager):
    clarifying.revise(asked.pk, {"need": "Nine.", reply(asked): "He."}, side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW)
    lifecycle.advance(asked.pk, "answer", side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW)
    told = deliver()
    with translation.override("es"):
        subjects = [translation.gettext(text) % {"number": asked.number} for text in (
            "We are reviewing your application %(number)s", "Your turn: we need something for application %(number)s",
            "We have received your answers: %(number)s",
        )]  # fmt: skip
    assert all(("owner@eco.example", subject) in told for subject in subjects)
    staff = told[("manager@demo.example", f"Answers to your questions: {asked.number} of {eco}")]
    assert "2 questions are answered. One answer of the form changed." in staff.text and f"/cms/applications/{asked.number}/" in staff.text


def test_every_move_of_an_application_has_its_letter_or_says_why_not():
    told = {command for kind, command in letters.LETTERS if kind == "application"}
    silent = clarification_letters.SILENT | draft_letters.SILENT
    assert told | silent == set(MOVES) and not told & silent


def test_who_has_it_is_told_when_it_is_withdrawn(asked, eco):
    lifecycle.advance(asked.pk, "withdraw", side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW, reason="No room.")
    letter = deliver()[("manager@demo.example", f"Withdrawn: {asked.number} of {eco}")]
    assert "No room." in letter.text and letter.language == "en"
