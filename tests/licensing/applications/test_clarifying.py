"""Staff ask, the applicant answers: each question by itself, exactly the answers asked about, and nobody's words are lost."""

from datetime import date, timedelta

import pytest

from licensing import lifecycle
from licensing.applications import actions, clarifying
from licensing.applications.clarifying import Asked
from licensing.applications.freezing import Incomplete
from licensing.applications.models import ApplicationNote, Clarification, ClarificationDraft, ClarificationReply
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.organisations import actions as organisations
from portal.core.models import OutboxMessage
from tests import build
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.row("B4")]
ASKED, ANSWERED = NOW + timedelta(days=3), NOW + timedelta(days=9)  # Wednesday 25 November, Tuesday 1 December
DUE = date(2026, 12, 9)
NEED = Asked("need", "Which hospitals lack teams?", DUE)
WHOLE = Asked("", "Who writes to the ministry?", DUE + timedelta(days=2))


@pytest.fixture
def manager():
    return build.actor(build.staff("Licensing managers"))


@pytest.fixture
def taken(manager):
    return build.application_at(State.IN_REVIEW, manager=manager_user(manager))


def manager_user(manager):
    from portal.accounts.models import User

    return User.objects.get(pk=manager.user_id)


def owner(application):
    return build.actor(build.owner_of(application.organisation), application.organisation)


def ask(application, manager, *questions, **more):
    return clarifying.ask(application.pk, questions or (NEED, WHOLE), by=manager, now=ASKED, **more)


def ids(application) -> list[str]:
    return [f"reply-{pk}" for pk in application.clarifications.values_list("pk", flat=True)]


def revise(application, given, *, by=None, side=Side.OWNER, **more):
    return clarifying.revise(application.pk, given, side=side, by=by or owner(application), now=ANSWERED, **more)


def send(application, **more):
    return lifecycle.advance(application.pk, "answer", side=Side.OWNER, by=owner(application), now=ANSWERED, **more)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Clarification, ClarificationDraft, ClarificationReply, Event, OutboxMessage))


def test_asking_hands_the_turn_over_and_stops_the_clock(taken, manager):
    made = ask(taken, manager)
    assert (made.state, made.clock_stopped_at, made.clock_left, made.decision_due_on) == (
        State.CLARIFICATION, ASKED, 27, date(2027, 1, 5),
    )  # fmt: skip
    assert list(made.clarifications.values_list("revision", "key", "due_on")) == [(1, "need", DUE), (1, "", WHOLE.due_on)]
    event = Event.objects.of(made).last()
    assert (event.command, event.from_state, event.to_state) == ("ask", "in_review", "clarification_requested")
    assert event.payload == {"questions": [row.pk for row in made.clarifications.all()], "due": "2026-12-09", "clock_left": 27}


@pytest.mark.parametrize(
    "questions, code",
    [
        ([], "nothing_asked"),
        ([Asked("need", "  ", DUE)], "nothing_asked"),
        ([Asked("need", "Why?", ASKED.date())], "due_past"),
        ([Asked("agenda", "Why?", DUE)], "unknown_question"),
        ([Asked("need", "x" * 2_001, DUE)], "text_too_long"),
        ([NEED] * 41, "too_many_questions"),
    ],
)
def test_what_cannot_be_asked_asks_nothing(taken, manager, questions, code):
    before = rows()
    with pytest.raises(NotAllowed, match=code):
        clarifying.ask(taken.pk, questions, by=manager, now=ASKED)
    taken.refresh_from_db()
    assert (taken.state, taken.clock_stopped_at) == (State.IN_REVIEW, None) and rows() == before


def test_asking_from_an_old_sight_or_about_ones_own_organisation_is_refused(taken, manager):
    before = rows()
    with pytest.raises(Stale):
        ask(taken, manager, seen=latest(taken) - 1)
    organisations.join(taken.organisation_id, manager_user(manager), ["observer"], by=manager, now=NOW)
    between = rows()
    with pytest.raises(NotAllowed, match="own_organisation"):
        ask(taken, manager)
    taken.refresh_from_db()
    assert taken.state == State.IN_REVIEW and rows() == between and before[:3] == between[:3]


def test_exactly_the_answers_asked_about_may_change(taken, manager):
    ask(taken, manager, NEED)
    assert revise(taken, {"need": "Nine hospitals."}).written == ("need",)
    before = rows()
    for key in ("evaluation", "legal_name", "reply-999999", "nonsense"):
        with pytest.raises(NotAllowed, match="unknown_question"):
            revise(taken, {key: "x"})
    with pytest.raises(NotAllowed, match="unknown_question"):
        actions.save(taken.pk, "activity", {"need": "x"}, side=Side.OWNER, by=owner(taken), now=ANSWERED)
    assert rows() == before


def test_what_hangs_on_an_answer_opens_with_it(taken, manager):
    ask(taken, manager, Asked("signing_mode", "Really alone?", DUE), Asked("non_profit", "Since when?", DUE))
    assert list(clarifying.changeable(taken)) == ["signing_mode", "signatories", "non_profit", "non_profit_evidence", "non_profit_file"]


def test_the_edition_applied_for_is_answered_in_words_only(manager):
    taken = build.application_at(State.IN_REVIEW, code="QCS-DH")
    ask(taken, manager, Asked("edition", "Not the next one?", DUE))
    assert clarifying.changeable(taken) == {}


def test_answering_freezes_the_next_copy_and_the_clock_runs_on(taken, manager):
    ask(taken, manager)
    _, whole = ids(taken)
    revise(taken, {"need": "Nine hospitals.", whole: "The president."})
    made = send(taken)
    assert (made.state, made.clock_stopped_at, made.clock_left, made.decision_due_on) == (State.IN_REVIEW, None, None, date(2027, 1, 11))
    first, second = made.revisions.order_by("number")
    assert (first.answers["need"], second.answers["need"], second.number) == ("Few teams are trained.", "Nine hospitals.", 2)
    assert {key for key in second.answers if second.answers[key] != first.answers.get(key)} == {"need"}
    replies = list(ClarificationReply.objects.order_by("pk").values_list("text", "revision", "received_on", "replied_at"))
    assert replies == [("", 2, None, ANSWERED), ("The president.", 2, None, ANSWERED)] and not ClarificationDraft.objects.exists()
    event = Event.objects.of(made).last()
    assert (event.command, event.payload["revision"], event.payload["changed"], event.payload["due"]) == (
        "answer",
        2,
        ["need"],
        "2027-01-11",
    )
    assert event.payload["sha256"] == second.sha256 != first.sha256


def test_nothing_is_sent_while_a_question_has_no_answer(taken, manager):
    ask(taken, manager)
    need, whole = ids(taken)
    revise(taken, {whole: "The president."})
    before = rows()
    with pytest.raises(NotAllowed) as refused:
        send(taken)
    assert (refused.value.code, refused.value.facts["questions"]) == ("unanswered", [int(need.removeprefix("reply-"))])
    taken.refresh_from_db()
    assert (taken.state, taken.revisions.count()) == (State.CLARIFICATION, 1) and rows() == before


def test_a_changed_answer_must_be_complete_like_any(taken, manager):
    ask(taken, manager, Asked("vat_registered", "Are you sure?", DUE))
    revise(taken, {"vat_registered": False, "no_tax_number_reason": None})
    before = rows()
    with pytest.raises(Incomplete) as refused:
        send(taken)
    assert refused.value.missing == ["no_tax_number_reason"] and rows() == before


def ending(day: date) -> list[dict[str, str]]:
    return [{"name": "One (DEMO)", "office": "President", "email": "one@eco.example", "powers_until": day.isoformat()}]


def test_powers_that_ended_meanwhile_stop_no_answer_to_another_question(manager):
    made = build.application_at(State.IN_REVIEW, manager=manager_user(manager), signatories=ending(ASKED.date()))
    ask(made, manager, NEED)
    revise(made, {"need": "The hospitals of the north."})
    assert (send(made).state, made.revisions.count()) == ("in_review", 2)


def test_powers_that_are_over_are_no_answer_to_the_question_who_signs(manager):
    made = build.application_at(State.IN_REVIEW, manager=manager_user(manager), signatories=ending(ASKED.date()))
    ask(made, manager, Asked("signatories", "Until when?", DUE))
    revise(made, {"signatories": ending(ANSWERED.date() - timedelta(days=1))})
    before = rows()
    with pytest.raises(Incomplete) as refused:
        send(made)
    made.refresh_from_db()
    assert (refused.value.missing, made.state, rows()) == (["signatories"], "clarification_requested", before)
    revise(made, {"signatories": ending(ANSWERED.date())})
    assert (send(made).state, made.revisions.count()) == ("in_review", 2)


def test_pressing_twice_sends_once(taken, manager):
    ask(taken, manager, NEED)
    revise(taken, {"need": "Nine hospitals."})
    send(taken)
    before = rows()
    with pytest.raises(NotAllowed, match="wrong_state"):
        send(taken)
    with pytest.raises(NotAllowed, match="wrong_state"):
        revise(taken, {"need": "Ten hospitals."})
    assert rows() == before


@pytest.mark.row("B2")
def test_two_colleagues_answering_at_once_lose_nothing(taken, manager):
    ask(taken, manager)
    need, whole = ids(taken)
    seen = {"need": actions.digest("Few teams are trained.")}  # both pages were drawn before either saved
    colleague = build.actor(build.person(taken.organisation, "preparer", name="The Colleague (DEMO)"), taken.organisation)
    revise(taken, {need: "Theirs.", "need": "Nine hospitals."}, by=colleague, side=Side.APPLICANT, seen=seen)
    saved = revise(taken, {need: "Mine.", whole: "The president.", "need": "Few teams are trained."}, seen=seen)
    assert saved.written == (whole,)
    assert [(one.key, one.theirs, one.yours, one.by) for one in saved.conflicts] == [(need, "Theirs.", "Mine.", "The Colleague (DEMO)")]
    assert actions.answers_of(taken)["need"] == "Nine hospitals."  # untouched here, so theirs stands
    assert list(ClarificationDraft.objects.order_by("clarification").values_list("text", flat=True)) == ["Theirs.", "The president."]


def test_another_round_asks_about_the_new_copy(taken, manager):
    for text in ("Nine hospitals.", "Ten hospitals."):
        ask(taken, manager, NEED)
        revise(taken, {"need": text})
        send(taken)
    assert list(taken.clarifications.values_list("revision", flat=True)) == [1, 2]
    assert [copy.answers["need"] for copy in taken.revisions.order_by("number")] == [
        "Few teams are trained.",
        "Nine hospitals.",
        "Ten hospitals.",
    ]


def test_an_answer_by_mail_is_filed_with_its_day_from_which_the_clock_runs(taken, manager):
    ask(taken, manager)
    first, second = (int(key.removeprefix("reply-")) for key in ids(taken))
    came = ASKED.date() + timedelta(days=1)
    clarifying.file_reply(taken.pk, {first: "Nine hospitals.", second: " "}, received_on=came, by=manager, now=ANSWERED)
    with pytest.raises(NotAllowed, match="unanswered"):
        lifecycle.advance(taken.pk, "resume", side=Side.STAFF, by=manager, now=ANSWERED)
    clarifying.file_reply(taken.pk, {second: "The president."}, received_on=came + timedelta(days=1), by=manager, now=ANSWERED)
    made = lifecycle.advance(taken.pk, "resume", side=Side.STAFF, by=manager, now=ANSWERED)
    assert (made.state, made.decision_due_on, made.revisions.count()) == (State.IN_REVIEW, date(2027, 1, 7), 1)
    assert list(ClarificationReply.objects.order_by("pk").values_list("text", "received_on", "replied_by")) == [
        ("Nine hospitals.", came, manager.user_id), ("The president.", came + timedelta(days=1), manager.user_id),
    ]  # fmt: skip


@pytest.mark.parametrize("days, code", [(-1, "received_wrong"), (99, "received_wrong")])
def test_a_letter_from_before_the_question_or_from_tomorrow_is_not_filed(taken, manager, days, code):
    ask(taken, manager, NEED)
    pk, before = taken.clarifications.get().pk, rows()
    with pytest.raises(NotAllowed, match=code):
        clarifying.file_reply(taken.pk, {pk: "Nine."}, received_on=ASKED.date() + timedelta(days=days), by=manager, now=ANSWERED)
    with pytest.raises(NotAllowed, match="nothing_filed"):
        clarifying.file_reply(taken.pk, {pk: " "}, received_on=ASKED.date(), by=manager, now=ANSWERED)
    assert rows() == before


@pytest.mark.check("S3")
def test_another_organisation_answers_and_sends_nothing(taken, manager):
    ask(taken, manager)
    other = build.society("Other (DEMO)")
    stranger, before = build.actor(build.owner_of(other), other), rows()
    foreign = build.application_at(State.IN_REVIEW, other)
    ask(foreign, manager)
    after = rows()
    with pytest.raises(NotAllowed, match="wrong_side"):
        revise(taken, {ids(taken)[0]: "x"}, by=stranger)
    with pytest.raises(NotAllowed, match="wrong_side"):
        lifecycle.advance(taken.pk, "answer", side=Side.OWNER, by=stranger, now=ANSWERED)
    with pytest.raises(NotAllowed, match="unknown_question"):
        revise(foreign, {ids(taken)[0]: "x"}, by=stranger)  # a question of somebody else's application
    assert rows() == after and before != after


@pytest.mark.row("B12")
def test_an_owner_withdraws_while_something_is_asked(taken, manager):
    ask(taken, manager)
    made = lifecycle.advance(taken.pk, "withdraw", side=Side.OWNER, by=owner(taken), now=ANSWERED)
    assert (made.state, made.clock_stopped_at, made.clock_left) == (State.WITHDRAWN, None, None)


def test_a_note_is_no_move(taken, manager):
    seen = latest(taken)
    clarifying.write_note(taken.pk, " Ask legal first. ", by=manager, now=ASKED)
    assert (ApplicationNote.objects.get().text, latest(taken)) == ("Ask legal first.", seen)
    organisations.join(taken.organisation_id, manager_user(manager), ["observer"], by=manager, now=NOW)
    for text, code in (("x", "own_organisation"),):
        with pytest.raises(NotAllowed, match=code):
            clarifying.write_note(taken.pk, text, by=manager, now=ASKED)
    assert ApplicationNote.objects.count() == 1


def test_days_of_the_licensor_go_by_only_on_its_turn(taken, manager, settings):
    """Asked on the last promised day, answered weeks later: nothing is late by the wait."""
    late = NOW.replace(year=2027, month=1, day=5)
    made = clarifying.ask(taken.pk, [Asked("need", "Why?", date(2027, 1, 20))], by=manager, now=late)
    assert made.clock_left == 0
    clarifying.revise(taken.pk, {"need": "So."}, side=Side.OWNER, by=owner(taken), now=late + timedelta(days=40))
    made = lifecycle.advance(taken.pk, "answer", side=Side.OWNER, by=owner(taken), now=late + timedelta(days=40))
    assert made.decision_due_on == date(2027, 2, 15)  # a Sunday's answer: the Monday after


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S15")
def test_two_colleagues_send_at_the_same_instant_and_one_copy_is_frozen():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    taken, manager, start = build.application_at(State.IN_REVIEW), build.actor(build.staff("Licensing managers")), Barrier(2)
    ask(taken, manager, NEED)
    revise(taken, {"need": "Nine hospitals."})
    by = owner(taken)

    def press(_):
        try:
            start.wait()
            return lifecycle.advance(taken.pk, "answer", side=Side.OWNER, by=by, now=ANSWERED).state
        except NotAllowed as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["in_review", "wrong_state"]
    assert taken.revisions.count() == 2 and ClarificationReply.objects.count() == 1
