"""The only writer of events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from licensing.history.models import Event
from portal.core import outbox


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person (``user_id``) or a job (None), as named at that moment, and for which organisation (None = staff or a job).

    ``proof`` is what was verified for this very act (``portal.accounts.rules.Proof``), '' where none was asked for.
    """

    user_id: int | None
    label: str
    organisation_id: int | None = None
    proof: str = ""

    @property
    def person_id(self) -> int:
        """The person who acts, where only a person may.

        :raises ValueError: a job acts.
        """
        if self.user_id is None:
            raise ValueError(f"{self.label} is no person")
        return self.user_id


SYSTEM = Actor(None, "system")


class Stale(Exception):
    """Somebody else moved the object since the caller looked at it; ``code`` is ``stale``."""

    code = "stale"


def record(
    subject: models.Model,
    command: str,
    *,
    by: Actor,
    now: datetime,
    from_state: str = "",
    to_state: str = "",
    seen: int | None = None,
    reason: str = "",
    payload: dict[str, Any] | None = None,
    visibility: str = Event.Visibility.ORGANISATION,
    effective_at: datetime | None = None,
    organisation_id: int | None = None,
) -> Event:
    """Append the next event of ``subject``, whose row the caller has locked in the same transaction, and put it into the outbox: letters follow.

    ``seen`` is the ``seq`` the caller's page was drawn from; None where no page was.
    :raises Stale: ``seen`` is not the last one any more.
    """
    last = latest(subject)
    if seen is not None and seen != last:
        raise Stale
    event = Event.objects.create(
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        seq=last + 1,
        command=command,
        from_state=from_state,
        to_state=to_state,
        actor_id=by.user_id,
        actor_label=by.label,
        organisation_id=organisation_id or by.organisation_id or getattr(subject, "organisation_id", None),
        reason=reason,
        visibility=visibility,
        payload={**(payload or {}), **({"proof": by.proof} if by.proof else {})},
        effective_at=effective_at or now,
        recorded_at=now,
    )
    outbox.put("licensing.event", {"event": event.pk}, now=now)
    return event


def latest(subject: models.Model) -> int:
    """Return the ``seq`` of the last event of ``subject``; 0 if there is none."""
    rows = Event.objects.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk)
    return rows.order_by("-seq").values_list("seq", flat=True).first() or 0
