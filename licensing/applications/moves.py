"""What every change of an application begins with: the row locked, and whether this side may do that now."""

from datetime import datetime
from typing import Any

from licensing.applications.models import Application
from licensing.applications.rules import NotAllowed, Side, State, next_state
from licensing.history.actions import Actor, record
from licensing.organisations.queries import belongs

APPLICANTS = {Side.APPLICANT, Side.OWNER}


def locked(application_id: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "offering__programme", "edition").get(pk=application_id)


def may(application: Application, command: str, *, side: Side, by: Actor) -> State:
    """Return the state that ``command`` leads to.

    :raises NotAllowed: ``wrong_side``, also for people of another organisation; ``wrong_state``.
    """
    if side in APPLICANTS and by.organisation_id != application.organisation_id:
        raise NotAllowed("wrong_side", command=command)
    return next_state(State(application.state), command, side=side)


def not_theirs(application: Application, by: Actor) -> None:
    """Keep people of the applicant's organisation away from both ends of the table.

    :raises NotAllowed: ``own_organisation``.
    """
    if belongs(application.organisation_id, by.person_id, since=application.created_at):
        raise NotAllowed("own_organisation", organisation=str(application.organisation))


def touch(application: Application, command: str, *, by: Actor, now: datetime, seen: int | None = None, payload: dict[str, Any]) -> None:
    """Write down a command that leaves the state as it is."""
    application.changed_at = now
    application.save(update_fields=["changed_at", "edition"])
    state = application.state
    record(application, command, by=by, now=now, from_state=state, to_state=state, seen=seen, payload=payload)
