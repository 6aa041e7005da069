"""The seal on an executed agreement: put on by the worker, stored once, and found again by a sweep if a worker died."""

from datetime import datetime, timedelta

from django.db import transaction

from licensing.agreements import seal_key
from licensing.agreements.models import Agreement
from licensing.agreements.rules import State
from licensing.history.actions import SYSTEM, record
from portal.core import outbox, private_files

LEFT_UNSEALED = timedelta(minutes=5)


def seal_later(agreement: Agreement, *, now: datetime) -> None:
    """Have the worker seal it once the transaction is done."""
    outbox.put("agreements.seal", {"agreement": agreement.pk}, now=now)


def seal(agreement_id: int, *, now: datetime) -> bool:
    """Seal an executed agreement and store the sealed file, once; return whether this call did it.

    The seal states the instant of execution, so whoever seals, however often, makes the same bytes: a worker killed on the way
    leaves nothing behind that its successor would not write again.
    :raises ValueError: the stored document is not the one that was signed.
    """
    agreement = Agreement.objects.get(pk=agreement_id)
    if agreement.state != State.EXECUTED or agreement.sealed_at is not None:
        return False
    shown = private_files.content_of(agreement.document_key)
    sealed = seal_key.sealed(shown, sha256=agreement.document_sha256, at=agreement.executed_at or now, reason=reason(agreement))
    stored = private_files.keep(sealed, kind="agreements")
    with transaction.atomic():
        agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
        if agreement.sealed_at is not None:
            return False
        agreement.sealed_at, agreement.sealed_key, agreement.sealed_sha256 = now, stored.key, stored.sha256
        agreement.save(update_fields=["sealed_at", "sealed_key", "sealed_sha256"])
        payload = {
            "document_sha256": agreement.document_sha256,
            "reading_sha256": agreement.reading_sha256,
            "sealed_sha256": stored.sha256,
        }
        record(agreement, "seal", by=SYSTEM, now=now, from_state=State.EXECUTED, to_state=State.EXECUTED, payload=payload)
    return True


def reason(agreement: Agreement) -> str:
    """Return why it is sealed, as the seal says it: which documents were signed."""
    said = f"Agreement {agreement.number} executed; signed: text SHA-256 {agreement.document_sha256}"
    copy = f", reading copy ({agreement.reading_language}) SHA-256 {agreement.reading_sha256}"
    return said + copy if agreement.reading_sha256 else said


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Queue again what was executed more than five minutes ago, is not sealed and waits in no queue; return how many."""
    left = Agreement.objects.filter(state=State.EXECUTED, sealed_at=None, executed_at__lte=now - LEFT_UNSEALED)
    queued = outbox.named("agreements.seal", "agreement")
    found = [agreement for agreement in left if agreement.pk not in queued]
    for agreement in found:
        seal_later(agreement, now=now)
    return len(found)
