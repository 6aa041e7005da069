"""What every move of a piece has in common: its row is locked, the table asked, the move written and recorded."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from licensing.history.actions import Actor, record
from licensing.logos import queries
from licensing.logos.models import ArtworkPiece, Proof
from licensing.logos.rules import NotAllowed, Side, State, next_state
from licensing.organisations.queries import belongs


def locked(piece_id: int) -> ArtworkPiece:
    rows = ArtworkPiece.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "licence__offering").get(pk=piece_id)


def may(piece: ArtworkPiece, command: str, *, side: Side, by: Actor) -> State:
    """Return the state the command leads to, if this person may give it: who belongs to the licensee, or uploaded, reviews nothing of it."""
    if side is Side.LICENSEE and by.organisation_id != piece.organisation_id:
        raise NotAllowed("wrong_side", command=command)
    target = next_state(State(piece.state), command, side=side, conditions_open=queries.conditions_open(piece))
    if side is Side.BRAND:
        if belongs(piece.organisation_id, by.person_id):
            raise NotAllowed("own_organisation", organisation=str(piece.organisation))
        if piece.proofs.filter(uploaded_by_id=by.person_id).exists():
            raise NotAllowed("own_upload")
    return target


def move(
    piece: ArtworkPiece,
    command: str,
    *,
    side: Side,
    by: Actor,
    now: datetime,
    seen: int | None,
    reason: str = "",
    payload: dict[str, Any] | None = None,
) -> ArtworkPiece:
    before, target = State(piece.state), may(piece, command, side=side, by=by)
    piece.state, piece.changed_at = target, now
    piece.save()
    record(
        piece, command, by=by, now=now, from_state=before, to_state=target, seen=seen, reason=reason, payload=payload,
        organisation_id=piece.organisation_id,
    )  # fmt: skip
    return piece


def facts(piece: ArtworkPiece, proof: Proof) -> dict[str, Any]:
    return {"sha256": proof.sha256, "medium": piece.medium, "size": piece.size, "language": piece.language}


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone))
