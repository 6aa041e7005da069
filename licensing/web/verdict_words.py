"""How a verdict is said to the public: its word, shape and sentence."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from i18n import formats
from i18n.interface import own
from i18n.interface import sentence as filled
from licensing.entitlements.rules import LicenceStatus, Public
from licensing.verification import Facts, Told


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


ANOTHER_DAY: dict[tuple[Public, bool], Any] = {  # by verdict, and whether the day is over
    (Public.VALID, True): gettext_lazy("This license was in force on %(day)s."),
    (Public.VALID, False): gettext_lazy("This license will be in force on %(day)s, as things stand today."),
    (Public.SCHEDULED, True): gettext_lazy("This license was not in force yet on %(day)s: it begins on %(begins)s."),
    (Public.SCHEDULED, False): gettext_lazy("This license will not be in force yet on %(day)s: it begins on %(begins)s."),
    (Public.SUSPENDED, True): gettext_lazy("This license was suspended on %(day)s: it has been since %(since)s."),
    (Public.SUSPENDED, False): gettext_lazy(
        "This license will be suspended on %(day)s, as things stand today: it has been since %(since)s."
    ),
    (Public.REVOKED, True): gettext_lazy("This license was not valid any more on %(day)s: it was revoked on %(since)s."),
    (Public.REVOKED, False): gettext_lazy("This license will not be valid on %(day)s: it is revoked from %(since)s on."),
    (Public.EXPIRED, True): gettext_lazy("This license was not valid any more on %(day)s: it ended on %(since)s."),
    (Public.EXPIRED, False): gettext_lazy("This license will not be valid any more on %(day)s: it ends on %(since)s."),
}


def another_day(told: Told, *, now: datetime) -> bool:
    """Say whether the answer is about another day than today, on the licence's clock."""
    return told.facts is not None and told.asked is not None and told.asked != now.astimezone(formats.zone_of(told.facts.zone)).date()


def sentence(told: Told, *, now: datetime) -> str:
    """Say what a verdict means, with its dates in the licence's zone."""
    if told.facts is None:
        return _("No license was issued under this code. Compare it with what you read: 16 letters and digits, none of them O, I, L or U.")
    language, zone = get_language() or "en", told.facts.zone
    if told.verdict is Public.SCHEDULED and told.facts.never_begins:
        return _("This license is not in force and will not be: it was ended before its term begins.")
    if another_day(told, now=now) and not _over_for_good(told, now=now):
        return _on_another_day(told, told.facts, language, now=now)
    if told.verdict is Public.VALID:
        today = told.at.astimezone(formats.zone_of(zone)).date()
        return filled(_("This license is in force today, %(day)s."), day=own(formats.day(today, language), language))
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


def _over_for_good(told: Told, *, now: datetime) -> bool:
    """Say whether what holds today holds on every later day too, and such a day was asked about."""
    ended = told.verdict in (Public.EXPIRED, Public.REVOKED) and told.since is not None and told.since <= now
    return ended and told.at > now


def _on_another_day(told: Told, facts: Facts, language: str, *, now: datetime) -> str:
    assert told.asked is not None
    over = told.asked < now.astimezone(formats.zone_of(facts.zone)).date()
    since = ""
    if told.since is not None:
        says = formats.until_day if told.verdict is Public.EXPIRED else formats.instant
        since = own(says(told.since, facts.zone, language), language)
    return filled(
        str(ANOTHER_DAY[told.verdict, over]),
        day=own(formats.day(told.asked, language), language),
        begins=own(formats.instant(facts.valid_from, facts.zone, language), language),
        since=since,
    )
