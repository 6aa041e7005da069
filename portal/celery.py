"""Celery only wakes the deliverer: the outbox table is the queue of record, so a lost message costs a second, never a letter (docs/adr/002)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal"])
app.conf.beat_schedule = {
    # A tick that nobody took within its second is thrown away: the next one does its work.
    "deliver what is due": {"task": "portal.deliver", "schedule": 1.0, "options": {"expires": 1}},
    "seal what a killed worker left": {"task": "portal.sweep", "schedule": 60.0, "options": {"expires": 60}},
}
