"""The one question about rights: may this organisation use this right at this instant."""

from datetime import datetime

from licensing.entitlements.models import Entitlement, Licence
from licensing.entitlements.rules import LicenceStatus, Verdict, best

_CODE = {status: status.value for status in LicenceStatus} | {LicenceStatus.ACTIVE: "granted"}


def may(*, organisation_id: int, right_id: int, edition_id: int | None, at: datetime) -> Verdict:
    """Return the best verdict of the organisation's licences that carry the right; ``no_licence`` if none does.

    ``edition_id`` None = whatever the edition. Facts: licence_id, licence (number), valid_from, valid_to, zone, and since when where it is
    suspended or ended. An entitlement with a shorter period than its licence decides by its own.
    """
    rows = Entitlement.objects.filter(right=right_id, licence__organisation=organisation_id)
    if edition_id is not None:
        rows = rows.filter(licence__edition=edition_id)
    licences = Licence.objects.with_facts()
    found = {licence.pk: licence for licence in licences.filter(pk__in=[row.licence_id for row in rows])}
    return best(_verdict(row, found[row.licence_id], at=at) for row in rows)


def _verdict(row: Entitlement, licence: Licence, *, at: datetime) -> Verdict:
    code = _CODE[licence.status(at=at)]
    if code == "granted" and not row.valid_from <= at < row.valid_to:
        code = "scheduled" if at < row.valid_from else "expired"
    facts: list[tuple[str, object]] = [
        ("licence_id", licence.pk),
        ("licence", licence.number),
        ("valid_from", row.valid_from),
        ("valid_to", row.valid_to),
        ("zone", licence.zone),
    ]
    end = getattr(licence, "end", None)
    if code in ("revoked", "ended") and end is not None:
        facts.append(("since", end.at))
    if code == "suspended":
        facts.append(("since", max(row.valid_from for row in licence.suspensions.all() if row.valid_from <= at)))
    return Verdict(code, tuple(facts))
