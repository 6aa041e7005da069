"""Papers given with an application: taken in after their bytes were read, deleted for good until a copy names them."""

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from licensing.applications import clarifying, form
from licensing.applications.answers import form_of
from licensing.applications.models import Application, ApplicationFile
from licensing.applications.moves import locked, may, touch
from licensing.applications.questions import Question
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.actions import Actor
from portal.core import outbox, papers, private_files
from portal.core.private_files import Stored

KIND = "applications"  # the folder in the vault
MOST = 3  # papers sent for one requirement after the approval


def attach(application_id: int, key: str, source: BinaryIO, *, name: str, side: Side, by: Actor, now: datetime) -> ApplicationFile:
    """Give a paper in answer to the question ``key``; the same bytes twice are one paper.

    Bytes are read and stored first, outside any transaction; what is refused then is forgotten.
    :raises NotAccepted: see ``portal.core.papers``. :raises NotAllowed: wrong_side, wrong_state, unknown_question, too_many_files.
    """
    return _store(
        source, lambda stored, kind: _write(application_id, key, stored, kind, papers.safe_name(name, kind), side=side, by=by, now=now)
    )


def send_paper(application_id: int, code: str, source: BinaryIO, *, name: str, side: Side, by: Actor, now: datetime) -> ApplicationFile:
    """Send a paper the offering requires (``code``) after the application was approved; staff see it at once, and it cannot be taken back.

    :raises NotAccepted: see ``portal.core.papers``. :raises NotAllowed: wrong_side, wrong_state, unknown_requirement, too_many_files.
    """
    return _store(
        source,
        lambda stored, kind: _write_sent(application_id, code, stored, kind, papers.safe_name(name, kind), side=side, by=by, now=now),
    )


def _store(source: BinaryIO, write: Callable[[Stored, papers.Kind], ApplicationFile]) -> ApplicationFile:
    """Store the bytes, then write the row; bytes that no row names are forgotten."""
    kind = papers.inspect(source)
    stored = private_files.keep_apart(source, kind=KIND, suffix=kind.suffix)
    try:
        row = write(stored, kind)
    except Exception:
        private_files.forget(stored.key)
        raise
    if row.vault_key != stored.key:
        private_files.forget(stored.key)
    return row


@transaction.atomic
def _write(
    application_id: int, key: str, stored: Stored, kind: papers.Kind, name: str, *, side: Side, by: Actor, now: datetime
) -> ApplicationFile:
    application = locked(application_id)
    may(application, "save", side=side, by=by)
    question = _asked(application).get(key)
    if question is None:
        raise NotAllowed("unknown_question", key=key)
    row, new = _kept(application, key, stored, kind, name, most=question.type.high, by=by, now=now)
    if new:
        touch(application, "save", by=by, now=now, payload={"step": _step(application, key), "keys": [key], "attached": stored.sha256})
    return row


@transaction.atomic
def _write_sent(
    application_id: int, code: str, stored: Stored, kind: papers.Kind, name: str, *, side: Side, by: Actor, now: datetime
) -> ApplicationFile:
    application = locked(application_id)
    may(application, "send_paper", side=side, by=by)
    if not application.offering.evidence.filter(code=code).exists():
        raise NotAllowed("unknown_requirement")
    row, new = _kept(application, code, stored, kind, name, most=MOST, by=by, now=now)
    if new:
        row.frozen_in = application.revisions.count()
        row.save(update_fields=["frozen_in"])
        touch(application, "send_paper", by=by, now=now, payload={"requirement": code, "name": name, "sha256": stored.sha256})
    return row


def _kept(
    application: Application, key: str, stored: Stored, kind: papers.Kind, name: str, *, most: int, by: Actor, now: datetime
) -> tuple[ApplicationFile, bool]:
    """Return the row of a paper, and whether it is new: the same bytes twice are one paper.

    :raises NotAllowed: ``too_many_files``.
    """
    standing = application.files.standing().filter(key=key)
    if there := standing.filter(sha256=stored.sha256).first():
        return there, False
    if standing.count() >= most:
        raise NotAllowed("too_many_files", limit=most)
    row = application.files.create(
        key=key, name=name, content_type=kind.content_type, size=stored.size, sha256=stored.sha256, vault_key=stored.key,
        uploaded_by_id=by.person_id, uploaded_at=now,
    )  # fmt: skip
    return row, True


@transaction.atomic
def detach(application_id: int, file_id: int, *, side: Side, by: Actor, now: datetime) -> None:
    """Take a paper out: for good, with its bytes, unless a submitted copy names it.

    :raises NotAllowed: wrong_side, wrong_state, unknown_file (also another application's, or one nobody asked about).
    """
    application = locked(application_id)
    may(application, "save", side=side, by=by)
    row = application.files.standing().filter(pk=file_id, key__in=_asked(application)).first()
    if row is None:
        raise NotAllowed("unknown_file")
    touch(application, "save", by=by, now=now, payload={"step": _step(application, row.key), "keys": [row.key], "taken_out": row.sha256})
    if row.frozen_in is None:
        outbox.put("documents.forget", {"key": row.vault_key}, now=now)
        row.delete()
    else:
        row.removed_at = now
        row.save(update_fields=["removed_at"])


def _asked(application: Application) -> dict[str, Question]:
    """Return the questions for papers that may be answered now."""
    if application.state == State.CLARIFICATION:
        asked = clarifying.changeable(application)
    else:
        asked = {question.key: question for question in form.questions(form_of(application))}
    return {key: question for key, question in asked.items() if question.type.kind == "file"}


def _step(application: Application, key: str) -> str:
    page = form.step_of(form_of(application), key)
    return page.key if page else ""
