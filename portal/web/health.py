"""What operators ask: does the process live, can it work, what has it done."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.interest import queries as interest
from licensing.models import RefusedCall
from portal.core.models import OutboxMessage
from portal.core.vault.places import vault

LATE = timedelta(minutes=2)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process lives; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def database() -> None:
    OutboxMessage.objects.only("pk").first()  # the tables are there, not only a server


def broker() -> None:
    """Reach the broker, or the folder that stands for one."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", None)
    if options:
        if not Path(options["data_folder_in"]).is_dir():
            raise FileNotFoundError(options["data_folder_in"])
        return
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return
    from kombu import Connection

    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as wire:
        wire.ensure_connection(max_retries=1, timeout=2)


PARTS: dict[str, Callable[[], None]] = {"database": database, "broker": broker, "vault": lambda: vault().check()}


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every part works, else 503 naming the failing ones (never why: that is in the log)."""
    failing = [name for name, check in PARTS.items() if not _works(check)]
    told = {"ready": not failing, "failing": failing, "outbox_late": 0 if "database" in failing else _late()}
    return JsonResponse(told, status=503 if failing else 200)


def _works(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # any failure of a part means one thing here: it does not work
        return False
    return True


def _late() -> int:
    now = timezone.now()
    return OutboxMessage.objects.filter(done_at=None, given_up_at=None, due_at__lt=now - LATE).count()


def _untold() -> int:
    """Return how many people should have been told that a program opened, and were not: the clock of the worker stands still.

    It reads all that is stated of each program somebody waits for, so nobody may ask without an account: only ``metrics`` says it.
    """
    return interest.late(since=timezone.now() - LATE)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in Prometheus' text form; from loopback or with the token, else 404."""
    token = settings.METRICS_TOKEN
    by_token = bool(token) and secrets.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}")
    loopback = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "HTTP_X_FORWARDED_FOR" not in request.META
    if not (by_token or loopback):
        return HttpResponse(status=404)
    rows = OutboxMessage.objects
    lines = [
        "# TYPE portal_outbox_waiting gauge",
        f"portal_outbox_waiting {rows.filter(done_at=None, given_up_at=None).count()}",
        "# TYPE portal_outbox_late gauge",
        f"portal_outbox_late {_late()}",
        "# TYPE portal_announcements_late gauge",
        f"portal_announcements_late {_untold()}",
        "# TYPE portal_outbox_given_up gauge",
        f"portal_outbox_given_up {rows.exclude(given_up_at=None).count()}",
        "# TYPE portal_outbox_done counter",
        f"portal_outbox_done {rows.exclude(done_at=None).count()}",
        "# TYPE portal_webhook_refused counter",
        *(f'portal_webhook_refused{{reason="{row.reason}"}} {row.count}' for row in RefusedCall.objects.order_by("reason")),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
