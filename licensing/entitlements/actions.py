"""What is done with a licence. Each action is one transaction and locks the licence's row."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from licensing.entitlements import queries
from licensing.entitlements.models import Licence, LicenceEnd, Suspension
from licensing.entitlements.rules import TICK, EndKind, NotAllowed, check_move, last_met, term
from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.organisations.queries import belongs
from portal.core import numbers, outbox
from portal.core.second_person import SamePerson, refuse_same
from portal.core.text import new_code

if TYPE_CHECKING:
    from licensing.agreements.models import Agreement
    from licensing.terms.models import TermsOffer


@transaction.atomic
def activate(agreement: "Agreement", *, terms: "TermsOffer", by: Actor, now: datetime) -> Licence | None:
    """Make the licence of an executed agreement whose conditions are all met; its term begins now (rulings 40).

    The caller holds the terms' row and has seen that nothing is missing. None, with an event on the agreement, if the term would be over
    before it begins (an edition whose rights have ended): the money that came in last must still be booked.
    """
    application = terms.application
    edition, offering = application.edition, application.offering
    period = term(
        now,
        zone=ZoneInfo(terms.zone),
        years=offering.term_years,
        rights_until=edition.rights_until if edition else None,
        starts_on=terms.starts_on,
    )
    if period is None:
        record(
            agreement,
            "too_late",
            by=by,
            now=now,
            from_state=agreement.state,
            to_state=agreement.state,
            visibility=Event.Visibility.INTERNAL,
        )
        return None
    met = {condition: at or now for condition, at in queries.conditions(terms, agreement).items()}
    last = last_met(met)
    licence = _make(
        number=numbers.take("L", now=now),
        agreement=agreement,
        organisation=application.organisation,
        offering=offering,
        edition=edition,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
        zone=terms.zone,
        activated_at=now,
        last_condition=last,
        supersedes=_followed(application.renews),
    )
    _fill(licence, places=terms.places.all(), rights=[right for right in offering.rights.all() if right.code in terms.rights])
    payload = {"last_condition": last.value, "met": {name.value: at.isoformat() for name, at in met.items()}, "agreement": agreement.number}
    record(licence, "activate", by=by, now=now, to_state=licence.status(at=now), payload=payload, effective_at=period.valid_from)
    certify_later(licence, now=now)
    return licence


def renewable(licence_id: int, *, by: Actor, now: datetime) -> Licence:
    """Return the licence, its row held, if its holder may renew it now.

    :raises NotAllowed: ``not_renewable``: its end is far, long over or came early, it follows an edition, or another one follows it already.
    """
    licence = _locked(licence_id)
    follows = Licence.objects.filter(supersedes=licence).exists()
    if follows or licence.organisation_id != by.organisation_id or not licence.is_renewable(at=now):
        raise NotAllowed("not_renewable")
    return licence


def certify_later(licence: Licence, *, now: datetime) -> None:
    """Have the worker make the certificate of effect once the transaction is done."""
    outbox.put("licences.certificate", {"licence": licence.pk}, now=now)


@transaction.atomic
def enter(
    *, number: str, organisation: Any, offering: Any, edition: Any, places: list[Any], valid_from: datetime, valid_to: datetime, zone: str,
    source: str, by: Actor, now: datetime,
) -> Licence:  # fmt: skip
    """Enter a licence agreed outside the portal: all rights of its offering, no agreement here; ``source`` says where it is documented."""
    licence = _make(
        number=number,
        organisation=organisation,
        offering=offering,
        edition=edition,
        valid_from=valid_from,
        valid_to=valid_to,
        zone=zone,
        activated_at=now,
        source=source,
    )
    _fill(licence, places=places, rights=offering.rights.all())
    record(licence, "enter", by=by, now=now, to_state="active", reason=source, effective_at=valid_from)
    return licence


def _make(**fields: Any) -> Licence:
    """Create the licence under a code nobody has."""
    code = new_code()
    while Licence.objects.filter(code=code).exists():
        code = new_code()
    return Licence.objects.create(code=code, **fields)


def _followed(renewed: Licence | None) -> Licence | None:
    """Return the licence a new one follows, unless another follows it already."""
    return renewed if renewed is not None and not Licence.objects.filter(supersedes=renewed).exists() else None


def _fill(licence: Licence, *, places: Any, rights: Any) -> None:
    for place in places:
        licence.territory.create(place=place)
    for right in rights:
        licence.entitlements.create(right=right, valid_from=licence.valid_from, valid_to=licence.valid_to)


def _locked(licence_id: int) -> Licence:
    return Licence.objects.select_for_update(of=("self",)).select_related("organisation", "offering").get(pk=licence_id)


def _checked(licence_id: int, command: str, *, reason: str, by: Actor, now: datetime) -> Licence:
    if not reason.strip():
        raise NotAllowed("no_reason")
    licence = _locked(licence_id)
    if belongs(licence.organisation_id, by.user_id):
        raise NotAllowed("own_organisation", organisation=str(licence.organisation))
    check_move(command, licence.facts(), at=now)
    return licence


@transaction.atomic
def suspend(licence_id: int, *, cause: str, by: Actor, now: datetime, seen: int | None = None) -> Suspension:
    """Stop all rights of the licence from now until it is reinstated; its last day stays what it is.

    :raises NotAllowed: ``already_suspended``, ``already_ended``, ``over``, ``no_reason``.
    """
    licence = _checked(licence_id, "suspend", reason=cause, by=by, now=now)
    before = licence.status(at=now)
    suspension = licence.suspensions.create(cause=cause.strip(), valid_from=now, by_id=by.user_id, recorded_at=now)
    record(licence, "suspend", by=by, now=now, from_state=before, to_state="suspended", reason=cause.strip(), seen=seen)
    return suspension


@transaction.atomic
def reinstate(licence_id: int, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Licence:
    """End the suspension.

    :raises NotAllowed: ``not_suspended``, ``already_ended``, ``over``, ``no_reason``.
    """
    licence = _checked(licence_id, "reinstate", reason=reason, by=by, now=now)
    suspension = licence.suspensions.get(valid_to=None)
    suspension.valid_to = max(now, suspension.valid_from + TICK)
    suspension.save(update_fields=["valid_to"])
    record(licence, "reinstate", by=by, now=now, from_state="suspended", to_state=licence.status(at=now), reason=reason.strip(), seen=seen)
    return licence


@transaction.atomic
def request_revocation(licence_id: int, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Event:
    """Ask a second person to revoke the licence; nothing changes for the licensee until then.

    :raises NotAllowed: ``already_requested``, ``already_ended``, ``over``, ``no_reason``.
    """
    licence = _checked(licence_id, "revoke", reason=reason, by=by, now=now)
    if queries.revocation_asked(licence) is not None:
        raise NotAllowed("already_requested")
    return record(licence, "revoke_request", by=by, now=now, reason=reason.strip(), seen=seen, visibility=Event.Visibility.INTERNAL)


@transaction.atomic
def withdraw_revocation(licence_id: int, *, by: Actor, now: datetime) -> Event:
    """Take the request back.

    :raises NotAllowed: ``not_requested``.
    """
    licence = _locked(licence_id)
    if queries.revocation_asked(licence) is None:
        raise NotAllowed("not_requested")
    return record(licence, "revoke_withdraw", by=by, now=now, visibility=Event.Visibility.INTERNAL)


@transaction.atomic
def confirm_revocation(licence_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> LicenceEnd:
    """Revoke the licence as somebody else asked for.

    :raises NotAllowed: ``not_requested``; ``same_person`` for the one who asked; what ``revoke`` raises. :raises Stale: it changed since
        ``seen``: it may be asked for another reason now.
    """
    asked = queries.revocation_asked(_locked(licence_id))
    if asked is None:
        raise NotAllowed("not_requested")
    first = Actor(asked.actor_id, asked.actor_label)
    return revoke(licence_id, reason=asked.reason, by=first, second=by, now=now, seen=seen)


@transaction.atomic
def revoke(
    licence_id: int, *, reason: str, by: Actor, second: Actor, now: datetime, at: datetime | None = None, seen: int | None = None
) -> LicenceEnd:
    """Take all rights away from ``at`` (default now) on, by two people.

    :raises NotAllowed: ``same_person``, ``own_organisation``, ``already_ended``, ``over``, ``no_reason``. :raises Stale: it changed since
        ``seen``.
    """
    try:
        refuse_same("licence.revoke", by=second.user_id, authors=[by.user_id])
    except SamePerson as same:
        raise NotAllowed(same.code)
    licence = _checked(licence_id, "revoke", reason=reason, by=second, now=now)
    return _close(licence, "revoke", EndKind.REVOKED, reason=reason, by=by, second=second, now=now, at=at or now, seen=seen)


@transaction.atomic
def end(
    licence_id: int, *, kind: str, reason: str, by: Actor, now: datetime, at: datetime | None = None, seen: int | None = None
) -> LicenceEnd:
    """End the licence early: ``surrendered`` by its holder or ``terminated`` by notice.

    :raises NotAllowed: ``already_ended``, ``over``, ``no_reason``; ``own_organisation``: only others terminate. :raises Stale: it changed
        since ``seen``. :raises ValueError: another kind.
    """
    if EndKind(kind) is EndKind.REVOKED:
        raise ValueError("revoke takes two people")
    licence = _checked(licence_id, "end", reason=reason, by=by if kind == EndKind.TERMINATED else SYSTEM, now=now)
    return _close(licence, "end", EndKind(kind), reason=reason, by=by, second=None, now=now, at=at or now, seen=seen)


def _close(
    licence: Licence,
    command: str,
    kind: EndKind,
    *,
    reason: str,
    by: Actor,
    second: Actor | None,
    now: datetime,
    at: datetime,
    seen: int | None = None,
) -> LicenceEnd:
    row = LicenceEnd.objects.create(
        licence=licence,
        kind=kind,
        at=at,
        reason=reason.strip(),
        by_id=by.user_id,
        second_id=second.user_id if second else None,
        recorded_at=now,
    )
    payload = {"kind": kind.value, "at": at.isoformat()} | ({"second": second.label} if second else {})
    record(licence, command, by=by, now=now, to_state=kind.value, reason=reason.strip(), payload=payload, effective_at=at, seen=seen)
    return row
