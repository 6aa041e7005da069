"""The letters about an interest: confirm the address; the programme is open; that is corrected. Each carries the link that withdraws."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from content.availability.models import STATUS_WORDS
from content.availability.queries import known_now, offered
from content.availability.words import start
from content.interest import corrections
from content.interest.actions import CONFIRM, CORRECTED, OPEN, said, token_of, wait_again
from content.interest.models import Interest
from content.interest.rules import Standing, State
from i18n.places.queries import name_in
from portal.core import mail
from portal.core.models import OutboxMessage, SentMail
from portal.core.outbox import Handler


@transaction.atomic
def send_confirm(message: OutboxMessage, now: datetime) -> None:
    """Ask whoever reads the address whether they meant it; nobody once it is withdrawn, replaced or out of time."""
    interest = _held(message)
    if interest is None or interest.state(at=now) is not State.PENDING:
        return
    with translation.override(interest.language):
        facts = _facts(interest)
        subject = gettext("Please confirm: %(program)s, %(place)s") % facts
        facts |= {"action": gettext("Confirm or withdraw"), "action_url": facts["letter_url"], "ends_at": interest.ends_at}
    _send("interest_confirm", interest, message, subject=subject, facts=facts, now=now)


@transaction.atomic
def send_open(message: OutboxMessage, now: datetime) -> None:
    """Tell that the programme is open; nothing to whoever withdrew or has a letter already. If it was closed again before, they wait on."""
    interest = _held(message)
    if interest is None or interest.told_at is None or interest.known_at is not None:
        return
    known_at = known_now(now=now)
    answer = offered(interest.programme_id, at=now, known_at=known_at).get(interest.place_id)
    if answer is None:
        wait_again(interest.pk)
        return
    with translation.override(interest.language):
        facts = _facts(interest) | {"status": str(STATUS_WORDS[answer.status]), "by_licence": answer.status == "by_licence"}
        subject = gettext("%(program)s, %(place)s: %(status)s") % facts
        facts |= {"action": gettext("See how to take part"), "action_url": _page(interest)}
    said(interest.pk, known_at=known_at, now=now)
    _send("interest_open", interest, message, subject=subject, facts=facts, now=now)


@transaction.atomic
def send_corrected(message: OutboxMessage, now: datetime) -> None:
    """Tell what holds in place of what the last letter said, by what is published now; nothing if that holds again, and nothing to whoever
    withdrew or is to be forgotten."""
    interest = _held(message)
    known_at = known_now(now=now)
    if interest is None or known_at is None or interest.state(at=now) is not State.TOLD:
        return
    holds = corrections.due([interest], at=now, known_at=known_at).get(interest.pk)
    if holds is None:
        return
    answer = offered(interest.programme_id, at=now, known_at=known_at).get(interest.place_id)
    with translation.override(interest.language):
        facts = _facts(interest) | {"status": str(STATUS_WORDS[answer.status]) if answer else ""}
        facts["opens"] = start(holds.opens_at, interest.place.zone, interest.language).text if holds.opens_at else ""
        if holds.standing is Standing.CLOSED:
            facts["again_url"] = settings.PORTAL_ORIGIN + reverse("interest", args=[interest.programme.code, interest.place.code])
        subject = gettext("Correction: %(program)s, %(place)s") % facts
        facts |= {"action": gettext("See what holds now"), "action_url": _page(interest)}
    said(interest.pk, known_at=known_at, opens_at=holds.opens_at, now=now)
    _send("interest_corrected", interest, message, subject=subject, facts=facts, now=now)


def _held(message: OutboxMessage) -> Interest | None:
    """Return the interest under its lock, unless this very letter left already: two workers never send it both, and nobody withdraws meanwhile."""
    interest = (
        Interest.objects.select_for_update(of=("self",)).select_related("programme", "place").filter(pk=message.payload["interest"]).first()
    )
    return None if SentMail.objects.filter(message=message).exists() else interest


def _page(interest: Interest) -> str:
    return settings.PORTAL_ORIGIN + reverse("country", args=[interest.place.code]) + f"#programme-{interest.programme.code}"


def _facts(interest: Interest) -> dict[str, Any]:
    """Return what both letters say, in the active language. Nothing that was typed is repeated: the address may be a stranger's."""
    return {
        "program": interest.programme.short_name,
        "place": name_in(interest.place, interest.language),
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


HANDLERS: dict[str, Handler] = {CONFIRM: send_confirm, OPEN: send_open, CORRECTED: send_corrected}
