"""Why can't I? The verdict on one thing with its reasons, their words and the way out (reads across subjects; writes nothing).

What ``media`` may ask of licensing is this module and the types it returns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.applications.models import Application
from licensing.entitlements import check
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import Verdict
from licensing.offerings.models import LicensedRight
from licensing.organisations.rules import AUDIENCES, audiences


def file_verdict(
    *,
    user_id: int,
    organisation_id: int,
    roles: frozenset[str],
    right: LicensedRight,
    audience: str,
    edition_id: int | None,
    embargo_until: datetime | None,
    at: datetime,
) -> Verdict:
    """Return whether a person with these roles may take an item for ``audience`` under ``right`` at ``at``.

    The licence is asked first, then the role, then the embargo: each answer is true whatever the later ones say.
    """
    verdict = check.may(organisation_id=organisation_id, right_id=right.pk, edition_id=edition_id, at=at)
    if not verdict.granted:
        return verdict
    if audience not in audiences(roles):
        wanted = tuple(sorted(role.value for role, reach in AUDIENCES.items() if audience in reach))
        return Verdict("role", (*verdict.facts, ("roles", wanted)))
    if embargo_until is not None and at < embargo_until:
        return Verdict("embargo", (*verdict.facts, ("until", embargo_until)))
    return verdict


def known_to(organisation_id: int, offering_id: int) -> bool:
    """Say whether the organisation has or had an application or a licence for the offering: only then it is told why not."""
    return (
        Licence.objects.filter(organisation=organisation_id, offering=offering_id).exists()
        or Application.objects.filter(organisation=organisation_id, offering=offering_id).exists()
    )


def licensed_offerings(organisation_id: int) -> set[int]:
    """Return the ids of the offerings the organisation has or had a licence for."""
    return set(Licence.objects.filter(organisation=organisation_id).values_list("offering", flat=True))


@dataclass(frozen=True, slots=True)
class Reason:
    """What a page says: ``title``, a sentence, and what to do; ``until`` is an instant to print in ``zone`` and in UTC."""

    code: str
    title: str
    text: str
    way_out: str
    until: datetime | None = None
    zone: str = "UTC"


Words = tuple[str | Promise, Callable[[Verdict], str], str | Promise]
WORDS: dict[str, Words] = {
    "no_licence": (
        gettext_lazy("No license yet"),
        lambda verdict: _("Your organization has no license that includes this item."),
        gettext_lazy("Your applications say whose turn it is."),
    ),
    "scheduled": (
        gettext_lazy("The license has not begun"),
        lambda verdict: _("License %(licence)s has not begun.") % {"licence": verdict.fact("licence")},
        gettext_lazy("Come back when it begins."),
    ),
    "expired": (
        gettext_lazy("The license has expired"),
        lambda verdict: _("License %(licence)s ran to its end.") % {"licence": verdict.fact("licence")},
        gettext_lazy("Apply again to go on."),
    ),
    "ended": (
        gettext_lazy("The license has ended"),
        lambda verdict: _("License %(licence)s ended before its term.") % {"licence": verdict.fact("licence")},
        gettext_lazy("Ask the licensor if you think this is wrong."),
    ),
    "suspended": (
        gettext_lazy("The license is suspended"),
        lambda verdict: _("License %(licence)s is suspended.") % {"licence": verdict.fact("licence")},
        gettext_lazy("The letter of the suspension says what is needed."),
    ),
    "revoked": (
        gettext_lazy("The license was revoked"),
        lambda verdict: _("License %(licence)s was revoked.") % {"licence": verdict.fact("licence")},
        gettext_lazy("Ask the licensor if you think this is wrong."),
    ),
    "role": (
        gettext_lazy("Your role does not include this item"),
        lambda verdict: _("This item is for other roles than yours in this organization."),
        gettext_lazy("An owner of your organization can give you the role."),
    ),
    "embargo": (
        gettext_lazy("Not before the embargo lifts"),
        lambda verdict: _("This item is under embargo."),
        gettext_lazy("Come back when the embargo lifts."),
    ),
    "withdrawn": (
        gettext_lazy("This release was withdrawn"),
        lambda verdict: _("The licensor withdrew this release: %(reason)s") % {"reason": verdict.fact("reason")},
        gettext_lazy("Use the latest release of the kit."),
    ),
}
_UNTIL = {"scheduled": "valid_from", "embargo": "until", "expired": "valid_to", "ended": "since", "suspended": "since", "revoked": "since"}


def reason(verdict: Verdict) -> Reason:
    """Return the words of a refusal in the active language."""
    title, text, way_out = WORDS[verdict.code]
    until = verdict.fact(_UNTIL.get(verdict.code, ""))
    return Reason(
        code=verdict.code,
        title=str(title),
        text=text(verdict),
        way_out=str(way_out),
        until=until if isinstance(until, datetime) else None,
        zone=str(verdict.fact("zone") or "UTC"),
    )
