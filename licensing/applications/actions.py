"""Everything that changes an application. One transaction each: lock, decide, write, record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from licensing.applications import form, prefill
from licensing.applications.answers import answers_of, canonical, days_of, digest, form_of, known
from licensing.applications.models import Application, ApplicationAnswer, ApplicationRevision
from licensing.applications.questions import Known, Question, Wrong, check
from licensing.applications.rules import OPEN, NotAllowed, Side, State, next_state
from licensing.history.actions import Actor, record
from licensing.offerings.models import LicenceOffering, OfferingEdition
from licensing.organisations.models import Organisation
from portal.core import numbers

__all__ = ["AlreadyOpen", "Conflict", "Incomplete", "NotAllowed", "Saved", "digest", "move", "save", "start"]

APPLICANTS = {Side.APPLICANT, Side.OWNER}


class Incomplete(Exception):
    """Questions without a complete answer; ``missing`` are their keys in the order of the form."""

    def __init__(self, code: str, *, missing: list[str]):
        super().__init__(code)
        self.code, self.missing = code, missing


class AlreadyOpen(Exception):
    """The organisation has an open application for the same offering and edition; nothing was made."""

    code = "already_open"

    def __init__(self, application: Application):
        super().__init__(self.code)
        self.application = application


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


def _person(by: Actor) -> int:
    """Return who acts: applications are people's work, never a job's."""
    assert by.user_id is not None
    return by.user_id


@transaction.atomic
def start(
    organisation_id: int,
    offering: LicenceOffering,
    *,
    by: Actor,
    now: datetime,
    edition: OfferingEdition | None = None,
    language: str = "en",
    another: bool = False,
) -> Application:
    """Begin a draft, filled in from what the organisation said of itself.

    ``another``: the person has been told of the open one and wants a second.
    :raises NotAllowed: ``not_open``, ``edition_missing``, ``edition_over``.
    :raises AlreadyOpen: a colleague's application for the same offering and edition is open.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).select_related("place").get(pk=organisation_id)
    if not offering.open or offering.code not in form.FORMS:
        raise NotAllowed("not_open", offering=offering.code)
    if offering.term_years is None and edition is None:
        raise NotAllowed("edition_missing")
    if edition is not None and edition.rights_until <= now:
        raise NotAllowed("edition_over", edition=edition.label)
    there = Application.objects.of(organisation).filter(offering=offering, edition=edition, state__in=OPEN).first()
    if there is not None and not another:
        raise AlreadyOpen(there)
    application = Application.objects.create(
        number=numbers.take("A", now=now), organisation=organisation, offering=offering, edition=edition, language=language,
        form_version=offering.form_version, created_by_id=_person(by), created_at=now, changed_at=now,
    )  # fmt: skip
    given = prefill.answers(organisation, form.questions(form_of(application)), language=language, on=now.date())
    if edition is not None:
        given["edition"] = edition.label
    rows = [
        ApplicationAnswer(application=application, key=key, value=value, saved_at=now, saved_by_id=_person(by))
        for key, value in given.items()
    ]
    ApplicationAnswer.objects.bulk_create(rows)
    record(
        application,
        "create",
        by=by,
        now=now,
        to_state=State.DRAFT,
        payload={"form_version": application.form_version, "from_organisation": sorted(given)},
    )
    return application


@transaction.atomic
def save(
    application_id: int, step_key: str, answers: dict[str, Any], *, side: Side, by: Actor, now: datetime, seen: dict[str, str] | None = None
) -> Saved:
    """Keep some answers of one step; a key that is not named stays as it is, None takes an answer back.

    ``seen`` holds the ``digest`` of each answer as the page showed it: what nobody touched here is left alone, and what two people changed
    is not overwritten but returned as a conflict. None (a job) overwrites.
    :raises Wrong: a value is no answer; ``facts["key"]`` says which. :raises NotAllowed: wrong_side, wrong_state, unknown_question.
    """
    application = _locked(application_id)
    _may(application, "save", side=side, by=by)
    asked = _asked(application, step_key)
    written, conflicts = [], []
    limits = known(application.offering, now=now)
    stored = {row.key: row for row in application.answers.select_related("saved_by")}
    for key, raw in answers.items():
        if key not in asked:
            raise NotAllowed("unknown_question", key=key, step=step_key)
        value, row = _checked(asked[key], raw, limits), stored.get(key)
        before = row.value if row else None
        if value == before:
            continue
        if seen is not None and digest(before) != seen.get(key, ""):
            if digest(value) != seen.get(key, ""):
                conflicts.append(
                    Conflict(key, before, value, str(row.saved_by) if row else "", row.saved_at if row else application.changed_at)
                )
            continue
        _write(application, key, value, row, by=by, now=now)
        written.append(key)
    if written:
        application.changed_at = now
        application.save(update_fields=["changed_at", "edition"])
        record(
            application,
            "save",
            by=by,
            now=now,
            from_state=application.state,
            to_state=application.state,
            payload={"step": step_key, "keys": written},
        )
    return Saved(tuple(written), tuple(conflicts))


def _asked(application: Application, step_key: str) -> dict[str, Question]:
    page = form.step(form_of(application), step_key)
    return {question.key: question for question in page.questions} if page else {}


def _checked(question: Question, raw: Any, limits: Known) -> Any:
    try:
        return check(question.type, raw, known=limits)
    except Wrong as wrong:
        raise Wrong(wrong.code, **{**wrong.facts, "key": question.key}) from None


def _write(application: Application, key: str, value: Any, row: ApplicationAnswer | None, *, by: Actor, now: datetime) -> None:
    if row is None:
        ApplicationAnswer.objects.create(application=application, key=key, value=value, saved_at=now, saved_by_id=_person(by))
    elif value is None:
        row.delete()
    else:
        row.value, row.version, row.saved_at, row.saved_by_id = value, row.version + 1, now, _person(by)
        row.save(update_fields=["value", "version", "saved_at", "saved_by"])
    if key == "edition":
        application.edition = application.offering.editions.filter(label=value).first() if value else application.edition


@transaction.atomic
def move(
    application_id: int, command: str, *, side: Side, by: Actor, now: datetime, seen: int | None = None, reason: str = ""
) -> Application:
    """Move an application by the table of ``rules``.

    :raises NotAllowed: wrong_side, wrong_state, not_vetted, own_organisation, reason_missing, place_closed.
    :raises Incomplete: ``incomplete``, on submit. :raises Stale: somebody moved it since ``seen``.
    """
    application = _locked(application_id)
    before = State(application.state)
    target = _may(application, command, side=side, by=by)
    payload = EFFECTS[command](application, by=by, now=now, reason=reason)
    application.state, application.changed_at = target, now
    application.save()
    record(application, command, by=by, now=now, from_state=before, to_state=target, seen=seen, reason=reason, payload=payload)
    return application


def _locked(application_id: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "offering__programme", "edition").get(pk=application_id)


def _may(application: Application, command: str, *, side: Side, by: Actor) -> State:
    if side in APPLICANTS and by.organisation_id != application.organisation_id:
        raise NotAllowed("wrong_side", command=command)
    return next_state(State(application.state), command, side=side)


def _submit(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    """Freeze the answers that count, with the organisation's data of this moment."""
    asked, answers = form_of(application), answers_of(application)
    lacking = form.missing(asked, answers, edition=days_of(application))
    if lacking:
        raise Incomplete("incomplete", missing=lacking)
    closed = application.offering.closed_to.filter(code__in=answers["activity_places"])
    if closed:
        raise NotAllowed("place_closed", places=[str(place) for place in closed])
    frozen, profile = form.shown(asked, answers), prefill.profile(application.organisation)
    sha256 = hashlib.sha256(
        canonical({"form_version": application.form_version, "answers": frozen, "organisation": profile}).encode()
    ).hexdigest()
    number = application.revisions.count() + 1
    ApplicationRevision.objects.create(
        application=application, number=number, form_version=application.form_version, answers=frozen, organisation_data=profile,
        sha256=sha256, submitted_at=now, submitted_by_id=_person(by),
    )  # fmt: skip
    application.submitted_at = now
    return {"revision": number, "sha256": sha256}


def _not_theirs(application: Application, by: Actor) -> None:
    """Keep people of the applicant's organisation away from both ends of the table."""
    if application.organisation.memberships.filter(user_id=_person(by), ended_at=None).exists():
        raise NotAllowed("own_organisation", organisation=str(application.organisation))


def _take(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    _not_theirs(application, by)
    application.assignee_id = by.user_id
    return {}


def _decide(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    _not_theirs(application, by)
    if application.organisation.vetted_at is None:
        raise NotAllowed("not_vetted", organisation=str(application.organisation))
    application.decided_at = now
    return {"revision": application.revisions.order_by("-number").values_list("number", flat=True).first()}


def _decline(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    if not reason.strip():
        raise NotAllowed("reason_missing")
    return _decide(application, by=by, now=now, reason=reason)


def _withdraw(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    return {}


EFFECTS = {"submit": _submit, "take": _take, "approve": _decide, "decline": _decline, "withdraw": _withdraw}
