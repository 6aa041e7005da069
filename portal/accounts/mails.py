"""Letters about accounts: codes, links and notices that allauth writes, sent through the outbox in the person's language."""

from datetime import datetime

from portal.core import mail
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler

KIND = "accounts.mail"
FOLDER = "accounts/mail/"


def send(message: OutboxMessage, now: datetime) -> None:
    """Send one letter, then forget the code or link in it: nobody who reads the outbox later may use it."""
    letter = message.payload
    mail.send(
        message=message,
        to=letter["to"],
        language=letter["language"],
        subject=letter["subject"],
        template=letter["template"],
        context=letter["context"],
        now=now,
    )
    message.payload = {**letter, "context": {}}
    message.save(update_fields=["payload"])


HANDLERS: dict[str, Handler] = {KIND: send}
