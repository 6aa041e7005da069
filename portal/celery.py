"""Celery only wakes the deliverer: the outbox table is the queue of record."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
