"""What Stripe's objects say, in our words: the part of its door that needs neither its SDK nor a network."""

import re
from datetime import UTC, datetime
from typing import Any

from licensing.payments.cards.rules import (
    AttemptState,
    DisputeFacts,
    DisputeState,
    Notice,
    PaidFacts,
    RefundFacts,
    RefundState,
    from_provider,
)

ID = re.compile(r"[A-Za-z0-9_]{1,250}")
# Kinds of notices we ask Stripe about; every other kind is answered and forgotten.
SESSIONS = frozenset(f"checkout.session.{name}" for name in ("completed", "async_payment_succeeded", "async_payment_failed", "expired"))
CHARGES = frozenset(
    "charge.refunded charge.refund.updated refund.created refund.updated refund.failed charge.dispute.created charge.dispute.updated "
    "charge.dispute.closed charge.dispute.funds_withdrawn charge.dispute.funds_reinstated".split()
)
INTENTS = {  # of a page that is done and not paid
    "processing": AttemptState.PROCESSING,
    "requires_action": AttemptState.PROCESSING,
    "requires_payment_method": AttemptState.FAILED,
    "canceled": AttemptState.FAILED,
}
REFUNDS = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELED,
}
DISPUTES = {"won": DisputeState.WON, "warning_closed": DisputeState.WON, "prevented": DisputeState.WON, "lost": DisputeState.LOST}


def payment(session: dict[str, Any], intent: dict[str, Any], refunds: list[dict[str, Any]], disputes: list[dict[str, Any]]) -> PaidFacts:
    """Return how a payment stands, by its session, the intent of the session and what went back of that."""
    currency = str(session.get("currency") or "").upper()
    return PaidFacts(
        session_id=session["id"],
        reference=session.get("client_reference_id") or "",
        intent_id=intent.get("id", ""),
        amount_minor=_sum(session, intent, currency),
        currency=currency,
        state=_state(session, intent),
        live=bool(session.get("livemode")),
        refunds=tuple(refund(row, currency) for row in refunds),
        disputes=tuple(dispute(row, currency) for row in disputes),
    )


def _sum(session: dict[str, Any], intent: dict[str, Any], currency: str) -> int | None:
    """Return what was asked for, or, once it is paid, what was paid: both must be the same."""
    asked = session.get("amount_total")
    paid = intent.get("amount_received") if session.get("payment_status") == "paid" else asked
    return from_provider(asked, currency) if asked is not None and asked == paid else None


def _state(session: dict[str, Any], intent: dict[str, Any]) -> AttemptState:
    if session.get("payment_status") == "paid":
        return AttemptState.SUCCEEDED
    if session.get("status") == "expired":
        return AttemptState.CANCELED
    if session.get("status") != "complete":
        return AttemptState.CREATED
    return INTENTS.get(intent.get("status", ""), AttemptState.CREATED)


def refund(row: dict[str, Any], currency: str) -> RefundFacts:
    """Return one refund; its reference is what we gave it, empty where somebody else made it."""
    reference = (row.get("metadata") or {}).get("refund", "")
    return RefundFacts(row["id"], reference, from_provider(row["amount"], currency) or 0, REFUNDS[row.get("status") or "pending"])


def dispute(row: dict[str, Any], currency: str) -> DisputeFacts:
    due = (row.get("evidence_details") or {}).get("due_by")
    return DisputeFacts(
        id=row["id"],
        amount_minor=from_provider(row["amount"], currency) or 0,
        state=DISPUTES.get(row["status"], DisputeState.OPEN),
        reason=row.get("reason") or "",
        answer_by=datetime.fromtimestamp(due, UTC) if due else None,
    )


def notice(told: Any) -> Notice | None:
    """Return what an event says; None where it is of a kind nobody here waits for.

    :raises ValueError, LookupError, TypeError, AttributeError, OverflowError: it is no event.
    """
    kind, about = str(told["type"]), told["data"]["object"]
    if kind not in SESSIONS | CHARGES:
        return None
    return Notice(
        event_id=_id(told["id"]),
        kind=kind,
        live=bool(told["livemode"]),
        account=_id(told["account"]) if told.get("account") else "",
        told_at=datetime.fromtimestamp(int(told["created"]), UTC),
        session_id=_id(about["id"]) if kind in SESSIONS else "",
        intent_id="" if kind in SESSIONS else _id(about["payment_intent"]) if about.get("payment_intent") else "",
    )


def _id(text: object) -> str:
    if not isinstance(text, str) or not ID.fullmatch(text):
        raise ValueError("no id")
    return text
