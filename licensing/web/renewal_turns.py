"""What the end of a term adds to the desk: that a renewal can begin, and whose turn that is. Once it has begun, its application says so."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext

from i18n import formats
from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import RENEWING
from licensing.organisations.rules import Act
from licensing.web.acting import Acting
from licensing.web.turns import TurnItem
from portal.accounts.models import User

CAME_TO_NOTHING = (State.DECLINED, State.WITHDRAWN, State.LAPSED)


def renewal_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Return the licences that can be renewed and nobody renews; it is for whoever may apply, the others read whom it waits for."""
    if not acting.may(Act.SEE_LICENCES):
        return []
    under_way = Exists(Application.objects.filter(renews=OuterRef("pk")).exclude(state__in=CAME_TO_NOTHING))
    rows = Licence.objects.visible_to(user).filter(~under_way, organisation=acting.organisation, superseded_by=None)
    near = rows.filter(valid_to__range=(now - RENEWING, now + RENEWING)).with_facts().order_by("valid_to", "pk")
    return [_item(licence, acting, now) for licence in near if licence.is_renewable(at=now)]


def _item(licence: Licence, acting: Acting, now: datetime) -> TurnItem:
    over, yours = licence.valid_to <= now, acting.may(Act.APPLY)
    return TurnItem(
        title=gettext("Renew license %(number)s: %(offering)s") % {"number": licence.number, "offering": licence.offering.name},
        url=reverse("licence", args=[licence.number]),
        text=gettext("The term is over; it can still be renewed") if over else gettext("The term ends; your last answers are filled in"),
        yours=yours,
        action=gettext("Look and renew") if yours else "",
        due=formats.last_day(licence.valid_to, licence.zone),
        due_note=gettext("last day"),
        zone=licence.zone,
        state="" if yours else gettext("With whoever applies for your organization"),
    )
