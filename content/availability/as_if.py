"""The public pages as if a draft were published: it is, in a transaction that is always taken back. What comes out is what readers would get."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from content.availability import actions
from content.availability.changes import AvailabilityChange
from portal.core.models import ContentVersion


@contextmanager
def published(drafted: AvailabilityChange, *, now: datetime) -> Iterator[None]:
    """Let the draft be published at ``now`` inside the block, and nowhere else.

    Only facts are to be gathered inside: what keeps answers by the content's version must not be asked, since the number inside will
    be that of another publication.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":  # a look holds the publishers' lock: it never waits long for it
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '3s'")
            actions.publish(
                drafted.programme_id,
                drafted.applied,
                areas=drafted.areas(),
                by="preview",
                reason=drafted.reason,
                now=now,
                corrects=drafted.corrects,
            )
            yield
            transaction.set_rollback(True)
    finally:
        ContentVersion.seen = None
