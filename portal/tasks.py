"""The doors of the worker: each reads the clock once and makes one call that is safe to repeat."""

from celery import shared_task
from django.utils import timezone

from licensing import card_payments
from licensing import tasks as licensing
from media import sending
from portal import postbox


@shared_task(name="portal.deliver")
def deliver(**_) -> int:
    return postbox.deliver(now=timezone.now())


@shared_task(name="portal.sweep")
def sweep(**_) -> None:
    licensing.sweep(now=timezone.now())


@shared_task(name="portal.remind")
def remind(**_) -> int:
    return licensing.remind(now=timezone.now())


@shared_task(name="portal.reconcile")
def reconcile(**_) -> None:
    card_payments.reconcile(now=timezone.now())


@shared_task(name="portal.sweep_copies")
def sweep_copies(**_) -> int:
    return sending.sweep(now=timezone.now())
