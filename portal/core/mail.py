"""The one way mail leaves: rendered in the recipient's language, kept, once per outbox row and address; in a demonstration it never leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info

from portal.core import private_files
from portal.core.models import OutboxMessage, SentMail


@dataclass(frozen=True, slots=True)
class Attachment:
    """A private PDF that goes with a mail: its name there, and what lies in the vault under which hash."""

    name: str
    key: str
    sha256: str


class Damaged(Exception):
    """The vault gave other bytes than were stored; nothing is sent. ``code`` is ``damaged``."""

    code = "damaged"


def send(
    *,
    to: str,
    language: str,
    subject: str,
    template: str,
    context: Mapping[str, Any],
    now: datetime,
    message: OutboxMessage | None = None,
    secrets: Iterable[str] = (),
    attachments: Sequence[Attachment] = (),
) -> SentMail | None:
    """Send ``template``.html and ``template``.txt to one address; return what was kept, None if this row's mail to it had gone already.

    ``secrets`` (codes, links that open something) leave with the mail and are blotted out in what is kept, except in a demonstration,
    whose inbox is the only place to read them.

    ``subject`` is already in ``language``; the templates are rendered in it. A row is kept only when the mail was handed over, so a failing
    server leaves the outbox row to try again, and so does a vault that does not answer.
    :raises VaultFault, Damaged: an attachment cannot be given as it was stored.
    """
    if message is not None and SentMail.objects.filter(message=message, recipient=to).exists():
        return None
    subject = " ".join(subject.split())
    with translation.override(language):
        values = {
            **context,
            "subject": subject,
            "language": language,
            "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
            "demo": settings.DEMO,
            "origin": settings.PORTAL_ORIGIN,
            "recipient": to,
        }
        text = render_to_string(f"{template}.txt", values)
        html = render_to_string(f"{template}.html", values)
    shown_text, shown_html = _blotted(text, secrets), _blotted(html, secrets)
    contents = [_content(attachment) for attachment in attachments]
    with transaction.atomic():
        kept = SentMail.objects.create(
            message=message, recipient=to, language=language, subject=subject[:250], text=shown_text, html=shown_html, sent_at=now,
            attachments=[{**asdict(one), "size": len(content)} for one, content in zip(attachments, contents, strict=True)],
        )  # fmt: skip
        if not settings.DEMO:
            mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
            mail.attach_alternative(html, "text/html")
            for one, content in zip(attachments, contents, strict=True):
                mail.attach(one.name, content, private_files.PDF)
            mail.send()
    return kept


def _content(attachment: Attachment) -> bytes:
    content = private_files.content_of(attachment.key)
    if private_files.digest(content) != attachment.sha256:
        raise Damaged(attachment.key)
    return content


def _blotted(text: str, secrets: Iterable[str]) -> str:
    if not settings.DEMO:
        for secret in secrets:
            text = text.replace(secret, "••••••")
    return text
