"""Questions of a review and what was answered, as both sides read them: what was asked, the reply, and each changed answer before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext

from licensing.applications import form
from licensing.applications.models import Application, ApplicationRevision, Clarification
from licensing.applications.questions import Question
from licensing.web.answer_words import FileAddress, printed


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question; ``replied_at`` None = it waits. ``received_on``: the reply came by mail that day and ``who`` filed it."""

    row: Clarification
    about: str
    replied_at: datetime | None = None
    reply: str = ""
    who: str = ""
    received_on: date | None = None
    copy: int | None = None
    changes: tuple[Change, ...] = ()


def exchanges(application: Application, *, places: Mapping[str, str], file_url: FileAddress | None = None) -> list[Exchange]:
    """Return everything that was asked, the latest round first, each round in the order asked."""
    rows = application.clarifications.select_related("asked_by", "reply__replied_by").order_by("-revision", "pk")
    copies = {copy.number: copy for copy in application.revisions.all()} if rows else {}
    return [_exchange(application, row, copies, partial(printed, places=places, file_url=file_url)) for row in rows]


def _exchange(
    application: Application, row: Clarification, copies: Mapping[int, ApplicationRevision], shown: Callable[[Question, Any], Any]
) -> Exchange:
    asked = form.steps(application.offering.code, copies[row.revision].form_version)
    about = next((gettext(question.label) for question in form.questions(asked) if question.key == row.key), "")
    reply = getattr(row, "reply", None)
    if reply is None:
        return Exchange(row, about)
    changes: tuple[Change, ...] = ()
    if reply.revision is not None and row.key:
        before, after = copies[reply.revision - 1].answers, copies[reply.revision].answers
        changes = tuple(
            Change(
                gettext(question.label),
                shown(question, before.get(question.key)),
                shown(question, after.get(question.key)),
            )
            for question in form.changeable(asked, [row.key])
            if before.get(question.key) != after.get(question.key)
        )
    return Exchange(row, about, reply.replied_at, reply.text, str(reply.replied_by), reply.received_on, reply.revision, changes)
