"""The doors of the worker: each reads the clock once and makes one call that is safe to repeat."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from content.inquiries import actions as inquiries
from content.interest import actions as interest
from licensing import card_payments
from licensing import tasks as licensing
from licensing.applications import erasing as applications
from media import sending
from portal import postbox
from portal.accounts import idle


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


@shared_task(name="portal.publish_scheduled")
def publish_scheduled(**_) -> None:
    """Put out and take down the pages whose editors chose this instant: Wagtail's own command."""
    call_command("publish_scheduled")


@shared_task(name="portal.tell_interest")
def tell_interest(**_) -> int:
    """Tell who waits for a program that is open by now, once more if the letter was given up, and who was told what is corrected since; when
    it opened never depends on this."""
    now = timezone.now()
    return interest.tell_all(now=now) + interest.tell_again(now=now) + interest.correct_all(now=now)


@shared_task(name="portal.forget")
def forget(**_) -> int:
    """Close what was answered long ago, warn of drafts and accounts that go soon, and end what is kept of people only for a time; return how much."""
    now = timezone.now()
    inquiries.close_answered(now=now)
    applications.warn_all(now=now)
    idle.warn_all(now=now)
    gone = interest.forget_old(now=now) + inquiries.forget_old(now=now) + applications.forget_old(now=now)
    return gone + idle.close_all(now=now)


@shared_task(name="portal.sweep_copies")
def sweep_copies(**_) -> int:
    return sending.sweep(now=timezone.now())
