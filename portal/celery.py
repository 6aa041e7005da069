"""Celery wakes the worker by the clock: the outbox table is the queue of record and dates decide, so a lost message costs one period, never a letter.

Each task is a row of the table in docs/running.md; why no message is ever the only trace of anything: docs/adr/002.
"""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")


class WholeMessages(filesystem.Channel):
    """Kombu's folder of messages, but a message appears there only when all of it is written.

    Kombu opens the file first and writes then: a worker that looks in between reads nothing, and ends.
    """

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        folder, name = Path(self.data_folder_out), f"{time.monotonic() * 1000:.0f}_{uuid.uuid4()}.{queue}.msg"
        part = folder / f"{name}.part"
        part.write_text(dumps(payload))
        part.rename(folder / name)


class FolderTransport(filesystem.Transport):
    Channel = WholeMessages


TRANSPORT_ALIASES["filesystem"] = "portal.celery:FolderTransport"

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal"])
app.conf.beat_schedule = {
    # A tick that nobody took within its second is thrown away: the next one does its work.
    "deliver what is due": {"task": "portal.deliver", "schedule": 1.0, "options": {"expires": 1}},
    "ask for payments nobody told of": {"task": "portal.reconcile", "schedule": 60.0, "options": {"expires": 60}},
    "seal and certify what a killed worker left": {"task": "portal.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "remind of terms that end": {"task": "portal.remind", "schedule": 900.0, "options": {"expires": 900}},
    "publish and take down pages at their instant": {"task": "portal.publish_scheduled", "schedule": 60.0, "options": {"expires": 60}},
    "tell who waits for a program that opened": {"task": "portal.tell_interest", "schedule": 60.0, "options": {"expires": 60}},
    "forget what is kept for a time": {"task": "portal.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "remove stamped copies of days gone by": {"task": "portal.sweep_copies", "schedule": 3600.0, "options": {"expires": 3600}},
}
