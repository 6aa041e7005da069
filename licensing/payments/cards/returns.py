"""Money that goes back: refunds asked for by one person and approved by another, refunds made elsewhere, disputes."""

from datetime import datetime

from django.db import transaction

from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.payments import actions as payments
from licensing.payments.cards.cases import raise_case
from licensing.payments.cards.models import Dispute, PaymentAttempt, Refund
from licensing.payments.cards.rules import AttemptState, DisputeFacts, DisputeState, RefundFacts, RefundState, newer
from licensing.payments.models import Invoice
from licensing.payments.rules import NotAllowed
from portal.core import outbox
from portal.core.second_person import SamePerson, refuse_same

INTERNAL = Event.Visibility.INTERNAL


@transaction.atomic
def request_refund(attempt_id: int, amount_minor: int, *, reason: str, by: Actor, now: datetime) -> Refund:
    """Ask that money of an attempt is given back; nothing leaves before somebody else approves.

    :raises NotAllowed: own_organisation, not_paid, no_amount, no_reason, too_much (with what is refundable).
    """
    invoice, attempt = _locked(attempt_id)
    payments.not_theirs(invoice, by)
    if attempt.state != AttemptState.SUCCEEDED:
        raise NotAllowed("not_paid")
    if amount_minor <= 0:
        raise NotAllowed("no_amount")
    if not reason.strip():
        raise NotAllowed("no_reason")
    if amount_minor > attempt.refundable_minor:
        raise NotAllowed("too_much", refundable_minor=attempt.refundable_minor, currency=attempt.currency)
    refund = Refund.objects.create(
        attempt=attempt,
        amount_minor=amount_minor,
        state=RefundState.REQUESTED,
        reason=reason.strip()[:250],
        requested_by_id=by.person_id,
        created_at=now,
        changed_at=now,
    )
    record(invoice, "refund_request", by=by, now=now, reason=refund.reason, visibility=INTERNAL, payload=_sum_of(refund))
    return refund


@transaction.atomic
def decide_refund(refund_id: int, *, approve: bool, by: Actor, now: datetime, reason: str = "") -> Refund:
    """Approve a refund, which sends it after the transaction, or refuse it. Whoever asked may take it back, never approve it.

    :raises NotAllowed: own_organisation, refund_decided, asked_yourself, no_reason (to refuse needs one), too_much.
    """
    invoice, attempt = _locked(Refund.objects.get(pk=refund_id).attempt_id)
    refund = attempt.refunds.get(pk=refund_id)
    payments.not_theirs(invoice, by)
    if refund.state != RefundState.REQUESTED:
        raise NotAllowed("refund_decided")
    if not approve and not reason.strip():
        raise NotAllowed("no_reason")
    if approve:
        _second_person(refund, by)
        if attempt.spare_minor < 0:
            raise NotAllowed("too_much", refundable_minor=attempt.refundable_minor, currency=attempt.currency)
    refund.state = RefundState.CREATED if approve else RefundState.REFUSED
    refund.decided_by_id, refund.changed_at = by.person_id, now
    refund.save(update_fields=["state", "decided_by", "changed_at"])
    command = "refund_approve" if approve else "refund_refuse"
    record(invoice, command, by=by, now=now, reason=reason.strip(), visibility=INTERNAL, payload=_sum_of(refund))
    if approve:
        outbox.put("payments.refund", {"refund": refund.pk}, now=now)
    return refund


def _second_person(refund: Refund, by: Actor) -> None:
    try:
        refuse_same("invoice.refund", by=by.user_id, authors=[refund.requested_by_id], facts={"amount_minor": refund.amount_minor})
    except SamePerson:
        raise NotAllowed("asked_yourself")


@transaction.atomic
def refund_declined(refund_id: int, *, why: str, now: datetime) -> None:
    """Record that the provider will not send it; a person has to look."""
    invoice, attempt = _locked(Refund.objects.get(pk=refund_id).attempt_id)
    refund = attempt.refunds.get(pk=refund_id)
    _move(refund, RefundState.FAILED, invoice, now=now, why=why)


def merge_refund(attempt: PaymentAttempt, invoice: Invoice, facts: RefundFacts, *, now: datetime) -> None:
    """Merge one refund as the provider has it; one nobody asked for here is booked and put before finance. The invoice is locked."""
    refund = attempt.refunds.filter(provider_id=facts.id).first()
    if refund is None and facts.reference.isdecimal():
        refund = attempt.refunds.filter(pk=int(facts.reference), provider_id=None, amount_minor=facts.amount_minor).first()
    if refund is None:
        refund = Refund.objects.create(
            attempt=attempt,
            amount_minor=facts.amount_minor,
            state=RefundState.PENDING,
            by_us=False,
            provider_id=facts.id,
            created_at=now,
            changed_at=now,
        )
        raise_case("refund_elsewhere", key=facts.id, invoice=invoice, facts=_sum_of(refund), now=now)
    elif not refund.provider_id:
        refund.provider_id = facts.id
        refund.save(update_fields=["provider_id"])
    _move(refund, facts.state, invoice, now=now)


def _move(refund: Refund, told: RefundState, invoice: Invoice, *, now: datetime, why: str = "") -> None:
    state = newer(RefundState(refund.state), told)
    if state == refund.state:
        return
    refund.state, refund.changed_at = state, now
    refund.save(update_fields=["state", "changed_at"])
    if state is RefundState.DONE:
        record(invoice, "refund_done", by=SYSTEM, now=now, payload=_sum_of(refund))
    if state in (RefundState.FAILED, RefundState.CANCELED):
        raise_case("refund_failed", key=str(refund.pk), invoice=invoice, facts={**_sum_of(refund), "why": why}, now=now)


def merge_dispute(attempt: PaymentAttempt, invoice: Invoice, facts: DisputeFacts, *, now: datetime) -> None:
    """Merge one dispute as the provider has it; a new one is put before finance. The invoice is locked."""
    dispute, new = Dispute.objects.get_or_create(
        provider_id=facts.id,
        defaults={
            "attempt": attempt,
            "amount_minor": facts.amount_minor,
            "state": DisputeState.OPEN,
            "reason": facts.reason[:60],
            "answer_by": facts.answer_by,
            "opened_at": now,
        },
    )
    payload = {"amount_minor": dispute.amount_minor, "currency": attempt.currency, "dispute": facts.id}
    if new:
        record(invoice, "dispute_open", by=SYSTEM, now=now, visibility=INTERNAL, payload=payload)
        raise_case("dispute", key=facts.id, invoice=invoice, facts=payload, now=now)
    state = newer(DisputeState(dispute.state), facts.state)
    if state == dispute.state:
        return
    dispute.state, dispute.closed_at = state, dispute.closed_at or now
    dispute.save(update_fields=["state", "closed_at"])
    record(invoice, f"dispute_{state}", by=SYSTEM, now=now, visibility=INTERNAL, payload=payload)


def _locked(attempt_id: int) -> tuple[Invoice, PaymentAttempt]:
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    return payments.locked(attempt.invoice_id), PaymentAttempt.objects.select_for_update().get(pk=attempt_id)


def _sum_of(refund: Refund) -> dict[str, object]:
    return {"refund": refund.pk, "amount_minor": refund.amount_minor, "currency": refund.attempt.currency}
