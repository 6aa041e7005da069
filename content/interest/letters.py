"""The two letters about an interest: confirm the address; the programme is open. Each carries the link that withdraws."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from content.availability.models import STATUS_WORDS
from content.availability.queries import offered
from content.interest.actions import CONFIRM, OPEN, token_of, wait_again
from content.interest.models import Interest
from content.interest.rules import State
from portal.core import mail
from portal.core.models import OutboxMessage, SentMail
from portal.core.outbox import Handler


def send_confirm(message: OutboxMessage, now: datetime) -> None:
    """Ask whoever reads the address whether they meant it; nobody once it is withdrawn, replaced or out of time."""
    interest = _of(message)
    if interest is None or interest.state(at=now) is not State.PENDING:
        return
    with translation.override(interest.language):
        facts = _facts(interest)
        subject = gettext("Please confirm: %(program)s, %(place)s") % facts
        facts |= {"action": gettext("Confirm or withdraw"), "action_url": facts["letter_url"], "ends_at": interest.ends_at}
    _send("interest_confirm", interest, message, subject=subject, facts=facts, now=now)


def send_open(message: OutboxMessage, now: datetime) -> None:
    """Tell that the programme is open; nothing to whoever withdrew. If it was closed again before, they wait on."""
    interest = _of(message)
    if interest is None or interest.told_at is None or SentMail.objects.filter(message=message).exists():
        return
    answer = offered(interest.programme_id, at=now).get(interest.place_id)
    if answer is None:
        wait_again(interest.pk)
        return
    with translation.override(interest.language):
        facts = _facts(interest) | {"status": str(STATUS_WORDS[answer.status]), "by_licence": answer.status == "by_licence"}
        subject = gettext("%(program)s, %(place)s: %(status)s") % facts
        page = settings.PORTAL_ORIGIN + reverse("country", args=[interest.place.code])
        facts |= {"action": gettext("See how to take part"), "action_url": f"{page}#programme-{interest.programme.code}"}
    _send("interest_open", interest, message, subject=subject, facts=facts, now=now)


def _of(message: OutboxMessage) -> Interest | None:
    return Interest.objects.select_related("programme", "place").filter(pk=message.payload["interest"]).first()


def _facts(interest: Interest) -> dict[str, Any]:
    """Return what both letters say, in the active language. Nothing that was typed is repeated: the address may be a stranger's."""
    return {
        "program": interest.programme.short_name,
        "place": interest.place.shown_name,
        "letter_url": settings.PORTAL_ORIGIN + reverse("interest_letter", args=[token_of(interest)]),
    }


def _send(template: str, interest: Interest, message: OutboxMessage, *, subject: str, facts: dict[str, Any], now: datetime) -> None:
    mail.send(
        message=message,
        to=interest.email,
        language=interest.language,
        subject=subject,
        template=f"content/letters/{template}",
        context=facts,
        secrets=[token_of(interest)],
        now=now,
    )


HANDLERS: dict[str, Handler] = {CONFIRM: send_confirm, OPEN: send_open}
