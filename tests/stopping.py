"""A licence stopped by two people of staff, as it is outside tests."""

from datetime import datetime

from django.contrib.auth import get_user_model

from licensing import lifecycle
from licensing.entitlements import stopping
from licensing.history.actions import Actor
from licensing.history.models import Event
from tests.clock import NOW
from tests.telling import told


@told
def staff(name: str) -> Actor:
    user, _made = get_user_model().objects.get_or_create(email=f"{name}@licensor.example", defaults={"name": f"{name.title()} Person"})
    return Actor(user.pk, str(user))


@told
def stop(licence_id: int, command: str = "suspend", *, reason: str = "x", now: datetime = NOW, **how) -> Event:
    """Let one ask and another confirm at once."""
    stopping.ask(licence_id, command, reason=reason, by=staff("first"), now=now, **how)
    return lifecycle.confirm_stop(licence_id, by=staff("second"), now=now)
