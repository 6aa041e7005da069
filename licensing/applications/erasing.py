"""What becomes of applications nobody sends: people are warned once, then what they hold is erased. That there was one stays, with its history."""

from datetime import datetime

from django.db import transaction

from licensing.applications.models import Application
from licensing.applications.moves import locked
from licensing.applications.rules import Side, State, next_state
from licensing.history.actions import SYSTEM, record
from portal.core import outbox

BATCH = 200  # applications erased in one transaction
COMMANDS = {State.DRAFT: "lapse", State.WITHDRAWN: "erase"}


def warn_all(*, now: datetime) -> int:
    """Warn of every draft that lapses soon; return how many."""
    return sum(warn(pk, now=now) for pk in Application.objects.to_warn(now).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def warn(application_id: int, *, now: datetime) -> bool:
    """Write down that people are warned, so that the letter follows; False if somebody went on with the draft, or another worker did it."""
    application = locked(application_id)
    if not Application.objects.to_warn(now).filter(pk=application.pk).exists():
        return False
    state = next_state(State(application.state), "warn", side=Side.CLOCK)
    application.warned_at = now
    application.save(update_fields=["warned_at"])
    record(application, "warn", by=SYSTEM, now=now, from_state=state, to_state=state)
    return True


def forget_old(*, now: datetime) -> int:
    """Erase what was never sent and kept long enough, unless somebody goes on with it at this moment; return how many."""
    gone = 0
    while batch := list(Application.objects.over(now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            list(Application.objects.select_for_update().filter(pk__in=batch).order_by("pk").values_list("pk", flat=True))
            for application in Application.objects.over(now).filter(pk__in=batch).order_by("pk"):
                _erase(application, now=now)
                gone += 1
    return gone


def _erase(application: Application, *, now: datetime) -> None:
    """Delete answers and papers; the bytes of the papers go after the transaction."""
    before = State(application.state)
    for key in application.files.values_list("vault_key", flat=True):
        outbox.put("documents.forget", {"key": key}, now=now)
    application.files.all().delete()
    application.answers.all().delete()
    application.state = next_state(before, COMMANDS[before], side=Side.CLOCK)
    application.changed_at = now
    application.save(update_fields=["state", "changed_at"])
    record(application, COMMANDS[before], by=SYSTEM, now=now, from_state=before, to_state=application.state)
