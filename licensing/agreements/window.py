"""While an agreement is out for signature: telling again whom it waits for, giving more time, putting somebody else on a line."""

from datetime import datetime

from django.db import transaction

from licensing.agreements.models import Agreement, SignatureRequest
from licensing.agreements.moves import check_power, locked, move, power_of, rows_of, signed, staff_or_owner, upcoming
from licensing.agreements.rules import REMIND_AGAIN_AFTER, NotAllowed, Side, new_window, next_state
from licensing.agreements.rules import Actor as Moves
from licensing.history.actions import Actor
from licensing.history.models import Event


def _waits_for(agreement: Agreement) -> SignatureRequest:
    row = upcoming(rows_of(agreement))
    if row is None:
        raise NotAllowed("wrong_state", command="remind", state=agreement.state)
    return row


@transaction.atomic
def remind(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Send the letter again to whom the agreement waits for.

    :raises NotAllowed: wrong_actor, wrong_state, window_over, power_ended (a letter to them would lead nowhere) or reminded_lately.
    :raises Stale: somebody moved it since.
    """
    agreement = locked(agreement_id)
    actor = staff_or_owner(agreement, by)
    next_state(agreement.status(at=now), "remind", actor=actor)
    row = _waits_for(agreement)
    check_power(agreement, row, on=now.date())
    if Event.objects.of(agreement).filter(command="remind", recorded_at__gt=now - REMIND_AGAIN_AFTER).exists():
        raise NotAllowed("reminded_lately")
    return move(agreement, "remind", actor=actor, by=by, now=now, seen=seen, payload={"line": row.pk})


@transaction.atomic
def extend(agreement_id: int, *, until: datetime | None, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Give more time to sign, or all the time (None); a window that is over opens again.

    :raises NotAllowed: wrong_state, window_past, window_unchanged or window_shorter. :raises Stale: somebody moved it since.
    """
    agreement = locked(agreement_id)
    next_state(agreement.status(at=now), "extend", actor=Moves.LEGAL)
    old = agreement.window_ends_at
    new = new_window(old, until, now=now)
    payload = {"line": _waits_for(agreement).pk, "old": old and old.isoformat(), "new": new and new.isoformat()}
    before = agreement.status(at=now)
    agreement.window_ends_at = new
    return move(
        agreement, "extend", actor=Moves.LEGAL, fields=["window_ends_at"], before=before, by=by, now=now, seen=seen, payload=payload
    )


@transaction.atomic
def replace(agreement_id: int, line_id: int, *, user_id: int, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Put somebody else with the power to sign on a line that is not signed. The text stays as it is, and so do the signatures on it.

    :raises NotAllowed: wrong_actor, wrong_state, window_over, no_such_line, already_signed, signs_already, no_power or no_reason.
    :raises Stale: somebody moved it since.
    """
    agreement = locked(agreement_id)
    actor = staff_or_owner(agreement, by)
    next_state(agreement.status(at=now), "replace", actor=actor)
    rows = rows_of(agreement)
    row = next((row for row in rows if row.pk == line_id and row.side == Side.LICENSEE), None)
    if row is None:
        raise NotAllowed("no_such_line")
    if signed(row):
        raise NotAllowed("already_signed", line=row.pk)
    if any(other.user_id == user_id for other in rows):
        raise NotAllowed("signs_already")
    power = power_of(agreement.organisation, user_id, on=now.date())
    if power is None:
        raise NotAllowed("no_power")
    if not reason.strip():
        raise NotAllowed("no_reason")
    payload = {
        "line": row.pk,
        "position": row.position,
        "old": {"user": row.user_id, "name": row.name, "office": row.office},
        "new": {"user": power.user_id, "name": str(power.user), "office": power.office},
        "document_sha256": agreement.document_sha256,
    }
    row.user, row.name, row.office = power.user, str(power.user), power.office
    row.save(update_fields=["user", "name", "office"])
    return move(agreement, "replace", actor=actor, by=by, now=now, seen=seen, reason=reason.strip(), payload=payload)
