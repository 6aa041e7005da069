"""The letter to those who may publish what a colleague drafted, or what came in a file."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from content.availability.changes import DRAFTED, PUBLISH, AvailabilityChange
from portal.accounts.models import User
from portal.core import mail
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler


def send_drafted(message: OutboxMessage, now: datetime) -> None:
    """Tell everybody who may publish the change and wrote nothing of it; nobody once it is published or gone."""
    change = (
        AvailabilityChange.objects.select_related("programme", "drafted_by").filter(pk=message.payload["change"], publication=None).first()
    )
    revision = change and change.get_latest_revision()
    if not change or not revision:
        return
    for person in User.objects.who_may(PUBLISH).exclude(pk__in=change.authors(revision)):
        with translation.override(person.language):
            context = {
                "change": revision.as_object(),
                "program": change.programme.short_name,
                "who": str(change.drafted_by or ""),
                "action": gettext("Review and publish"),
                "action_url": settings.PORTAL_ORIGIN + reverse("availability_change", args=[change.pk]),
            }
            subject = (
                gettext("Availability of %(program)s: a change waits for a second person") % context
                if change.drafted_by
                else gettext("Availability of %(program)s: a file waits for somebody who takes it on") % context
            )
        mail.send(
            message=message,
            to=person.email,
            language=person.language,
            subject=subject,
            template="content/letters/change_drafted",
            context=context,
            now=now,
        )


HANDLERS: dict[str, Handler] = {DRAFTED: send_drafted}
