"""How a verdict is said to the public: its word, shape and sentence."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from i18n import formats
from i18n.interface import own
from i18n.interface import sentence as filled
from licensing.entitlements.rules import LicenceStatus, Public
from licensing.verification import Told


class Shown(NamedTuple):
    """A word with its tone and shape."""

    label: str
    tone: str
    icon: str


VERDICTS: dict[Public, Shown] = {
    Public.VALID: Shown(pgettext_lazy("license", "Valid"), "good", "valid"),
    Public.SCHEDULED: Shown(pgettext_lazy("license", "Not yet valid"), "info", "scheduled"),
    Public.EXPIRED: Shown(pgettext_lazy("license", "Expired"), "ended", "expired"),
    Public.SUSPENDED: Shown(pgettext_lazy("license", "Suspended"), "stop", "suspended"),
    Public.REVOKED: Shown(pgettext_lazy("license", "Revoked"), "stop", "revoked"),
    Public.UNKNOWN: Shown(pgettext_lazy("license", "Unknown code"), "quiet", "unstated"),
}
STATUSES: dict[LicenceStatus, Shown] = {  # as its holder and staff read it
    LicenceStatus.ACTIVE: Shown(pgettext_lazy("license", "In force"), "good", "valid"),
    LicenceStatus.SCHEDULED: Shown(pgettext_lazy("license", "Begins later"), "info", "scheduled"),
    LicenceStatus.EXPIRED: Shown(pgettext_lazy("license", "Expired"), "ended", "expired"),
    LicenceStatus.ENDED: Shown(pgettext_lazy("license", "Ended"), "ended", "expired"),
    LicenceStatus.SUSPENDED: Shown(pgettext_lazy("license", "Suspended"), "stop", "suspended"),
    LicenceStatus.REVOKED: Shown(pgettext_lazy("license", "Revoked"), "stop", "revoked"),
}


def sentence(told: Told, *, now: datetime) -> str:
    """Say what a verdict means, with its dates in the licence's zone."""
    if told.facts is None:
        return _("No license was issued under this code. Compare it with what you read: 16 letters and digits, none of them O, I, L or U.")
    language, zone = get_language() or "en", told.facts.zone
    if told.verdict is Public.VALID:
        return _valid(told, language, now=now)
    if told.verdict is Public.SCHEDULED and told.facts.never_begins:
        return _("This license is not in force and will not be: it was ended before its term begins.")
    if told.verdict is Public.SCHEDULED:
        begins = own(formats.instant(told.facts.valid_from, zone, language), language)
        return filled(_("This license is not in force yet. It begins on %(begins)s."), begins=begins)
    assert told.since is not None
    if told.verdict is Public.SUSPENDED:
        since = own(formats.instant(told.since, zone, language), language)
        return filled(
            _("This license is suspended since %(since)s. Until that is lifted, nothing may be held or shown under it."), since=since
        )
    if told.verdict is Public.REVOKED:
        since = own(formats.instant(told.since, zone, language), language)
        return filled(_("This license was revoked on %(since)s. Its logo must no longer be shown."), since=since)
    since = own(formats.until_day(told.since, zone, language), language)
    return filled(_("This license is not valid since %(since)s. Its logo must no longer be shown."), since=since)


def _valid(told: Told, language: str, *, now: datetime) -> str:
    assert told.facts is not None
    zone = formats.zone_of(told.facts.zone)
    today = now.astimezone(zone).date()
    if told.asked is None or told.asked == today:
        return filled(
            _("This license is in force today, %(day)s."), day=own(formats.day(told.at.astimezone(zone).date(), language), language)
        )
    day = own(formats.day(told.asked, language), language)
    if told.asked < today:
        return filled(_("This license was in force on %(day)s."), day=day)
    return filled(_("This license will be in force on %(day)s, as things stand today."), day=day)
