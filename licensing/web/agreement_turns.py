"""What agreements and licences add to the desk: whose signature is next, and what the organisation holds."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from licensing.agreements.models import Agreement
from licensing.agreements.rules import Side, State
from licensing.entitlements.models import Licence
from licensing.organisations.rules import Act
from licensing.web.acting import Acting
from licensing.web.agreement_page import SigningLine, signing_lines
from licensing.web.turns import Section, TurnItem
from licensing.web.verdict_words import STATUSES
from portal.accounts.models import User


def agreement_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Return the agreements that wait for a signature, of the person or of others; nothing to whom may not read agreements."""
    if not acting.may(Act.SEE_AGREEMENTS):
        return []
    rows = Agreement.objects.visible_to(user).filter(
        organisation=acting.organisation, state=State.OUT_FOR_SIGNATURE, window_ends_at__gt=now
    )
    found = []
    for agreement in rows.select_related("offering", "terms"):
        line = next((line for line in signing_lines(agreement, user) if line.turn), None)
        if line is not None:
            found.append(_item(agreement, line))
    return found


def _item(agreement: Agreement, line: SigningLine) -> TurnItem:
    licensor = line.side == Side.LICENSOR
    state = gettext("With the licensor") if licensor else gettext("With %(name)s") % {"name": line.name}
    return TurnItem(
        title=gettext("Agreement %(number)s: %(offering)s") % {"number": agreement.number, "offering": agreement.offering.name},
        url=reverse("agreement", args=[agreement.number]),
        text=gettext("Sign as %(office)s") % {"office": line.office} if line.yours else gettext("Waits for a signature"),
        yours=line.yours,
        action=gettext("Read and sign") if line.yours else "",
        due=agreement.window_ends_at if not licensor else None,
        due_note=gettext("signing closes") if not licensor else "",
        zone=agreement.terms.zone,
        state="" if line.yours else state,
        tone="info",
        application_id=agreement.terms.application_id,
    )


def licences_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Return the licences of the organisation, the newest first."""
    if not acting.may(Act.SEE_LICENCES):
        return None
    licences = list(Licence.objects.visible_to(user).filter(organisation=acting.organisation).with_facts())
    if not licences:
        return None
    rows = [(licence, STATUSES[licence.status(at=now)]) for licence in licences]
    return Section(key="licences", title=gettext("Licenses"), template="licensing/licences/section.html", context={"rows": rows})
