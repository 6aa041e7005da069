"""What a licensee does with a piece of artwork. One transaction each: lock, decide, write, record. Files are looked at before, by ``take_in``."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from licensing.entitlements.models import Licence
from licensing.history.actions import Actor, record
from licensing.logos import moves, queries
from licensing.logos.models import ArtworkPiece, Proof, ProofRound
from licensing.logos.rules import Medium, NotAllowed, Side, State, due
from licensing.logos.take_in import Taken
from licensing.organisations.models import Organisation
from portal.core import numbers
from portal.core.working_days import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a piece is. ``places`` are ids, of the licence's territory; ``use_until`` is the last day it is shown."""

    title: str
    medium: Medium
    size: str
    language: str
    venue: str
    places: tuple[int, ...]
    use_from: date
    use_until: date
    print_run: int | None = None


@transaction.atomic
def begin(licence_id: int, facts: Facts, taken: Taken, *, by: Actor, now: datetime) -> ArtworkPiece:
    """Make a draft of a piece with its first file.

    :raises NotAllowed: ``wrong_side``, ``no_right``, ``outside_territory``, ``period``, ``after_the_right``.
    """
    licence = Licence.objects.with_facts().get(pk=licence_id)
    if by.organisation_id != licence.organisation_id:
        raise NotAllowed("wrong_side", command="begin")
    _check(licence, facts, now=now)
    Organisation.objects.select_for_update(of=("self",)).get(pk=licence.organisation_id)
    piece = ArtworkPiece.objects.create(
        number=numbers.take("P", now=now),
        organisation=licence.organisation,
        licence=licence,
        created_by_id=by.person_id,
        created_at=now,
        changed_at=now,
        **_columns(facts),
    )
    piece.places.set(facts.places)
    proof = _keep(piece, taken, by=by, now=now)
    record(piece, "begin", by=by, now=now, to_state=State.DRAFT, payload={"sha256": proof.sha256, "file": proof.name})
    return piece


@transaction.atomic
def edit(piece_id: int, facts: Facts, *, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Change what a draft is; once it was sent in, another medium, size or language is a new piece.

    :raises NotAllowed: ``wrong_side``, ``wrong_state`` and what ``begin`` raises. :raises Stale: see ``record``.
    """
    piece = moves.locked(piece_id)
    moves.may(piece, "edit", side=Side.LICENSEE, by=by)
    _check(piece.licence, facts, now=now)
    for name, value in _columns(facts).items():
        setattr(piece, name, value)
    piece.changed_at = now
    piece.save()
    piece.places.set(facts.places)
    record(piece, "edit", by=by, now=now, from_state=piece.state, to_state=piece.state, seen=seen)
    return piece


@transaction.atomic
def upload(piece_id: int, taken: Taken, *, by: Actor, now: datetime, seen: int | None = None) -> Proof:
    """Put another file in the place of the last one, to be sent in next.

    :raises NotAllowed: ``wrong_side``, ``wrong_state``, ``new_piece``, ``same_file``.
    """
    piece = moves.locked(piece_id)
    moves.may(piece, "upload", side=Side.LICENSEE, by=by)
    if queries.current(piece).sha256 == taken.sha256:
        raise NotAllowed("same_file")
    proof = _keep(piece, taken, by=by, now=now)
    piece.changed_at = now
    piece.save(update_fields=["changed_at"])
    payload = {"sha256": proof.sha256, "file": proof.name}
    record(piece, "upload", by=by, now=now, from_state=piece.state, to_state=piece.state, seen=seen, payload=payload)
    return proof


@transaction.atomic
def submit(piece_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Send the piece in for approval: a round begins, with the last file.

    :raises NotAllowed: ``wrong_side``, ``wrong_state``, ``new_piece``, ``no_right``, ``unchanged`` (changes were asked for, the file is the same).
    """
    piece = moves.locked(piece_id)
    before, target = State(piece.state), moves.may(piece, "submit", side=Side.LICENSEE, by=by)
    right = queries.right_of(piece.licence, at=now)
    if right is None or not right.may_prepare:
        raise NotAllowed("no_right", licence=piece.licence.number)
    proof, last = queries.current(piece), piece.proof_rounds.order_by("-number").first()
    if last is not None and last.proof_id == proof.pk:
        raise NotAllowed("unchanged")
    piece.rounds += 1
    piece.state, piece.changed_at, piece.due_on, piece.reviewer = target, now, due(now.date(), Calendar(settings.LICENSOR_HOLIDAYS)), None
    piece.save()
    ProofRound.objects.create(
        piece=piece, number=piece.rounds, proof=proof, submitted_by_id=by.person_id, submitted_at=now, due_on=piece.due_on
    )
    payload = moves.facts(piece, proof) | {"round": piece.rounds, "due_on": piece.due_on.isoformat()}
    record(piece, "submit", by=by, now=now, from_state=before, to_state=target, seen=seen, payload=payload)
    return piece


@transaction.atomic
def withdraw(piece_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> ArtworkPiece:
    """Take a piece back before it is decided. :raises NotAllowed: ``wrong_side``, ``wrong_state``."""
    return moves.move(moves.locked(piece_id), "withdraw", side=Side.LICENSEE, by=by, now=now, seen=seen)


def _check(licence: Licence, facts: Facts, *, now: datetime) -> None:
    right = queries.right_of(licence, at=now)
    if right is None or not right.may_prepare:
        raise NotAllowed("no_right", licence=licence.number)
    if not facts.places or set(facts.places) - set(licence.territory.values_list("place", flat=True)):
        raise NotAllowed("outside_territory")
    if facts.use_until < facts.use_from:
        raise NotAllowed("period")
    if moves.midnight(facts.use_until, licence.zone) >= right.valid_to:
        raise NotAllowed("after_the_right", valid_to=right.valid_to, zone=licence.zone)


def _columns(facts: Facts) -> dict[str, Any]:
    return {
        "title": facts.title.strip(),
        "medium": facts.medium,
        "size": facts.size.strip(),
        "language": facts.language,
        "venue": facts.venue.strip(),
        "use_from": facts.use_from,
        "use_until": facts.use_until,
        "print_run": facts.print_run,
    }


def _keep(piece: ArtworkPiece, taken: Taken, *, by: Actor, now: datetime) -> Proof:
    last = piece.proofs.order_by("-number").values_list("number", flat=True).first() or 0
    return Proof.objects.create(
        piece=piece,
        number=last + 1,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.size,
        sha256=taken.sha256,
        vault_key=taken.key,
        pages=taken.pages,
        findings=[[code, facts] for code, facts in taken.findings],
        uploaded_by_id=by.person_id,
        uploaded_at=now,
    )
