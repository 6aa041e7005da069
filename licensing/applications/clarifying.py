"""Staff ask, the applicant answers: each question by itself, about one answer or the whole, until all are answered.

Between the two the clock stands still and exactly the answers asked about may change. What is sent becomes the next frozen copy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from licensing.applications import clock, form
from licensing.applications.answers import answers_of, digest, form_of
from licensing.applications.freezing import freeze
from licensing.applications.keeping import Conflict, Saved, Seen, keep, untouched
from licensing.applications.models import Application, ApplicationNote, Clarification, ClarificationDraft, ClarificationReply
from licensing.applications.moves import locked, may, not_theirs, touch
from licensing.applications.questions import Question, read_type
from licensing.applications.questions import check as checked
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.actions import Actor, record

MOST = 40  # questions at once
LONGEST = 2_000  # characters of a question or a filed letter
REPLY = "reply-"  # what the key of a reply begins with; the number of its question follows
REPLY_TYPE = read_type("words(600)")


@dataclass(frozen=True)
class Asked:
    """A question to be asked about the answer ``key``, '' for the whole; ``due_on`` is the last day for the answer."""

    key: str
    text: str
    due_on: date


def open_of(application: Application) -> QuerySet[Clarification]:
    """Return what is asked and not answered yet."""
    return application.clarifications.filter(reply=None).select_related("draft__saved_by", "asked_by")


def changeable(application: Application) -> dict[str, Question]:
    """Return the questions of the form whose answers may change now, by key in the order of the form."""
    named = [one.key for one in open_of(application) if one.key]
    return {question.key: question for question in form.changeable(form_of(application), named)}


@transaction.atomic
def ask(application_id: int, questions: Iterable[Asked], *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """Ask the applicant; the clock stops.

    :raises NotAllowed: wrong_state, own_organisation, nothing_asked, too_many_questions, text_too_long, unknown_question, due_past.
    :raises Stale: somebody moved it since ``seen``.
    """
    application = locked(application_id)
    target = may(application, "ask", side=Side.STAFF, by=by)
    not_theirs(application, by)
    wanted = [one for one in questions if one.text.strip()]
    _refuse(application, wanted, now=now)
    clock.stop(application, now=now)
    application.state, application.changed_at = target, now
    application.save()
    revision = application.revisions.count()
    rows = [
        application.clarifications.create(
            revision=revision, key=one.key, text=one.text.strip(), due_on=one.due_on, asked_by_id=by.person_id, asked_at=now
        )
        for one in wanted
    ]
    payload = {"questions": [row.pk for row in rows], "due": str(min(row.due_on for row in rows)), "clock_left": application.clock_left}
    record(application, "ask", by=by, now=now, from_state=State.IN_REVIEW, to_state=target, seen=seen, payload=payload)
    return application


def _refuse(application: Application, wanted: list[Asked], *, now: datetime) -> None:
    if not wanted:
        raise NotAllowed("nothing_asked")
    if len(wanted) > MOST:
        raise NotAllowed("too_many_questions", limit=MOST)
    keys = {"", *(question.key for question in form.questions(form_of(application)))}
    for number, one in enumerate(wanted, 1):
        if one.key not in keys:
            raise NotAllowed("unknown_question", key=one.key)
        if len(one.text.strip()) > LONGEST:
            raise NotAllowed("text_too_long", number=number, limit=LONGEST)
        if one.due_on <= now.date():
            raise NotAllowed("due_past", number=number)


@transaction.atomic
def revise(
    application_id: int, answers: Mapping[str, Any], *, side: Side, by: Actor, now: datetime, seen: Mapping[str, str] | None = None
) -> Saved:
    """Keep changed answers and replies until they are sent; a reply has the key ``reply-`` and the number of its question.

    :raises Wrong: a value is no answer. :raises NotAllowed: wrong_side, wrong_state, unknown_question: nobody asked about it.
    """
    application = locked(application_id)
    may(application, "save", side=side, by=by)
    if application.state != State.CLARIFICATION:
        raise NotAllowed("wrong_state", command="save", state=application.state)
    replies = {key: raw for key, raw in answers.items() if key.startswith(REPLY)}
    kept = keep(
        application, changeable(application), {key: raw for key, raw in answers.items() if key not in replies}, by=by, now=now, seen=seen
    )
    written, conflicts = _keep_replies(application, replies, by=by, now=now, seen=seen)
    if kept.written or written:
        touch(application, "save", by=by, now=now, payload={"step": "questions", "keys": [*kept.written, *written]})
    return Saved((*kept.written, *written), (*kept.conflicts, *conflicts))


def _keep_replies(
    application: Application, replies: Mapping[str, Any], *, by: Actor, now: datetime, seen: Seen
) -> tuple[list[str], list[Conflict]]:
    written, conflicts = [], []
    asked = {f"{REPLY}{row.pk}": row for row in open_of(application)}
    for key, raw in replies.items():
        if key not in asked:
            raise NotAllowed("unknown_question", key=key)
        draft, text = getattr(asked[key], "draft", None), checked(REPLY_TYPE, raw)
        before = draft.text if draft else None
        if text == before:
            continue
        if not untouched(before, seen, key):
            if digest(text) != (seen or {}).get(key, ""):
                conflicts.append(
                    Conflict(key, before, text, str(draft.saved_by) if draft else "", draft.saved_at if draft else application.changed_at)
                )
            continue
        if text is None:
            ClarificationDraft.objects.filter(clarification=asked[key]).delete()
        else:
            ClarificationDraft.objects.update_or_create(
                clarification=asked[key], defaults={"text": text, "saved_at": now, "saved_by_id": by.person_id}
            )
        written.append(key)
    return written, conflicts


def drafted(application: Application) -> tuple[dict[str, Any], set[str]]:
    """Return the answers as they would be sent now, and which of them differ from the last copy."""
    last = application.last_answers
    current = answers_of(application)
    given = {**last, **{key: current.get(key) for key in changeable(application)}}
    given = {key: value for key, value in given.items() if value is not None}
    shown = form.shown(form_of(application), given)
    return given, {key for key in {*shown, *last} if shown.get(key) != last.get(key)}


def unanswered(application: Application, changed: set[str]) -> list[Clarification]:
    """Return the open questions without a reply whose answer, and what belongs with it, is as it was."""
    asked, found = form_of(application), []
    for row in open_of(application):
        about = {question.key for question in form.changeable(asked, [row.key])} if row.key else set()
        if not hasattr(row, "draft") and not about & changed:
            found.append(row)
    return found


def answer(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    """Send the answers back: each question has its reply or a changed answer. An effect of ``actions.move``.

    :raises NotAllowed: ``unanswered`` with the ids of the questions. :raises Incomplete: a changed answer lacks something.
    """
    given, changed = drafted(application)
    if lacking := unanswered(application, changed):
        raise NotAllowed("unanswered", questions=[row.pk for row in lacking])
    revision = freeze(application, given, by=by, now=now, among=changeable(application))
    rows = list(open_of(application))
    for row in rows:
        text = row.draft.text if hasattr(row, "draft") else ""
        ClarificationReply.objects.create(
            clarification=row, text=text, revision=revision.number, replied_by_id=by.person_id, replied_at=now
        )
    ClarificationDraft.objects.filter(clarification__in=rows).delete()
    clock.go_on(application, on=now.date())
    return {
        "revision": revision.number,
        "sha256": revision.sha256,
        "questions": [row.pk for row in rows],
        "changed": sorted(changed),
        "due": str(application.decision_due_on),
    }


@transaction.atomic
def file_reply(
    application_id: int, replies: Mapping[int, str], *, received_on: date, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """File what came by letter or mail, question by question; an empty text is no answer.

    :raises NotAllowed: wrong_state, own_organisation, nothing_filed, unknown_question, text_too_long, received_wrong: before it was asked,
        or not yet. :raises Stale: somebody moved it since ``seen``.
    """
    application = locked(application_id)
    may(application, "file_reply", side=Side.STAFF, by=by)
    not_theirs(application, by)
    given = {number: text.strip() for number, text in replies.items() if text.strip()}
    open_ = {row.pk: row for row in open_of(application)}
    if not given:
        raise NotAllowed("nothing_filed")
    for number, text in given.items():
        if number not in open_:
            raise NotAllowed("unknown_question", key=number)
        if len(text) > LONGEST:
            raise NotAllowed("letter_too_long", limit=LONGEST)
        if not open_[number].asked_at.date() <= received_on <= now.date():
            raise NotAllowed("received_wrong", asked=open_[number].asked_at.date())
    for number, text in given.items():
        ClarificationReply.objects.create(
            clarification=open_[number], text=text, received_on=received_on, replied_by_id=by.person_id, replied_at=now
        )
    touch(application, "file_reply", by=by, now=now, seen=seen, payload={"questions": list(given), "received_on": str(received_on)})
    return application


def resume(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    """Go on when every answer came by mail: the clock runs again from the day the last of them came. An effect of ``actions.move``.

    :raises NotAllowed: ``own_organisation``, ``unanswered``.
    """
    not_theirs(application, by)
    if lacking := list(open_of(application)):
        raise NotAllowed("unanswered", questions=[row.pk for row in lacking])
    round_ = ClarificationReply.objects.filter(
        clarification__application=application, clarification__revision=application.revisions.count()
    )
    came = max(row.received_on for row in round_ if row.received_on)
    clock.go_on(application, on=came)
    return {"due": str(application.decision_due_on), "received_on": str(came)}


@transaction.atomic
def write_note(application_id: int, text: str, *, by: Actor, now: datetime) -> ApplicationNote:
    """Leave a note for colleagues. It is no move: nobody's sight of the application gets old by it, and nothing follows.

    :raises NotAllowed: own_organisation, note_missing, note_too_long.
    """
    application = locked(application_id)
    not_theirs(application, by)
    if not text.strip():
        raise NotAllowed("note_missing")
    if len(text.strip()) > LONGEST * 5:
        raise NotAllowed("note_too_long", limit=LONGEST * 5)
    return application.notes.create(text=text.strip(), written_by_id=by.person_id, written_at=now)
