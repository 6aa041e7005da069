"""What is done with payments by card. Nothing here talks to a network: what the provider said comes in as facts.

Facts are merged under the lock of the invoice, payment first, then what went back: late, repeated and reordered facts end alike.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from licensing.history.actions import SYSTEM, Actor, record
from licensing.payments import actions as payments
from licensing.payments.cards import pages, returns
from licensing.payments.cards.cases import raise_case
from licensing.payments.cards.models import Payer, PaymentAttempt, ProviderEvent
from licensing.payments.cards.queries import sums
from licensing.payments.cards.rules import OPEN_FOR, AttemptState, Notice, PaidFacts, Session, mismatch, newer, to_provider
from licensing.payments.models import Invoice, Settlement
from licensing.payments.rules import NotAllowed
from portal.core import outbox


@dataclass(frozen=True, slots=True)
class Booked:
    """An attempt after what was told of it; ``covered``: the invoice was settled by it, or is covered again."""

    attempt: PaymentAttempt
    covered: bool


@transaction.atomic
def begin(invoice_id: int, *, methods: Sequence[str], language: str, email: str, by: Actor, now: datetime) -> PaymentAttempt:
    """Begin to pay what is left of an invoice; the attempt that is open for this sum already is taken again.

    :raises NotAllowed: credit_note, cancelled, already_settled, payment_processing, not_by_card.
    """
    invoice = payments.locked(invoice_id)
    payments.payable(invoice)
    if invoice.attempts.filter(state=AttemptState.PROCESSING).exists():
        raise NotAllowed("payment_processing", number=invoice.number)
    left = payments.left_minor(invoice)
    to_provider(left, invoice.currency)
    last = invoice.attempts.order_by("-number").first()
    if last and last.amount_minor == left and last.usable(at=now):
        return last
    number = last.number + 1 if last else 1
    attempt = PaymentAttempt.objects.create(
        invoice=invoice,
        number=number,
        amount_minor=left,
        currency=invoice.currency,
        key=f"{invoice.number}:{left}{invoice.currency}:{number}",
        methods=",".join(methods),
        language=language,
        email=email,
        created_by_id=by.person_id,
        created_at=now,
        expires_at=now + OPEN_FOR,
        checked_at=now,
    )
    pages.close(invoice, now=now, but=attempt.pk)
    payload = {"attempt": number, "amount_minor": left, "currency": invoice.currency}
    record(invoice, "card_begin", by=by, now=now, payload=payload)
    return attempt


@transaction.atomic
def remember(attempt_id: int, session: Session) -> PaymentAttempt:
    """Keep the page the provider opened for an attempt; the first one told stays."""
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt_id)
    if not attempt.session_id:
        attempt.session_id, attempt.page = session.id, session.url
        attempt.save(update_fields=["session_id", "page"])
    return attempt


@transaction.atomic
def drop(attempt_id: int, *, why: str, now: datetime) -> None:
    """Give up an attempt that never got a page; the next one begins anew, with a key of its own. ``why`` = the provider's code, empty = too old."""
    invoice = payments.locked(PaymentAttempt.objects.get(pk=attempt_id).invoice_id)
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt_id)
    if attempt.session_id or attempt.state != AttemptState.CREATED:
        return
    attempt.state = AttemptState.CANCELED
    attempt.save(update_fields=["state"])
    if why:
        raise_case("no_page", key=attempt.key, invoice=invoice, facts={"why": why}, now=now)


@transaction.atomic
def know_payer(organisation_id: int, customer_id: str) -> Payer:
    return Payer.objects.get_or_create(organisation_id=organisation_id, defaults={"customer_id": customer_id})[0]


@transaction.atomic
def receive_notice(notice: Notice, body: bytes, *, now: datetime) -> bool:
    """Keep a signed notice once, to be looked into after the transaction; return whether it is new."""
    try:
        with transaction.atomic():
            event = ProviderEvent.objects.create(
                event_id=notice.event_id,
                kind=notice.kind,
                live=notice.live,
                account=notice.account,
                session_id=notice.session_id,
                intent_id=notice.intent_id,
                body=body.decode(),
                told_at=notice.told_at,
                received_at=now,
            )
    except IntegrityError:
        return False
    outbox.put("payments.event", {"event": event.pk}, now=now)
    return True


@transaction.atomic
def book_payment(facts: PaidFacts, *, live: bool, now: datetime, event: ProviderEvent | None = None) -> Booked | None:
    """Merge what the provider says of a payment; None where it does not fit what we asked for, which then is a case for a person.

    ``live``: whether we move real money. What went back is booked after it, by ``book_returns``.
    """
    known = PaymentAttempt.objects.filter(key=facts.reference).first()
    if known is None or (known.session_id and known.session_id != facts.session_id):
        raise_case("unknown_reference", key=facts.session_id, event=event, facts=_told(facts), now=now)
        return None
    invoice = payments.locked(known.invoice_id)
    attempt = PaymentAttempt.objects.select_for_update().get(pk=known.pk)
    wrong = mismatch(facts, amount_minor=attempt.amount_minor, currency=attempt.currency, live=live)
    if wrong:
        raise_case(wrong, key=facts.session_id, invoice=invoice, event=event, facts=_told(facts), now=now)
        return None
    before, attempt.state = AttemptState(attempt.state), newer(AttemptState(attempt.state), facts.state)
    attempt.session_id, attempt.intent_id = facts.session_id, facts.intent_id or attempt.intent_id
    if attempt.state == AttemptState.SUCCEEDED:
        attempt.paid_at = attempt.paid_at or now
    attempt.save(update_fields=["state", "session_id", "intent_id", "paid_at"])
    if attempt.state == before:
        return Booked(attempt, covered=False)
    payload = {"attempt": attempt.number, "amount_minor": attempt.amount_minor, "currency": attempt.currency, "was": before.value}
    record(invoice, f"card_{attempt.state}", by=SYSTEM, now=now, payload=payload)
    return Booked(attempt, covered=attempt.state == AttemptState.SUCCEEDED and _cover(invoice, attempt, now=now))


def _told(facts: PaidFacts) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(facts), default=str))


def _cover(invoice: Invoice, attempt: PaymentAttempt, *, now: datetime) -> bool:
    """Settle the invoice, or say that money came which nobody asked for any more. Return whether the invoice is covered by this."""
    money = sums(invoice)
    if Invoice.objects.filter(cancels=invoice).exists():
        raise_case("paid_cancelled", key=attempt.key, invoice=invoice, now=now)
        return False
    if Settlement.objects.filter(invoice=invoice).exists():
        if money.held > invoice.total_minor:
            raise_case("paid_twice", key=attempt.key, invoice=invoice, now=now)
        return payments.review(invoice, now=now)
    if money.held < invoice.total_minor:
        return False
    payments.settle(invoice, how=Settlement.How.CARD, received=money.held, short=0, by=SYSTEM, now=now)
    return True


@transaction.atomic
def book_returns(attempt_id: int, facts: PaidFacts, *, now: datetime) -> bool:
    """Merge refunds and disputes of a payment. Return whether the invoice is covered again by it."""
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    invoice = payments.locked(attempt.invoice_id)
    for refund in facts.refunds:
        returns.merge_refund(attempt, invoice, refund, now=now)
    for dispute in facts.disputes:
        returns.merge_dispute(attempt, invoice, dispute, now=now)
    return payments.review(invoice, now=now)


@transaction.atomic
def checked(attempt_id: int, *, now: datetime) -> None:
    """Note that the provider is being asked, so that others come first the next time."""
    PaymentAttempt.objects.filter(pk=attempt_id).update(checked_at=now)
