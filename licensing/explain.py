"""Why somebody may or may not have a file: the verdict with its reason, and the way out, in the reader's language.

The one thing ``media`` asks of licensing. The codes, which are stable, are the keys of ``WORDS``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import listing, own, sentence
from licensing.applications.models import Application
from licensing.entitlements import check
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import Verdict
from licensing.logos import queries as logos
from licensing.offerings.models import LicensedRight
from licensing.organisations.models import Membership
from licensing.organisations.rules import AUDIENCES, audiences

# code -> the reason, and what the reader can do about it; facts are filled in by ``words``.
WORDS = {
    "granted": (_("License %(licence)s is in force until %(valid_to)s."), ""),
    "no_licence": (_("Your organization has no license for this."), _("Apply for a license, or finish the application you have begun.")),
    "scheduled": (_("License %(licence)s begins on %(valid_from)s."), _("It opens by itself at that moment.")),
    "suspended": (
        _("License %(licence)s is suspended since %(since)s."),
        _("The license page says why. Everything opens again as soon as the suspension is lifted."),
    ),
    "expired": (_("License %(licence)s expired: its term ended on %(valid_to)s."), _("Apply for a new license.")),
    "ended": (_("License %(licence)s ended on %(since)s."), _("Apply for a new license, or write to the licensor.")),
    "revoked": (_("License %(licence)s was revoked on %(since)s."), _("Write to the licensor.")),
    "role": (
        _("Your role in the organization does not include this file. It is open to: %(roles)s."),
        _("Ask an owner of your organization to give you one of these roles."),
    ),
    "withdrawn": (_("The licensor withdrew this release: %(reason)s"), _("Use the latest release of the kit.")),
    "embargo": (_("This file is under embargo until %(until)s."), _("It opens by itself at that moment.")),
    "no_piece": (
        _("Artwork for production opens when a piece of your organization is approved; under license %(licence)s none is now."),
        _("Design with the files marked PROOF, then send the piece in under “Logos and proofs”."),
    ),
}
# In place of "scheduled" where the licence ends before its term.
NEVER = (_("License %(licence)s is not in force and will not be: it was ended before its term begins."), WORDS["ended"][1])
TITLES = {
    "granted": _("Open to you"),
    "no_licence": _("No license yet"),
    "scheduled": _("The license has not begun"),
    "suspended": _("The license is suspended"),
    "expired": _("The license has expired"),
    "ended": _("The license has ended"),
    "revoked": _("The license was revoked"),
    "role": _("Your role does not include this"),
    "embargo": _("Under embargo"),
    "no_piece": _("Opens with an approved piece"),
    "withdrawn": _("This release was withdrawn"),
}
ROLES = {
    "owner": _("owner"),
    "coordinator": _("coordinator"),
    "faculty": _("faculty"),
    "designer": _("designer"),
}


class Words(NamedTuple):
    """A short title, the reason and a way out, ready to print."""

    title: str
    reason: str
    way_out: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked for: the right it needs, the audience it is meant for, and until when it is under embargo.

    ``needs_piece``: artwork for production, which opens with an approved piece of the same licence.
    """

    right_id: int
    audience: str
    embargo_until: datetime | None = None
    needs_piece: bool = False


def file_verdict(
    *,
    user_id: int,
    organisation_id: int,
    roles: Iterable[str] | None,
    right: LicensedRight | int,
    audience: str,
    edition_id: int | None,
    embargo_until: datetime | None,
    at: datetime,
) -> Verdict:
    """Return whether a person, acting for an organisation, may have a file that needs ``right`` and is meant for ``audience``.

    The first reason why not, in this order: the licence, the person's role, the embargo, the approved piece. ``roles`` None = look them up (links that outlive
    a request). The licence's facts stay in the verdict, whatever decides.
    """
    thing = Thing(right if isinstance(right, int) else right.pk, audience, embargo_until)
    if roles is None:
        rows = Membership.objects.filter(user_id=user_id, organisation_id=organisation_id, ended_at=None)
        roles = rows.values_list("role", flat=True)
    return file_verdicts([thing], organisation_id=organisation_id, roles=roles, edition_id=edition_id, at=at)[0]


def file_verdicts(
    things: Sequence[Thing], *, organisation_id: int, roles: Iterable[str], edition_id: int | None, at: datetime
) -> list[Verdict]:
    """Return the verdict on each of ``things``, in their order: a list of any length costs one statement, two with artwork for production."""
    rights = check.may_each(organisation_id=organisation_id, right_ids=[thing.right_id for thing in things], edition_id=edition_id, at=at)
    reach = audiences(roles)
    asked = {rights[thing.right_id].fact("licence_id") for thing in things if thing.needs_piece and rights[thing.right_id].granted}
    approved = logos.with_a_piece(asked, at=at) if asked else frozenset()
    return [_verdict(thing, rights[thing.right_id], reach, approved, at=at) for thing in things]


def _verdict(thing: Thing, licence: Verdict, reach: frozenset[str], approved: frozenset[int], *, at: datetime) -> Verdict:
    if not licence.granted:
        return licence
    if thing.audience not in reach:
        open_to = tuple(role.value for role, open_ in AUDIENCES.items() if thing.audience in open_)
        return Verdict("role", (*licence.facts, ("roles", open_to)))
    if thing.embargo_until is not None and at < thing.embargo_until:
        return Verdict("embargo", (*licence.facts, ("until", thing.embargo_until)))
    if thing.needs_piece and licence.fact("licence_id") not in approved:
        return Verdict("no_piece", licence.facts)
    return licence


def words(verdict: Verdict) -> Words:
    """Say a verdict in the active language, each instant in the licence's zone and in UTC."""
    language, zone = get_language() or "en", str(verdict.fact("zone") or "UTC")
    facts = dict(verdict.facts)
    said: dict[str, object] = {"licence": facts.get("licence", ""), "reason": facts.get("reason", "")}
    for name in ("valid_from", "since", "until"):
        if isinstance(at := facts.get(name), datetime):
            said[name] = own(formats.instant(at, zone, language, utc=True), language)
    if isinstance(valid_to := facts.get("valid_to"), datetime):
        said["valid_to"] = own(formats.until_day(valid_to, zone, language), language)
    if isinstance(roles := facts.get("roles"), tuple):
        said["roles"] = listing([ROLES[role] for role in roles], language, style="or")
    reason, way_out = NEVER if verdict.code == "scheduled" and facts.get("never_begins") else WORDS[verdict.code]
    return Words(str(TITLES[verdict.code]), sentence(str(reason), **said), str(way_out))


def known_to(organisation_id: int, offering_id: int) -> bool:
    """Say whether the organisation has or had an application or a licence for the offering: such a reader is told why not, others 404."""
    mine = {"organisation_id": organisation_id, "offering_id": offering_id}
    return Application.objects.filter(**mine).exists() or Licence.objects.filter(**mine).exists()


def licensed_offerings(organisation_id: int) -> set[int]:
    """Return the ids of the offerings the organisation has or had a licence for."""
    return set(Licence.objects.filter(organisation=organisation_id).values_list("offering", flat=True))
