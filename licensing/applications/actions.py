"""Everything that changes an application. One transaction each: lock, decide, write, record."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from licensing.applications import clock, form, prefill, queries
from licensing.applications.answers import answers_of, digest, form_of
from licensing.applications.clarifying import answer, resume
from licensing.applications.freezing import Incomplete, freeze
from licensing.applications.keeping import Conflict, Saved, keep
from licensing.applications.models import Application, ApplicationAnswer
from licensing.applications.moves import locked, may, not_theirs, touch
from licensing.applications.questions import Question
from licensing.applications.rules import OPEN, NotAllowed, Side, State
from licensing.history.actions import Actor, record
from licensing.offerings.models import LicenceOffering, OfferingEdition
from licensing.organisations.models import Organisation
from portal.core import numbers

if TYPE_CHECKING:
    from licensing.entitlements.models import Licence

__all__ = ["AlreadyOpen", "Conflict", "Incomplete", "NotAllowed", "Saved", "digest", "move", "save", "start"]

DRAFTS = 10  # drafts an organisation may keep at once: more are a mistake or a machine


class AlreadyOpen(Exception):
    """The organisation has an open application for the same offering and edition; nothing was made."""

    code = "already_open"

    def __init__(self, application: Application):
        super().__init__(self.code)
        self.application = application


def check_open(offering: LicenceOffering, edition: OfferingEdition | None, *, now: datetime) -> None:
    """Refuse what cannot be licensed now: a draft may be older than the offering's closing.

    :raises NotAllowed: ``not_open``, ``edition_missing``, ``edition_over``.
    """
    if not offering.open or offering.code not in form.FORMS:
        raise NotAllowed("not_open", offering=offering.code)
    if offering.term_years is None and edition is None:
        raise NotAllowed("edition_missing")
    if edition is not None and edition.rights_until <= now:
        raise NotAllowed("edition_over", edition=edition.label)


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
    renews: "Licence | None" = None,
    former: Application | None = None,
) -> Application:
    """Begin a draft, filled in from what the organisation said of itself.

    ``another``: the person has been told of the open one and wants a second. ``renews``: the licence it is to follow; the answers of
    ``former``, the application that led to it, are filled in where the organisation's own data say nothing newer.
    :raises NotAllowed: ``not_open``, ``edition_missing``, ``edition_over``, ``too_many_drafts``.
    :raises AlreadyOpen: a colleague's application for the same offering and edition is open.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).select_related("place").get(pk=organisation_id)
    check_open(offering, edition, now=now)
    open_ones = Application.objects.of(organisation).filter(offering=offering, edition=edition, state__in=OPEN)
    there = open_ones.filter(renews=renews).first() if renews else open_ones.first()
    if there is not None and (renews or not another):
        raise AlreadyOpen(there)
    if Application.objects.of(organisation).filter(state=State.DRAFT).count() >= DRAFTS:
        raise NotAllowed("too_many_drafts", most=DRAFTS)
    application = Application.objects.create(
        number=numbers.take("A", now=now), organisation=organisation, offering=offering, edition=edition, language=language,
        form_version=offering.form_version, created_by_id=by.person_id, created_at=now, changed_at=now, renews=renews,
    )  # fmt: skip
    given = prefill.answers(organisation, form.questions(form_of(application)), language=language, on=now.date())
    if former is not None:
        given = {**prefill.former(answers_of(former), form.questions(form_of(application))), **given}
    if edition is not None:
        given["edition"] = edition.label
    rows = [
        ApplicationAnswer(application=application, key=key, value=value, saved_at=now, saved_by_id=by.person_id)
        for key, value in given.items()
    ]
    ApplicationAnswer.objects.bulk_create(rows)
    record(
        application,
        "create",
        by=by,
        now=now,
        to_state=State.DRAFT,
        payload={"form_version": application.form_version, "filled_in": sorted(given), **({"renews": renews.number} if renews else {})},
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
    application = locked(application_id)
    may(application, "save", side=side, by=by)
    saved = keep(application, _asked(application, step_key), answers, by=by, now=now, seen=seen)
    if saved.written:
        touch(application, "save", by=by, now=now, payload={"step": step_key, "keys": list(saved.written)})
    return saved


def _asked(application: Application, step_key: str) -> dict[str, Question]:
    """Return what may be answered: the questions of a step of a draft. What staff asked about afterwards has a door of its own."""
    page = form.step(form_of(application), step_key) if application.state == State.DRAFT else None
    return {question.key: question for question in page.questions} if page else {}


@transaction.atomic
def move(
    application_id: int, command: str, *, side: Side, by: Actor, now: datetime, seen: int | None = None, reason: str = ""
) -> Application:
    """Move an application by the table of ``rules``.

    :raises NotAllowed: wrong_side, wrong_state, not_vetted, own_organisation, reason_missing, place_closed, already_held, unanswered.
    :raises Incomplete: ``incomplete``, on submit and answer. :raises Stale: somebody moved it since ``seen``.
    """
    application = locked(application_id)
    before = State(application.state)
    target = may(application, command, side=side, by=by)
    payload = EFFECTS[command](application, by=by, now=now, reason=reason)
    if target != State.CLARIFICATION:
        clock.reset(application)
    application.state, application.changed_at = target, now
    application.save()
    record(application, command, by=by, now=now, from_state=before, to_state=target, seen=seen, reason=reason, payload=payload)
    return application


def _submit(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    """Freeze the answers that count, with the organisation's data of this moment; a decision is promised from here.

    Where the organisation holds a licence for the same already, ``reason`` says why it needs another.
    """
    check_open(application.offering, application.edition, now=now)
    given = answers_of(application)
    revision = freeze(application, given, by=by, now=now)
    alike = [licence.number for licence in queries.held_alike(application, given["activity_places"], at=now)]
    if alike and not reason.strip():
        raise NotAllowed("already_held", licence=alike[0])
    application.submitted_at = now
    clock.start(application, now=now)
    return {
        "revision": revision.number,
        "sha256": revision.sha256,
        "due": str(application.decision_due_on),
        **({"held": alike} if alike else {}),
    }


def _take(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    not_theirs(application, by)
    application.assignee_id = by.user_id
    return {}


def _decide(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    not_theirs(application, by)
    if application.organisation.vetted_at is None:
        raise NotAllowed("not_vetted", organisation=str(application.organisation))
    application.decided_at = now
    return {"revision": revision.number if (revision := application.last_revision) else None}


def _decline(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    if not reason.strip():
        raise NotAllowed("reason_missing")
    return _decide(application, by=by, now=now, reason=reason)


def _withdraw(application: Application, *, by: Actor, now: datetime, reason: str) -> dict[str, Any]:
    return {}


EFFECTS = {
    "submit": _submit,
    "take": _take,
    "answer": answer,
    "resume": resume,
    "approve": _decide,
    "decline": _decline,
    "withdraw": _withdraw,
}
