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
from licensing.web.agreement_words import STATES
from licensing.web.turns import Section, TurnItem
from licensing.web.verdict_words import STATUSES
from portal.accounts.models import User

SHOWN = 6  # agreements on the desk; the list has all


def agreement_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Return the agreements that wait for a signature, of the person or of others; nothing to whom may not read agreements."""
    if not acting.may(Act.SEE_AGREEMENTS):
        return []
    rows = Agreement.objects.visible_to(user).filter(organisation=acting.organisation, state=State.OUT_FOR_SIGNATURE)
    found = []
    for agreement in rows.select_related("offering", "terms", "organisation"):
        line = next((line for line in signing_lines(agreement, user, now=now) if line.turn), None)
        if line is not None:
            found.append(_item(agreement, line, acting, now))
    return found + [_declined(agreement) for agreement in _left_declined(acting, user)]


def _left_declined(acting: Acting, user: User) -> list[Agreement]:
    """Return the declined agreements in whose place nothing was sent yet, while their terms stand."""
    visible = Agreement.objects.visible_to(user).filter(organisation=acting.organisation)
    declined = visible.filter(state=State.DECLINED, terms__state="accepted").exclude(terms__in=visible.live().values("terms"))
    return list(declined.select_related("offering", "terms").order_by("terms", "-pk").distinct())


def _declined(agreement: Agreement) -> TurnItem:
    return TurnItem(
        title=_title(agreement),
        url=reverse("agreement", args=[agreement.number]),
        text=gettext("A signatory declined; the licensor may draw up a new version"),
        yours=False,
        state=gettext("With the licensor"),
        tone="info",
        application_id=agreement.terms.application_id,
    )


def _title(agreement: Agreement) -> str:
    return gettext("Agreement %(number)s: %(offering)s") % {"number": agreement.number, "offering": agreement.offering.name}


def _item(agreement: Agreement, line: SigningLine, acting: Acting, now: datetime) -> TurnItem:
    """Return what there is to do: sign; name somebody else where the person may not sign any more; else wait, and for whom."""
    licensor, over = line.side == Side.LICENSOR, agreement.status(at=now) == State.LAPSED_UNSIGNED
    to_sign = line.yours and not over and not line.lost
    to_replace = line.lost and not over and acting.may(Act.MANAGE_PEOPLE)
    text = gettext("Waits for a signature")
    if over:
        text = gettext("The time to sign is over; the licensor can extend it")
    elif line.lost:
        text = gettext("%(name)s has no power to sign any more: name somebody else") % {"name": line.name}
    elif to_sign:
        text = gettext("Sign as %(office)s") % {"office": line.office}
    waits = gettext("With the licensor") if licensor or over else gettext("With %(name)s") % {"name": line.name}
    yours = to_sign or to_replace
    return TurnItem(
        title=_title(agreement),
        url=reverse("agreement", args=[agreement.number]),
        text=text,
        yours=yours,
        action=(gettext("Read and sign") if to_sign else gettext("Name somebody else")) if yours else "",
        due=agreement.window_ends_at if not licensor else None,
        due_note=(gettext("signing closed") if over else gettext("signing closes")) if agreement.window_ends_at and not licensor else "",
        zone=agreement.terms.zone,
        state="" if yours else waits,
        tone="stop" if over else "info",
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


def agreements_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Return the agreements of the organisation, the newest first, those signed long ago included."""
    if not acting.may(Act.SEE_AGREEMENTS):
        return None
    rows = Agreement.objects.visible_to(user).filter(organisation=acting.organisation).select_related("offering").order_by("-pk")
    context = {"rows": [(row, STATES[row.status(at=now)]) for row in rows[:SHOWN]], "more": rows.count() > SHOWN}
    template = "licensing/agreements/section.html"
    return (
        Section(key="agreements", title=gettext("Agreements"), template=template, context=context, half=True) if context["rows"] else None
    )
