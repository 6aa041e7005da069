"""The one question: may this organisation use this right now? One statement, whatever the number of its licences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from licensing.entitlements.models import Entitlement
from licensing.entitlements.rules import End, EndKind, LicenceFacts, LicenceStatus, Verdict, best, status
from portal.core.periods import Period

COLUMNS = (
    "licence_id", "licence__number", "licence__zone", "valid_from", "valid_to", "licence__end__kind", "licence__end__at",
    "licence__suspensions__valid_from", "licence__suspensions__valid_to",
)  # fmt: skip


def may(*, organisation_id: int, right_id: int, edition_id: int | None, at: datetime) -> Verdict:
    """Return whether one of the organisation's licences gives it the right at ``at``, with the facts of the licence that decides.

    ``edition_id``: the licence must be for that edition (None = the right is bound to none).
    Facts: ``licence`` (number), ``zone``, and of these what the reason needs: ``valid_from``, ``valid_to``, ``since``.
    """
    rows = Entitlement.objects.filter(licence__organisation_id=organisation_id, right_id=right_id, licence__edition_id=edition_id)
    return best(
        _verdict(number, zone, facts, at=at) for number, zone, facts in _licences(rows.values_list(*COLUMNS).order_by("licence_id"))
    )


def _licences(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, str, LicenceFacts]]:
    """Gather the rows of each licence: a suspension a row, or one row without."""
    found: dict[int, tuple[str, str, LicenceFacts]] = {}
    for pk, number, zone, valid_from, valid_to, kind, ended_at, suspended_from, suspended_to in rows:
        known = found[pk][2].suspensions if pk in found else ()
        suspended = (*known, Period(suspended_from, suspended_to)) if suspended_from else known
        end = End(EndKind(kind), ended_at) if kind else None
        found[pk] = (number, zone, LicenceFacts(Period(valid_from, valid_to), suspended, end))
    return found.values()


def _verdict(number: str, zone: str, facts: LicenceFacts, *, at: datetime) -> Verdict:
    found = status(facts, at=at)
    code = "granted" if found is LicenceStatus.ACTIVE else found.value
    said: dict[str, object] = {"licence": number, "zone": zone, "valid_from": facts.term.valid_from, "valid_to": facts.term.valid_to}
    if found is LicenceStatus.SUSPENDED:
        said["since"] = next(period.valid_from for period in facts.suspensions if at in period)
    if facts.end is not None and found in (LicenceStatus.ENDED, LicenceStatus.REVOKED):
        said["since"] = facts.end.at
    return Verdict(code, tuple(said.items()))
