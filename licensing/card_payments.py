"""Payments by card where the provider is asked: beginning one, looking into what it told, asking what it did not tell, giving back.

Each function asks first and writes then: no transaction is open while somebody else's computer thinks. All may be called any number of times.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from licensing import lifecycle
from licensing.history.actions import Actor
from licensing.payments import stripe_gateway as gateway
from licensing.payments.cards import actions as cards
from licensing.payments.cards import queries, returns
from licensing.payments.cards.cases import raise_case
from licensing.payments.cards.models import Payer, PaymentAttempt, ProviderEvent, Refund
from licensing.payments.cards.rules import AttemptState, PaidFacts, RefundState
from licensing.payments.models import Invoice

log = logging.getLogger(__name__)
AT_ONCE = 50  # attempts asked about in one run


def open_page(invoice: Invoice, *, email: str, language: str, by: Actor, now: datetime) -> str:
    """Begin to pay an invoice by card; return the address of the page to pay on. Asked again, the same page.

    :raises NotAllowed: see ``cards.begin``. :raises gateway.Unreachable: try again later, nothing is lost. :raises gateway.Declined: it cannot
        be done by card; finance is told.
    """
    methods = gateway.methods_for(invoice.currency)
    attempt = cards.begin(invoice.pk, methods=methods, language=language, email=email, by=by, now=now)
    if attempt.page:
        return attempt.page
    try:
        session = gateway.open_page(attempt, customer=_payer(attempt), **_addresses(attempt))
    except gateway.Declined as refusal:
        log.exception("the provider opens no page for %s", attempt.key)
        cards.drop(attempt.pk, why=refusal.code, now=now)
        raise
    return cards.remember(attempt.pk, session).page


def _addresses(attempt: PaymentAttempt) -> dict[str, str]:
    """Return what a page says and where it leads, always the same for an attempt."""
    number, pinned = attempt.invoice.number, f"?for={attempt.invoice.organisation_id}"
    with translation.override(attempt.language):
        done, back = reverse("invoice_payment", args=[number, attempt.number]), reverse("invoice", args=[number])
        title = gettext("Invoice %(number)s") % {"number": number}
    return {"title": title, "done_url": f"{settings.PORTAL_ORIGIN}{done}{pinned}", "back_url": f"{settings.PORTAL_ORIGIN}{back}{pinned}"}


def _payer(attempt: PaymentAttempt) -> str:
    """Return the organisation's id at the provider, where the attempt's ways to pay need one."""
    if "customer_balance" not in attempt.methods:
        return ""
    organisation = attempt.invoice.organisation
    known = Payer.objects.filter(organisation=organisation).first()
    if known:
        return known.customer_id
    made = gateway.create_customer(name=organisation.legal_name, email=attempt.email, key=f"organisation-{organisation.pk}")
    return cards.know_payer(organisation.pk, made).customer_id


def check(attempt: PaymentAttempt, *, now: datetime, event: ProviderEvent | None = None) -> None:
    """Ask how an attempt stands and book it.

    :raises gateway.Unreachable, gateway.Declined:
    """
    if attempt.session_id:
        _book(attempt.session_id, now=now, event=event)


def _book(session_id: str, *, now: datetime, event: ProviderEvent | None = None) -> PaidFacts | None:
    """Book how a session stands; None where the provider does not know it under our key, which a person has to look into."""
    try:
        facts = gateway.fetch(session_id)
    except gateway.Unknown:
        raise_case("unknown_payment", key=session_id, event=event, now=now)
        return None
    lifecycle.settle_card(facts, live=gateway.live(), now=now, event=event)
    return facts


def look_into(event_id: int, *, now: datetime) -> None:
    """Look into a notice: ask how the payment it names stands, and book that. What the notice itself claims is never booked.

    :raises gateway.Unreachable: the outbox tries again.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    strange = "wrong_mode" if event.live is not gateway.live() else "other_account" if event.account else ""
    if strange:
        raise_case(strange, key=event.event_id, event=event, now=now)
        return
    try:
        session_id = event.session_id or gateway.session_of(event.intent_id)
    except gateway.Unknown:
        raise_case("unknown_payment", key=event.intent_id or event.event_id, event=event, now=now)
        return
    facts = _book(session_id, now=now, event=event)
    if facts and event.kind == "checkout.session.completed" and facts.state is AttemptState.CREATED:
        raise_case("unpaid", key=session_id, event=event, now=now)


def reconcile(*, now: datetime) -> int:
    """Ask about every payment the provider should have told of and did not; return how many were asked about."""
    if not gateway.is_open():
        return 0
    asked = 0
    for attempt in queries.to_check(now=now)[:AT_ONCE]:
        cards.checked(attempt.pk, now=now)
        if not attempt.session_id:
            if now >= attempt.expires_at:
                cards.drop(attempt.pk, why="", now=now)
            continue
        try:
            check(attempt, now=now)
        except gateway.Unreachable:
            log.warning("the provider cannot be reached; payments are asked about later")
            break
        except gateway.Declined:
            log.exception("the provider does not say how %s stands", attempt.key)
        asked += 1
    return asked


def give_back(refund_id: int, *, now: datetime) -> None:
    """Send an approved refund. The provider does it once, however often this runs.

    :raises gateway.Unreachable: the outbox tries again.
    """
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    attempt = refund.attempt
    if refund.state != RefundState.CREATED:
        return
    try:
        gateway.give_back(
            intent_id=attempt.intent_id or "",
            amount_minor=refund.amount_minor,
            currency=attempt.currency,
            refund=refund.pk,
            key=f"refund-{refund.pk}",
        )
    except (gateway.Declined, gateway.Unknown) as refusal:
        log.exception("the provider does not give back refund %s", refund.pk)
        returns.refund_declined(refund.pk, why=str(refusal), now=now)
        return
    check(attempt, now=now)


def close_page(attempt_id: int) -> None:
    """Close the page of an attempt nobody should pay on any more.

    :raises gateway.Unreachable: the outbox tries again.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.session_id and attempt.state == AttemptState.CREATED:
        gateway.close_page(attempt.session_id)
