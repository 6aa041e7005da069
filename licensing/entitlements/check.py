"""The one question: may this organisation use this right now? One statement, however many licences and rights."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from licensing.entitlements.models import Entitlement
from licensing.entitlements.rules import End, EndKind, LicenceFacts, LicenceStatus, Verdict, best, never_begins, status, until
from portal.core.periods import Period

COLUMNS = (
    "right_id", "licence_id", "licence__number", "licence__zone", "valid_from", "valid_to", "licence__end__kind", "licence__end__at",
    "licence__suspensions__valid_from", "licence__suspensions__valid_to",
)  # fmt: skip


def may(*, organisation_id: int, right_id: int, edition_id: int | None, at: datetime) -> Verdict:
    """Return whether one of the organisation's licences gives it the right at ``at``, with the facts of the licence that decides.

    ``edition_id``: the licence must be for that edition (None = the right is bound to none).
    Facts: ``licence_id``, ``licence`` (number), ``zone``, and of these what the reason needs: ``valid_from``, ``valid_to``, ``since``;
    ``never_begins`` where it ends before its term.
    """
    return may_each(organisation_id=organisation_id, right_ids=[right_id], edition_id=edition_id, at=at)[right_id]


def may_each(*, organisation_id: int, right_ids: Iterable[int], edition_id: int | None, at: datetime) -> dict[int, Verdict]:
    """Return the verdict of ``may`` for each of ``right_ids``, in one statement: for lists."""
    wanted = set(right_ids)
    rows = Entitlement.objects.filter(licence__organisation_id=organisation_id, right_id__in=wanted, licence__edition_id=edition_id)
    said: dict[int, list[Verdict]] = {right_id: [] for right_id in wanted}
    for right_id, licence_id, number, zone, facts in _licences(rows.values_list(*COLUMNS).order_by("licence_id", "right_id")):
        said[right_id].append(_verdict(licence_id, number, zone, facts, at=at))
    return {right_id: best(verdicts) for right_id, verdicts in said.items()}


def _licences(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[int, int, str, str, LicenceFacts]]:
    """Gather the rows of each right of each licence: a suspension a row, or one row without."""
    found: dict[tuple[int, int], tuple[int, int, str, str, LicenceFacts]] = {}
    for right_id, licence_id, number, zone, valid_from, valid_to, kind, ended_at, suspended_from, suspended_to in rows:
        key = (right_id, licence_id)
        known = found[key][4].suspensions if key in found else ()
        suspended = (*known, Period(suspended_from, suspended_to)) if suspended_from else known
        end = End(EndKind(kind), ended_at) if kind else None
        found[key] = (right_id, licence_id, number, zone, LicenceFacts(Period(valid_from, valid_to), suspended, end))
    return found.values()


def _verdict(licence_id: int, number: str, zone: str, facts: LicenceFacts, *, at: datetime) -> Verdict:
    found = status(facts, at=at)
    code = "granted" if found is LicenceStatus.ACTIVE else found.value
    said: dict[str, object] = {"licence_id": licence_id, "licence": number, "zone": zone}
    said |= {"valid_from": facts.term.valid_from, "valid_to": until(facts)}
    if never_begins(facts):
        said["never_begins"] = True
    if found is LicenceStatus.SUSPENDED:
        said["since"] = next(period.valid_from for period in facts.suspensions if at in period)
    if facts.end is not None and found in (LicenceStatus.ENDED, LicenceStatus.REVOKED):
        said["since"] = facts.end.at
    return Verdict(code, tuple(said.items()))
