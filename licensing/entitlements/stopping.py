"""Suspending, ending and revoking a licence, and taking a notice back: one of staff asks, another confirms. Each action is one transaction
and locks the row.

The request is an event only staff read; the letter follows the act itself. What is lifted again needs one person (docs/adr/020).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from licensing.entitlements import queries
from licensing.entitlements.actions import locked
from licensing.entitlements.models import Licence, LicenceEnd
from licensing.entitlements.rules import ASKS, GRAVE, TICK, EndKind, NotAllowed, after_last_day, check_move, may_ask
from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.organisations.queries import belongs
from portal.core.second_person import SamePerson, refuse_same

INTERNAL = Event.Visibility.INTERNAL


def _checked(licence_id: int, command: str, *, reason: str, by: Actor, now: datetime) -> Licence:
    if not reason.strip():
        raise NotAllowed("no_reason")
    licence = locked(licence_id)
    _refuse_insider(licence, by=by)
    check_move(command, licence.facts(), at=now)
    return licence


def _refuse_insider(licence: Licence, *, by: Actor) -> None:
    if belongs(licence.organisation_id, by.user_id):
        raise NotAllowed("own_organisation", organisation=str(licence.organisation))


@transaction.atomic
def ask(
    licence_id: int,
    command: str,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
    kind: str = "",
    last_day: date | None = None,
) -> Event:
    """Ask a second person to suspend, end or revoke the licence or to take back its notice; nothing changes for the licensee until then.

    A request that waits is set aside where the table says so; whoever asked for that is told.
    ``kind`` says how it ends ('' = as usual), ``last_day`` until when it still holds (in its zone; None = until it is confirmed).
    :raises NotAllowed: ``already_requested``, ``own_organisation``, ``already_suspended``, ``already_ended``, ``no_notice``,
        ``over``, ``no_reason``, ``day_past``, ``day_after_term``. :raises Stale: it changed since ``seen``. :raises ValueError: it does not end like this.
    """
    kinds = GRAVE[command]
    if kind and kind not in kinds:
        raise ValueError(f"{command} does not make it {kind}")
    licence = _checked(licence_id, command, reason=reason, by=by, now=now)
    at = after_last_day(last_day, licence.facts(), zone=ZoneInfo(licence.zone), at=now) if last_day else None
    wanted = {"kind": kind or kinds[0].value, "at": at.isoformat() if at else ""} if kinds else {}
    asked = queries.asked(licence)
    if not may_ask(command, waiting=ASKS[asked.command] if asked else None):
        raise NotAllowed("already_requested")
    if asked is not None:
        seen = _set_aside(licence, asked, command, reason=reason, by=by, now=now, seen=seen).seq
    return record(licence, f"{command}_request", by=by, now=now, reason=reason.strip(), seen=seen, visibility=INTERNAL, payload=wanted)


def _set_aside(licence: Licence, asked: Event, command: str, *, reason: str, by: Actor, now: datetime, seen: int | None) -> Event:
    payload = {"for": command, "asked_by": asked.actor_id}
    said: dict[str, Any] = {"reason": reason.strip(), "payload": payload, "visibility": INTERNAL}
    return record(licence, f"{ASKS[asked.command]}_set_aside", by=by, now=now, seen=seen, **said)


@transaction.atomic
def take_back(licence_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Event:
    """Take the request back.

    :raises NotAllowed: ``not_requested``, ``own_organisation``. :raises Stale: it changed since ``seen``: it may be another request now.
    """
    licence = locked(licence_id)
    asked = queries.asked(licence)
    if asked is None:
        raise NotAllowed("not_requested")
    _refuse_insider(licence, by=by)
    return record(licence, f"{ASKS[asked.command]}_withdraw", by=by, now=now, visibility=INTERNAL, seen=seen)


@transaction.atomic
def confirm(licence_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Event:
    """Do what somebody else asked for, in the name of both.

    :raises NotAllowed: ``not_requested``; ``same_person`` for the one who asked; ``asker_gone`` where that account is closed or belongs to the
        licensee by now; ``own_organisation``, ``already_suspended``, ``already_ended``, ``no_notice``, ``over``. Where its last day is over by
        now, it ends now.
    :raises Stale: it changed since ``seen``: it may be asked for another reason now.
    """
    asked = queries.asked(locked(licence_id))
    if asked is None:
        raise NotAllowed("not_requested")
    command = ASKS[asked.command]
    try:
        refuse_same(f"licence.{command}", by=by.user_id, authors=[asked.actor_id])
    except SamePerson as same:
        raise NotAllowed(same.code)
    licence = _checked(licence_id, command, reason=asked.reason, by=by, now=now)
    if asked.actor is None or not asked.actor.is_active or belongs(licence.organisation_id, asked.actor_id):
        raise NotAllowed("asker_gone", name=asked.actor_label)
    first = Actor(asked.actor_id, asked.actor_label, proof=by.proof)
    if command == "suspend":
        return _suspend(licence, reason=asked.reason, by=first, second=by, now=now, seen=seen)
    if command == "recall":
        return _recall(licence, reason=asked.reason, by=first, second=by, now=now, seen=seen)
    ends_at, kind = queries.asked_until(asked), EndKind(asked.payload["kind"])
    return _end(licence, command, kind, reason=asked.reason, by=first, second=by, now=now, at=max(ends_at or now, now), seen=seen)


def _suspend(licence: Licence, *, reason: str, by: Actor, second: Actor, now: datetime, seen: int | None) -> Event:
    """Stop all rights of the licence from now until it is reinstated; its last day stays what it is."""
    before, payload = licence.status(at=now), {"second": second.label}
    licence.suspensions.create(cause=reason, valid_from=now, by_id=by.person_id, second_id=second.person_id, recorded_at=now)
    return record(licence, "suspend", by=by, now=now, from_state=before, to_state="suspended", reason=reason, payload=payload, seen=seen)


def _recall(licence: Licence, *, reason: str, by: Actor, second: Actor, now: datetime, seen: int | None) -> Event:
    """Take back the notice: the licence ends with its term again."""
    end = licence.end
    assert end is not None
    _lift(end, by=by, second=second, now=now)
    licence.end = None
    licence.save(update_fields=["end"])
    payload = {"kind": end.kind, "at": end.at.isoformat(), "second": second.label}
    return record(licence, "recall", by=by, now=now, to_state=licence.status(at=now), reason=reason, payload=payload, seen=seen)


def _lift(end: LicenceEnd, *, by: Actor, second: Actor, now: datetime) -> None:
    end.lifted_at, end.lifted_by_id, end.lifted_second_id = now, by.user_id, second.user_id
    end.save(update_fields=["lifted_at", "lifted_by", "lifted_second"])


@transaction.atomic
def reinstate(licence_id: int, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Licence:
    """End the suspension.

    :raises NotAllowed: ``not_suspended``, ``already_ended``, ``over``, ``no_reason``.
    """
    licence = _checked(licence_id, "reinstate", reason=reason, by=by, now=now)
    suspension = licence.suspensions.get(valid_to=None)
    suspension.valid_to = max(now, suspension.valid_from + TICK)
    suspension.save(update_fields=["valid_to"])
    record(licence, "reinstate", by=by, now=now, from_state="suspended", to_state=licence.status(at=now), reason=reason.strip(), seen=seen)
    return licence


@transaction.atomic
def surrender(licence_id: int, *, reason: str, by: Actor, now: datetime) -> Event:
    """End the licence in the name of its holder, who gives it up: no second person.

    :raises NotAllowed: ``already_ended``, ``over``, ``no_reason``; ``other_organisation``: nobody gives up what others hold.
    """
    licence = _checked(licence_id, "end", reason=reason, by=SYSTEM, now=now)
    if not belongs(licence.organisation_id, by.user_id):
        raise NotAllowed("other_organisation")
    return _end(licence, "end", EndKind.SURRENDERED, reason=reason.strip(), by=by, second=None, now=now, at=now)


def _end(
    licence: Licence,
    command: str,
    kind: EndKind,
    *,
    reason: str,
    by: Actor,
    second: Actor | None,
    now: datetime,
    at: datetime,
    seen: int | None = None,
) -> Event:
    """Record the end; a notice that stands gives way to it: only a revocation comes before one, and takes two people."""
    if licence.end is not None and second is not None:
        _lift(licence.end, by=by, second=second, now=now)
    people = {"by_id": by.user_id, "second_id": second.user_id if second else None}
    licence.end = LicenceEnd.objects.create(licence=licence, kind=kind, at=at, reason=reason, recorded_at=now, **people)
    licence.save(update_fields=["end"])
    payload = {"kind": kind.value, "at": at.isoformat()} | ({"second": second.label} if second else {})
    return record(licence, command, by=by, now=now, to_state=kind.value, reason=reason, payload=payload, effective_at=at, seen=seen)
