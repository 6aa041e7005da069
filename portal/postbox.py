"""Hands each outbox row to the package that wrote it: kind → function. At the top, so that the core need not know who stands above it."""

from datetime import datetime

from content.availability import letters as availability
from content.inquiries import letters as inquiries
from content.interest import letters as interest
from licensing import tasks as licensing
from portal.accounts import mails as accounts
from portal.core import outbox
from portal.core.outbox import Handler

HANDLERS: dict[str, Handler] = {
    **accounts.HANDLERS,
    **availability.HANDLERS,
    **inquiries.HANDLERS,
    **interest.HANDLERS,
    **licensing.HANDLERS,
}


def deliver(*, now: datetime, limit: int = 100) -> int:
    """Deliver what is due; return how many rows were done."""
    return outbox.deliver_due(HANDLERS, now=now, limit=limit)
