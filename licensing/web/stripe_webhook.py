"""Where Stripe tells what happened. A signed call is kept and answered at once; the worker looks into it."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from licensing.payments import stripe_gateway as gateway
from licensing.payments.cards import actions as cards
from licensing.payments.cards import cases

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take a signed notice: 200 whether new, known or of no concern; 400 for everything that is not Stripe's fresh word; 404 without a key."""
    if not gateway.is_open():
        return HttpResponse(status=404)
    now = timezone.now()
    try:
        body = request.body
        notice = gateway.read_notice(body, request.headers.get("Stripe-Signature", ""), now=now)
    except (gateway.Forged, RequestDataTooBig) as refusal:
        reason = refusal.reason if isinstance(refusal, gateway.Forged) else "too_big"
        log.warning("a call of the webhook was turned away: %s", reason)
        cases.count_refused(reason, now=now)
        return HttpResponse(f"{reason}\n", status=400, content_type="text/plain")
    if notice is not None:
        cards.receive_notice(notice, body, now=now)
    return HttpResponse("ok\n", content_type="text/plain")
