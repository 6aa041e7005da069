"""What a brand reviewer does with a piece of artwork. One transaction each: lock, decide, write, record."""

from datetime import date, datetime, timedelta

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.logos import moves, queries
from licensing.logos.models import ArtworkPiece, PieceApproval, ProofNote, ProofRound
from licensing.logos.rules import NotAllowed, Note, Side, check_notes

ONE_DAY = timedelta(days=1)


@transaction.atomic
def take(piece_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Become the one reviewer of this round. :raises NotAllowed: ``wrong_side``, ``wrong_state``, ``own_organisation``, ``own_upload``."""
    piece = moves.locked(piece_id)
    piece.reviewer_id = by.person_id
    return moves.move(piece, "take", side=Side.BRAND, by=by, now=now, seen=seen)


@transaction.atomic
def request_changes(piece_id: int, notes: tuple[Note, ...], *, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Say what has to change, each note with the rule it rests on.

    :raises NotAllowed: as ``take``; ``not_reviewer``: somebody else took it; any code of ``rules.check_notes``.
    """
    piece = moves.locked(piece_id)
    last = _reviewed(piece, "request_changes", by=by)
    check_notes(notes, pages=len(last.proof.pages))
    for number, note in enumerate(notes, 1):
        ProofNote.objects.create(
            round=last,
            number=number,
            rule=note.rule,
            text=note.text.strip(),
            page=note.page,
            x=note.x,
            y=note.y,
            by_id=by.person_id,
            at=now,
        )
    payload = {"round": last.number, "rules": sorted({note.rule for note in notes})}
    return moves.move(piece, "request_changes", side=Side.BRAND, by=by, now=now, seen=seen, payload=payload)


@transaction.atomic
def approve(
    piece_id: int, *, sha256: str, by: Actor, now: datetime, until: date | None = None, conditions: str = "", seen: int | None = None
) -> PieceApproval:
    """Approve exactly the file with this hash, in the piece's medium, size, language and places.

    ``until`` is the last day (default: the piece's own); never after the right's. With ``conditions`` it is not cleared yet.
    :raises NotAllowed: as ``request_changes``; ``other_file``: the hash is not the one sent in; ``no_right``, ``until_over``.
    """
    piece = moves.locked(piece_id)
    last = _reviewed(piece, "approve", by=by)
    if last.proof.sha256 != sha256:
        raise NotAllowed("other_file")
    right = queries.right_of(piece.licence, at=now)
    if right is None or not right.may_prepare:
        raise NotAllowed("no_right", licence=piece.licence.number)
    ends = min(moves.midnight((until or piece.use_until) + ONE_DAY, piece.licence.zone), right.valid_to)
    begins = max(now, right.valid_from)
    if ends <= begins:
        raise NotAllowed("until_over")
    approval = PieceApproval.objects.create(
        piece=piece,
        round=last,
        sha256=sha256,
        medium=piece.medium,
        size=piece.size,
        language=piece.language,
        places=sorted(piece.places.values_list("code", flat=True)),
        valid_from=begins,
        valid_until=ends,
        conditions=conditions.strip(),
        by_id=by.person_id,
        at=now,
        cleared_at=None if conditions.strip() else now,
        cleared_by_id=None if conditions.strip() else by.person_id,
    )
    payload = moves.facts(piece, last.proof) | {"until": ends.isoformat(), "conditions": approval.conditions, "places": approval.places}
    moves.move(piece, "approve", side=Side.BRAND, by=by, now=now, seen=seen, payload=payload, reason=approval.conditions)
    return approval


@transaction.atomic
def clear(piece_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> PieceApproval:
    """Say that the approved file itself meets the conditions: from now on it may be shown.

    :raises NotAllowed: ``wrong_side``, ``wrong_state``, ``own_organisation``, ``own_upload``.
    """
    piece = moves.locked(piece_id)
    moves.may(piece, "clear", side=Side.BRAND, by=by)
    approval = piece.approvals.order_by("-pk")[0]
    approval.cleared_at, approval.cleared_by_id = now, by.person_id
    approval.save(update_fields=["cleared_at", "cleared_by"])
    record(piece, "clear", by=by, now=now, from_state=piece.state, to_state=piece.state, seen=seen, payload={"sha256": approval.sha256})
    return approval


@transaction.atomic
def reject(piece_id: int, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Refuse the piece for good. :raises NotAllowed: as ``request_changes``; ``no_reason``."""
    piece = moves.locked(piece_id)
    _reviewed(piece, "reject", by=by)
    if not reason.strip():
        raise NotAllowed("no_reason")
    return moves.move(piece, "reject", side=Side.BRAND, by=by, now=now, seen=seen, reason=reason.strip())


def _reviewed(piece: ArtworkPiece, command: str, *, by: Actor) -> ProofRound:
    """Return the round under review, if this is its reviewer: one of record, so that two never contradict each other."""
    moves.may(piece, command, side=Side.BRAND, by=by)
    if piece.reviewer_id != by.person_id:
        raise NotAllowed("not_reviewer", reviewer=str(piece.reviewer))
    return piece.proof_rounds.select_related("proof").order_by("-number")[0]
