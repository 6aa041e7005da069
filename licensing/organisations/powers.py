"""Who may sign for an organisation, and who is to sign once they have joined. Each act locks the organisation's row first."""

from datetime import date, datetime

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.organisations.models import Organisation, SigningPower
from licensing.organisations.moves import held_by, locked
from licensing.organisations.queries import proven_by
from licensing.organisations.rules import Act, NotAllowed, may


@transaction.atomic
def grant_power(
    organisation_id: int,
    user_id: int,
    *,
    office: str,
    position: int = 1,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor,
    now: datetime,
) -> SigningPower:
    """Record that a member may sign, in which office and order; takes the place of what was said of the same person before.

    ``valid_to`` is exclusive, None = no end known.
    :raises NotAllowed: ``not_a_member``, ``no_signing_role`` or ``power_begins_after_it_ends``.
    """
    organisation = locked(organisation_id)
    held = held_by(organisation, user_id)
    if not held:
        raise NotAllowed("not_a_member")
    if not may(held, Act.SIGN):
        raise NotAllowed("no_signing_role")
    if valid_to is not None and valid_to <= valid_from:
        raise NotAllowed("power_begins_after_it_ends")
    end_powers(organisation, user_id, on=now.date())
    power = organisation.signing_powers.create(user_id=user_id, office=office, position=position, valid_from=valid_from, valid_to=valid_to)
    organisation.awaited_powers.open_on(now.date()).filter(email__in=proven_by(user_id)).update(granted_at=now)
    payload = {"user": user_id, "office": office, "position": position}
    record(organisation, "grant_power", by=by, now=now, payload=payload, organisation_id=organisation.pk)
    return power


@transaction.atomic
def end_power(organisation_id: int, user_id: int, *, by: Actor, now: datetime) -> None:
    """End a person's power to sign today; roles stay.

    :raises NotAllowed: ``no_power``.
    """
    organisation = locked(organisation_id)
    if not end_powers(organisation, user_id, on=now.date()):
        raise NotAllowed("no_power")
    record(organisation, "end_power", by=by, now=now, payload={"user": user_id}, organisation_id=organisation.pk)


def end_powers(organisation: Organisation, user_id: int, *, on: date) -> int:
    """End what is open; one that would begin later never begins. Return how many ended."""
    powers = list(organisation.signing_powers.open_on(on).filter(user_id=user_id))
    for power in powers:
        power.valid_to = max(on, power.valid_from)
        power.save(update_fields=["valid_to"])
    return len(powers)


def grant_awaited(organisation: Organisation, user_id: int, *, by: Actor, now: datetime) -> None:
    """Let the power take effect that is awaited for a person who holds a role that signs by now; the organisation is locked by the caller."""
    if not may(held_by(organisation, user_id), Act.SIGN):
        return
    awaited = organisation.awaited_powers.open_on(now.date()).filter(email__in=proven_by(user_id)).first()
    if awaited is not None:
        facts = {"office": awaited.office, "position": awaited.position, "valid_to": awaited.valid_to}
        grant_power(organisation.pk, user_id, valid_from=now.date(), **facts, by=by, now=now)


@transaction.atomic
def drop_awaited(organisation_id: int, awaited_id: int, *, by: Actor, now: datetime) -> None:
    """Give up that somebody who was named in an application signs; an invitation of theirs is a thing of its own.

    :raises NotAllowed: ``not_awaited``.
    """
    organisation = locked(organisation_id)
    awaited = organisation.awaited_powers.open_on(now.date()).filter(pk=awaited_id).first()
    if awaited is None:
        raise NotAllowed("not_awaited")
    awaited.dropped_at = now
    awaited.save(update_fields=["dropped_at"])
    payload = {"name": awaited.name, "office": awaited.office, "application": awaited.source}
    record(organisation, "drop_awaited", by=by, now=now, payload=payload, organisation_id=organisation.pk)
