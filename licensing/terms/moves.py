"""What every action on an offer shares: its lock, who acts in which capacity, and the note in its history."""

from datetime import datetime
from typing import Any

from licensing.history.actions import Actor, record
from licensing.history.models import Event
from licensing.organisations.queries import belongs
from licensing.terms.models import TermsOffer
from licensing.terms.rules import NotAllowed, Side

INTERNAL = Event.Visibility.INTERNAL


def locked(terms_id: int) -> TermsOffer:
    """Return the offer with its row locked until the transaction ends."""
    rows = TermsOffer.objects.select_for_update(of=("self",))
    return rows.select_related("application__organisation", "application__offering").get(pk=terms_id)


def side(terms: TermsOffer, by: Actor) -> Side:
    """Return in which capacity somebody acts: for no organisation = staff, for the applicant's = applicant.

    :raises NotAllowed: ``wrong_side``: for another organisation.
    """
    if by.organisation_id is None:
        return Side.STAFF
    if by.organisation_id != terms.organisation_id:
        raise NotAllowed("wrong_side")
    return Side.APPLICANT


def not_theirs(terms: TermsOffer, by: Actor) -> None:
    """Keep people of the applicant's organisation from deciding about its money."""
    if belongs(terms.application.organisation_id, by.person_id):
        raise NotAllowed("own_organisation", organisation=str(terms.application.organisation))


def shown(terms: TermsOffer) -> Event.Visibility:
    """Return who may read a note of the offer: staff alone while the applicant cannot see it."""
    return Event.Visibility.ORGANISATION if terms.issued_at else INTERNAL


def add_note(terms: TermsOffer, command: str, *, by: Actor, now: datetime, **facts: Any) -> Event:
    """Record something that leaves the offer's state as it is."""
    return record(terms, command, by=by, now=now, from_state=terms.state, to_state=terms.state, visibility=shown(terms), **facts)
