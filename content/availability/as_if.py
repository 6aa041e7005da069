"""The public pages as if a draft were published: it is, in a transaction that is always taken back. What comes out is what readers would get."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from content.availability import actions
from content.availability.changes import AvailabilityChange
from portal.core import postgresql
from portal.core.models import ContentVersion

LOOK = 3  # seconds that a look waits for somebody who is publishing


@contextmanager
def published(drafted: AvailabilityChange, *, now: datetime) -> Iterator[None]:
    """Let the draft be published at ``now`` inside the block, and nowhere else.

    Only facts are to be gathered inside: what keeps answers by the content's version must not be asked, since the number inside will
    be that of another publication.
    """
    try:
        with transaction.atomic():
            postgresql.wait_for_locks_at_most(LOOK, connection)
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
