"""Letters to whoever wrote: that it arrived, and the answer, in the language of the page it was written on."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from content.inquiries.actions import ANSWERED, RECEIVED
from content.inquiries.models import Inquiry, InquiryStep
from content.inquiries.rules import Command
from portal.core import mail
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler


@transaction.atomic
def send_received(message: OutboxMessage, now: datetime) -> None:
    """Acknowledge an inquiry, which nobody deletes meanwhile. What was written is not repeated: the address may be a stranger's."""
    held = Inquiry.objects.select_for_update(of=("self",)).select_related("topic")
    inquiry = held.filter(pk=message.payload["inquiry"], suspect=False).first()
    if inquiry is None:
        return
    with translation.override(inquiry.language):
        facts = {"number": inquiry.number, "topic": str(inquiry.topic or ""), "due_on": inquiry.due_on}
        subject = gettext("We have your inquiry %(number)s") % facts
    _send("inquiry_received", inquiry, message, subject=subject, facts=facts, now=now)


SUBJECTS = {
    Command.ANSWER: lambda facts: gettext("Answer to your inquiry %(number)s") % facts,
    Command.GRANT: lambda facts: gettext("Your request %(number)s is granted") % facts,
    Command.REFUSE: lambda facts: gettext("Your request %(number)s is refused") % facts,
}


@transaction.atomic
def send_answered(message: OutboxMessage, now: datetime) -> None:
    """Send what staff wrote, as they wrote it, of an inquiry which nobody deletes meanwhile."""
    held = InquiryStep.objects.select_for_update(of=("inquiry",)).select_related("inquiry__topic")
    step = held.filter(pk=message.payload["step"]).first()
    if step is None:
        return
    inquiry, command = step.inquiry, Command(step.command)
    request = getattr(inquiry, "request", None) if command is not Command.ANSWER else None
    with translation.override(inquiry.language):
        facts = {"number": inquiry.number, "text": step.text, "decision": command.value, "request": request}
        subject = SUBJECTS[command](facts)
        path = reverse("contact") + (f"?topic={inquiry.topic.code}" if inquiry.topic and not inquiry.topic.permission else "")
        facts |= {"action": gettext("Write to us again"), "action_url": settings.PORTAL_ORIGIN + path}
        facts["offerings_url"] = settings.PORTAL_ORIGIN + f"/{inquiry.language}/licensing/"
    _send("inquiry_answered", inquiry, message, subject=subject, facts=facts, now=now)


def _send(template: str, inquiry: Inquiry, message: OutboxMessage, *, subject: str, facts: dict[str, Any], now: datetime) -> None:
    template = f"content/letters/{template}"
    mail.send(message=message, to=inquiry.email, language=inquiry.language, subject=subject, template=template, context=facts, now=now)


HANDLERS: dict[str, Handler] = {RECEIVED: send_received, ANSWERED: send_answered}
