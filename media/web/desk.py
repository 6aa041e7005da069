"""What the desk says of kits."""

from datetime import datetime

from django.utils.translation import gettext

from licensing import explain
from licensing.organisations.rules import Act
from licensing.web.acting import Acting
from licensing.web.turns import Section
from media.kits import queries
from portal.accounts.models import User


def kits_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Return the latest release of each kit of what the organisation has or had a licence for, to people who download something."""
    if not acting.may(Act.SEE_KITS):
        return None
    releases = queries.latest(explain.licensed_offerings(acting.organisation_id))
    if not releases:
        return None
    return Section(key="kits", title=gettext("Course kits"), template="media/section.html", context={"releases": releases})
