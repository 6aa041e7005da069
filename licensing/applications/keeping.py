"""Keeping answers as they are typed: nothing that somebody else changed meanwhile is overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from licensing.applications.answers import digest, known
from licensing.applications.models import Application, ApplicationAnswer
from licensing.applications.questions import Known, Question, Wrong, check
from licensing.applications.rules import NotAllowed
from licensing.history.actions import Actor

Seen = Mapping[str, str] | None


@dataclass(frozen=True)
class Conflict:
    """An answer somebody else changed since the page was drawn: ``theirs`` stands, ``yours`` was not written."""

    key: str
    theirs: Any
    yours: Any
    by: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    written: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def keep(
    application: Application, asked: Mapping[str, Question], answers: Mapping[str, Any], *, by: Actor, now: datetime, seen: Seen
) -> Saved:
    """Write the answers to questions of ``asked``; the application's row is locked.

    :raises Wrong: a value is no answer; ``facts["key"]`` says which. :raises NotAllowed: unknown_question.
    """
    written, conflicts = [], []
    limits = known(application.offering, now=now)
    stored = {row.key: row for row in application.answers.select_related("saved_by")}
    for key, raw in answers.items():
        if key not in asked:
            raise NotAllowed("unknown_question", key=key)
        value, row = _checked(asked[key], raw, limits), stored.get(key)
        before = row.value if row else None
        if value == before:
            continue
        if not untouched(before, seen, key):
            if digest(value) != (seen or {}).get(key, ""):
                conflicts.append(
                    Conflict(key, before, value, str(row.saved_by) if row else "", row.saved_at if row else application.changed_at)
                )
            continue
        _write(application, key, value, row, by=by, now=now)
        written.append(key)
    return Saved(tuple(written), tuple(conflicts))


def untouched(before: Any, seen: Seen, key: str) -> bool:
    """Say whether what stands is what the page showed; without a page (a job) it always is."""
    return seen is None or digest(before) == seen.get(key, "")


def _checked(question: Question, raw: Any, limits: Known) -> Any:
    try:
        return check(question.type, raw, known=limits)
    except Wrong as wrong:
        raise Wrong(wrong.code, **{**wrong.facts, "key": question.key}) from None


def _write(application: Application, key: str, value: Any, row: ApplicationAnswer | None, *, by: Actor, now: datetime) -> None:
    if row is None:
        ApplicationAnswer.objects.create(application=application, key=key, value=value, saved_at=now, saved_by_id=by.person_id)
    elif value is None:
        row.delete()
    else:
        row.value, row.version, row.saved_at, row.saved_by_id = value, row.version + 1, now, by.person_id
        row.save(update_fields=["value", "version", "saved_at", "saved_by"])
    if key == "edition":
        application.edition = application.offering.editions.filter(label=value).first() if value else application.edition
