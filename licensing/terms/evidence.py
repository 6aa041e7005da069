"""The papers an offering requires, ticked by staff."""

from datetime import datetime

from django.db import transaction

from licensing.history.actions import Actor
from licensing.offerings.models import EvidenceRequirement
from licensing.terms.models import TermsOffer
from licensing.terms.moves import add_note, locked, not_theirs, side
from licensing.terms.rules import NotAllowed, State, next_state


@transaction.atomic
def tick_evidence(
    terms_id: int, requirement_id: int, *, by: Actor, now: datetime, note: str = "", file_id: int | None = None
) -> TermsOffer:
    """Record that staff have seen a paper the offering requires; ``file_id``: the very file, which a submitted copy names.

    :raises NotAllowed: wrong_side, wrong_state, unknown_requirement, unknown_file, nothing_seen (neither a file nor a note says
        what), already_ticked, own_organisation.
    """
    terms, requirement = _requirement(terms_id, requirement_id, "evidence_tick", by=by)
    if terms.evidence.filter(requirement=requirement, withdrawn_at=None).exists():
        raise NotAllowed("already_ticked")
    file = terms.application.files.frozen().filter(pk=file_id).first() if file_id is not None else None
    if file_id is not None and file is None:
        raise NotAllowed("unknown_file")
    if file is None and not note.strip():
        raise NotAllowed("nothing_seen")
    terms.evidence.create(requirement=requirement, note=note.strip()[:250], file=file, ticked_by_id=by.person_id, ticked_at=now)
    payload = {"requirement": requirement.code, "note": note.strip()[:250]} | ({"file": file.name, "sha256": file.sha256} if file else {})
    add_note(terms, "evidence_tick", by=by, now=now, payload=payload)
    return terms


@transaction.atomic
def withdraw_evidence(terms_id: int, requirement_id: int, *, by: Actor, now: datetime, reason: str) -> TermsOffer:
    """Take a tick back, with the reason; the tick stays in the record.

    :raises NotAllowed: wrong_side, wrong_state, unknown_requirement, not_ticked, no_reason.
    """
    terms, requirement = _requirement(terms_id, requirement_id, "evidence_withdraw", by=by)
    if not reason.strip():
        raise NotAllowed("no_reason")
    if not terms.evidence.filter(requirement=requirement, withdrawn_at=None).update(withdrawn_at=now):
        raise NotAllowed("not_ticked")
    add_note(terms, "evidence_withdraw", by=by, now=now, reason=reason.strip(), payload={"requirement": requirement.code})
    return terms


def _requirement(terms_id: int, requirement_id: int, command: str, *, by: Actor) -> tuple[TermsOffer, EvidenceRequirement]:
    terms = locked(terms_id)
    next_state(State(terms.state), command, side=side(terms, by))
    not_theirs(terms, by)
    requirement = terms.application.offering.evidence.filter(pk=requirement_id).first()
    if requirement is None:
        raise NotAllowed("unknown_requirement")
    return terms, requirement


def missing_evidence(terms: TermsOffer) -> list[EvidenceRequirement]:
    """Return the papers of the offering that nobody has ticked yet, in their order."""
    ticked = terms.evidence.filter(withdrawn_at=None).values("requirement_id")
    return list(terms.application.offering.evidence.exclude(pk__in=ticked))
