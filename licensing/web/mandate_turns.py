"""What the desk says about signing before an offer is accepted: who is still to be invited, whose power is missing."""

from datetime import datetime

from django.utils.translation import gettext

from i18n.interface import joined
from licensing.organisations import mandate
from licensing.organisations.rules import Act
from licensing.terms.models import TermsOffer
from licensing.terms.rules import State
from licensing.web.acting import Acting
from licensing.web.applications import label
from licensing.web.mandate_words import Way, way
from licensing.web.turns import TurnItem
from portal.accounts.models import User


def ways(terms: TermsOffer, acting: Acting, user: User, now: datetime) -> list[Way]:
    """Return what has to be done before the offer can be accepted, for who looks; nothing once it is accepted or closed."""
    if terms.state not in (State.DRAFT, State.ISSUED):
        return []
    application = terms.application
    found = mandate.obstacles(application.organisation, mandate.declared_by(application), now=now)
    return [way(obstacle, user, manages=acting.may(Act.MANAGE_PEOPLE)) for obstacle in found]


def mandate_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Whatever keeps an offer from being accepted waits for an owner; an invitation waits for the person invited. Each is said once."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return []
    rows = TermsOffer.objects.of(acting.organisation).filter(state__in=[State.DRAFT, State.ISSUED])
    found: dict[str, TurnItem] = {}
    for terms in rows.select_related("application__organisation", "application__offering", "application__edition"):
        for one in ways(terms, acting, user, now):
            found.setdefault(one.title, _item(one, terms, acting))
    return list(found.values())


def _item(one: Way, terms: TermsOffer, acting: Acting) -> TurnItem:
    yours = one.ours and acting.may(Act.MANAGE_PEOPLE)
    before = gettext("Needed before the offer can be accepted: %(label)s") % {"label": label(terms.application)}
    return TurnItem(
        title=one.title, url=one.url, text=joined(" ", [one.text, before]), yours=yours, action=one.action if yours else "",
        state="" if yours else gettext("With your owner") if one.ours else gettext("With %(name)s") % {"name": one.name},
        tone="info", application_id=terms.application_id,
    )  # fmt: skip
