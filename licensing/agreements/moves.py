"""What every action on an agreement shares: its lock, its move through the table, and who may sign for an organisation."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from licensing.agreements.models import Agreement, SignatureRequest
from licensing.agreements.rules import Actor as Moves
from licensing.agreements.rules import Line, NotAllowed, Side, State, next_line, next_state
from licensing.history.actions import Actor, record
from licensing.organisations.models import Membership, Organisation, SigningPower
from licensing.organisations.queries import belongs
from licensing.organisations.rules import MAY, Act


def locked(agreement_id: int) -> Agreement:
    """Return the agreement with its row locked until the transaction ends."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("terms__application", "organisation", "offering")
    return rows.get(pk=agreement_id)


def move(
    agreement: Agreement,
    command: str,
    *,
    actor: Moves,
    by: Actor,
    now: datetime,
    fields: Sequence[str] = (),
    before: State | None = None,
    **event: Any,
) -> Agreement:
    """Move it as the table says for what it is at ``now`` (``before``, where the act itself has changed its window), and record that.

    :raises NotAllowed: wrong_actor, wrong_state or window_over; own_organisation: who belongs to the licensee does not act for the licensor.
    :raises Stale: somebody moved it since.
    """
    if actor is Moves.LEGAL and belongs(agreement.organisation_id, by.user_id):
        raise NotAllowed("own_organisation", organisation=str(agreement.organisation))
    before = before or agreement.status(at=now)
    agreement.state = next_state(before, command, actor=actor)
    agreement.save(update_fields=["state", *fields])
    record(agreement, command, from_state=before, to_state=agreement.state, by=by, now=now, **event)
    return agreement


def staff_or_owner(agreement: Agreement, by: Actor) -> Moves:
    """Return in which capacity somebody acts: for no organisation = staff, for the licensee = its owner.

    :raises NotAllowed: ``wrong_actor``: for another organisation.
    """
    if by.organisation_id is None:
        return Moves.LEGAL
    if by.organisation_id != agreement.organisation_id:
        raise NotAllowed("wrong_actor", command="")
    return Moves.OWNER


def rows_of(agreement: Agreement) -> list[SignatureRequest]:
    """Return the lines with their signatures, in the order of the rows."""
    return list(agreement.requests.select_related("signature", "user"))


def signed(row: SignatureRequest) -> bool:
    return hasattr(row, "signature")


def lines(rows: Sequence[SignatureRequest]) -> list[Line]:
    """Return the lines as the rule reads them (load ``signature`` with them)."""
    return [Line(row.pk, row.position, Side(row.side), row.user_id, signed(row)) for row in rows]


def upcoming(rows: Sequence[SignatureRequest]) -> SignatureRequest | None:
    """Return the line whose turn it is; None when all are signed."""
    line = next_line(lines(rows))
    return next((row for row in rows if line is not None and row.pk == line.id), None)


def power_of(organisation: Organisation, user_id: int, *, on: date) -> SigningPower | None:
    """Return the person's power to sign on that day; None if it ended, or they left or lost the role."""
    roles = [role.value for role in MAY[Act.SIGN]]
    signs = Membership.objects.filter(organisation=organisation, user_id=user_id, ended_at=None, role__in=roles).exists()
    return organisation.signing_powers.in_force(on).filter(user_id=user_id).first() if signs else None


def check_power(agreement: Agreement, row: SignatureRequest, *, on: date) -> None:
    """Refuse a signatory whose powers ended, or who left the organisation; somebody else may take their place.

    :raises NotAllowed: ``power_ended``.
    """
    if lost_power(agreement, row, on=on):
        raise NotAllowed("power_ended", name=row.name)


def lost_power(agreement: Agreement, row: SignatureRequest, *, on: date) -> bool:
    """Say whether who stands on a line of the licensee may not sign on that day."""
    return row.side == Side.LICENSEE and power_of(agreement.organisation, row.user_id or 0, on=on) is None
