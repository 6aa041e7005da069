"""How licences are made and renewed. Each action is one transaction and locks the licence's row."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from licensing.entitlements import queries
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import NotAllowed, last_met, term
from licensing.history.actions import Actor, record
from licensing.history.models import Event
from portal.core import numbers, outbox
from portal.core.text import new_code

if TYPE_CHECKING:
    from licensing.agreements.models import Agreement
    from licensing.terms.models import TermsOffer


@transaction.atomic
def activate(agreement: "Agreement", *, terms: "TermsOffer", by: Actor, now: datetime) -> Licence | None:
    """Make the licence of an executed agreement whose conditions are all met; its term begins now.

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
    licence = locked(licence_id)
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


def locked(licence_id: int) -> Licence:
    """Return the licence, its row held."""
    return Licence.objects.select_for_update(of=("self",)).select_related("organisation", "offering").get(pk=licence_id)
