"""What the right to a logo is worth, how a piece stands, and whether anything may be shown now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from licensing.entitlements.models import Entitlement, Licence
from licensing.entitlements.rules import LicenceFacts, LicenceStatus, never_begins, status, until
from licensing.logos.models import ArtworkPiece, PieceApproval, Proof
from licensing.logos.rules import RIGHT, TURN, Face, State, Turn, face
from licensing.organisations.models import Organisation
from portal.core.periods import Period

# The tabs of staff's list: what waits for them, for the licensee, what is decided.
TABS: dict[str, frozenset[State]] = {
    "ours": frozenset(state for state, turn in TURN.items() if turn is Turn.STAFF),
    "theirs": frozenset({State.CHANGES_REQUESTED}),
    "approved": frozenset({State.APPROVED}),
    "closed": frozenset({State.REJECTED, State.WITHDRAWN}),
}


@dataclass(frozen=True, slots=True)
class MarkRight:
    """The right of one licence to show its logo: ``status`` at the instant asked about, ``since`` when it does not hold any more.

    One that ``never_begins`` ended before its days.
    """

    licence: Licence
    valid_from: datetime
    valid_to: datetime
    status: LicenceStatus
    since: datetime | None = None
    never_begins: bool = False

    @property
    def holds(self) -> bool:
        return self.status is LicenceStatus.ACTIVE

    @property
    def may_prepare(self) -> bool:
        """Say whether pieces may be sent in: the right holds, or will."""
        return self.holds or (self.status is LicenceStatus.SCHEDULED and not self.never_begins)


def rights_of(organisation: Organisation, *, at: datetime) -> list[MarkRight]:
    """Return every logo right the organisation has or had, those that hold first, then by the licence's begin, the newest first."""
    rows = Entitlement.objects.filter(licence__organisation=organisation, right__code=RIGHT).select_related("right")
    licences = {licence.pk: licence for licence in Licence.objects.of(organisation).with_facts()}
    found = [_right(row, licences[row.licence_id], at=at) for row in rows]
    return sorted(found, key=lambda right: (not right.holds, not right.may_prepare, -right.valid_from.timestamp(), right.licence.pk))


def right_of(licence: Licence, *, at: datetime) -> MarkRight | None:
    """Return the licence's logo right; None if it grants none."""
    row = Entitlement.objects.filter(licence=licence, right__code=RIGHT).select_related("right").first()
    return _right(row, licence, at=at) if row else None


def _right(row: Entitlement, licence: Licence, *, at: datetime) -> MarkRight:
    facts = licence.facts()
    worth = LicenceFacts(Period(row.valid_from, row.valid_to), facts.suspensions, facts.end)
    found = status(worth, at=at)
    since = None
    if found in (LicenceStatus.ENDED, LicenceStatus.REVOKED) and facts.end:
        since = facts.end.at
    elif found is LicenceStatus.EXPIRED:
        since = row.valid_to
    elif found is LicenceStatus.SUSPENDED:
        since = min(period.valid_from for period in facts.suspensions if at in period)
    return MarkRight(licence, row.valid_from, until(worth), found, since, never_begins(worth))


def current(piece: ArtworkPiece) -> Proof:
    """Return the file that was uploaded last."""
    return piece.proofs.order_by("-number")[0]


def approval_of(piece: ArtworkPiece) -> PieceApproval | None:
    """Return the last approval of an approved piece; None while it is not approved, or not any more."""
    return piece.approvals.order_by("-pk").first() if piece.state == State.APPROVED else None


def face_of(piece: ArtworkPiece, *, at: datetime, approval: PieceApproval | None = None, right: MarkRight | None = None) -> Face:
    """Return how a piece stands at ``at``; what was loaded already may be handed in."""
    approval = approval or approval_of(piece)
    right = right or right_of(piece.licence, at=at)
    return face(
        State(piece.state),
        cleared=approval is not None and approval.cleared_at is not None,
        valid_until=approval.valid_until if approval else None,
        right=right.status if right else LicenceStatus.ENDED,
        at=at,
    )


def conditions_open(piece: ArtworkPiece) -> bool:
    """Say whether the piece is approved with conditions that nobody has cleared."""
    approval = approval_of(piece)
    return approval is not None and approval.cleared_at is None


def approvals_in_force(licence_ids: Iterable[int], *, at: datetime) -> QuerySet[PieceApproval]:
    """Keep approvals of pieces of these licences that are cleared and not past their day; the right itself is the caller's question."""
    rows = PieceApproval.objects.cleared_by(at).filter(piece__licence__in=list(licence_ids), piece__state=State.APPROVED)
    return rows.select_related("piece__licence").order_by("piece__number")


def with_a_piece(licence_ids: Iterable[int], *, at: datetime) -> frozenset[int]:
    """Return those of the licences that have an approved piece at ``at``: one statement."""
    rows = approvals_in_force(licence_ids, at=at).order_by()
    return frozenset(rows.values_list("piece__licence", flat=True).distinct())


def approved_for(licence: Licence, *, medium: str, size: str, language: str, at: datetime) -> PieceApproval | None:
    """Return the approval for exactly this medium, size and language, while the right to the logo holds; None if there is none."""
    right = right_of(licence, at=at)
    if right is None or not right.holds:
        return None
    rows = approvals_in_force([licence.pk], at=at).filter(medium=medium, size__iexact=size.strip(), language=language)
    return rows.first()


def turn(piece: ArtworkPiece) -> Turn:
    """Return who acts next; an approval with open conditions waits for the licensee."""
    return Turn.LICENSEE if conditions_open(piece) else TURN[State(piece.state)]


def waiting(organisation: Organisation) -> QuerySet[ArtworkPiece]:
    """Keep the organisation's pieces that wait for somebody: open ones, and those approved with conditions nobody has cleared."""
    open_states = [state.value for state, whose in TURN.items() if whose is not Turn.NOBODY]
    uncleared = PieceApproval.objects.filter(cleared_at=None).values("piece")
    rows = ArtworkPiece.objects.of(organisation).filter(Q(state__in=open_states) | Q(state=State.APPROVED, pk__in=uncleared))
    return rows.select_related("licence__offering").order_by("due_on", "pk")
