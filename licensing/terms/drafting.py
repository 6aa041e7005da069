"""Drafting an offer, changing the draft, taking an offer back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import QuerySet

from i18n.places.models import Place
from licensing.history.actions import Actor, record
from licensing.terms.models import TermsOffer, Waiver
from licensing.terms.moves import INTERNAL, locked, shown, side
from licensing.terms.rules import LIVE, NotAllowed, Side, State, next_state

if TYPE_CHECKING:
    from licensing.applications.models import Application

EDITED = ("rights", "currency", "zone", "starts_on", "tier_override", "tier_reason", "special_terms")


@dataclass(frozen=True)
class Draft:
    """What staff may change of an offer before it is issued; ``places`` are ids, ``rights`` codes of the offering."""

    places: tuple[int, ...]
    rights: tuple[str, ...]
    currency: str
    zone: str
    starts_on: date | None = None
    tier_override: str = ""
    tier_reason: str = ""
    special_terms: str = ""


def places_asked(application: "Application") -> list[Place]:
    """Return the places the applicant means to use the licence in, as submitted; the organisation's own where nothing was said."""
    revision = application.last_revision
    codes = revision.answers.get("activity_places") if revision else None
    asked = Place.objects.filter(code__in=codes or []).select_related("parent").order_by("code")
    return list(asked) or [application.organisation.place]


@transaction.atomic
def draft(
    application: "Application", *, places: Sequence[Place], currency: str, by: Actor, now: datetime, starts_on: date | None = None
) -> TermsOffer:
    """Draft the terms of an approved application: all rights of its offering, the zone of its first place, not before ``starts_on``.

    :raises NotAllowed: ``live_offer``: there is an offer already.
    """
    if application.terms.filter(state__in=[State.DRAFT, State.ISSUED, State.ACCEPTED]).exists():
        raise NotAllowed("live_offer")
    terms = TermsOffer.objects.create(
        application=application,
        rights=list(application.offering.rights.values_list("code", flat=True)),
        currency=currency,
        zone=places[0].zone,
        starts_on=starts_on,
        created_at=now,
    )
    terms.places.set(places)
    record(terms, "draft", by=by, now=now, to_state=State.DRAFT, visibility=INTERNAL)
    return terms


@transaction.atomic
def redraft(terms_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Draft the same terms anew in place of an offer that is issued, declined or taken back; one that stood is taken back.

    :raises NotAllowed: ``wrong_state``: it is a draft, or accepted (void its agreement first). ``live_offer``: another stands.
    """
    old = locked(terms_id)
    if old.state in (State.DRAFT, State.ACCEPTED):
        raise NotAllowed("wrong_state", command="redraft", state=old.state)
    if old.state == State.ISSUED:
        supersede(old, by=by, now=now, seen=seen)
    new = draft(old.application, places=list(old.places.order_by("code")), currency=old.currency, by=by, now=now)
    for field in EDITED:
        setattr(new, field, getattr(old, field))
    new.save(update_fields=EDITED)
    return new


@transaction.atomic
def edit(terms_id: int, wanted: Draft, *, by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Change a drafted offer. A waiver approved for the former terms waits for its approver again.

    :raises NotAllowed: wrong_state, no_place, no_right, unknown_right, unknown_zone, tier_without_reason.
    :raises Stale: it changed since ``seen``.
    """
    terms = locked(terms_id)
    next_state(State(terms.state), "edit", side=side(terms, by))
    places = list(Place.objects.filter(pk__in=wanted.places))
    _check(terms, wanted, places)
    for field in EDITED:
        value = getattr(wanted, field)
        setattr(terms, field, list(value) if isinstance(value, tuple) else value)
    terms.save(update_fields=EDITED)
    terms.places.set(places)
    _record_edit(terms, by=by, now=now, seen=seen)
    return terms


def renewing(licence_id: int) -> QuerySet[TermsOffer]:
    """Return the offers that stand for what renews a licence."""
    return TermsOffer.objects.filter(application__renews=licence_id, state__in=LIVE).order_by("pk")


@transaction.atomic
def begin_on(terms_id: int, day: date, *, by: Actor, now: datetime) -> TermsOffer:
    """Let a drafted offer begin on ``day`` where it would begin earlier: an edit like any other.

    :raises NotAllowed: ``wrong_state``: it is no draft.
    """
    terms = locked(terms_id)
    next_state(State(terms.state), "edit", side=Side.STAFF)
    if terms.starts_on is None or terms.starts_on < day:
        terms.starts_on = day
        terms.save(update_fields=["starts_on"])
        _record_edit(terms, by=by, now=now)
    return terms


def _record_edit(terms: TermsOffer, *, by: Actor, now: datetime, seen: int | None = None) -> None:
    places = sorted(terms.places.values_list("code", flat=True))
    reset = terms.waivers.filter(state=Waiver.State.APPROVED).update(state=Waiver.State.REQUESTED, decided_by=None, decided_at=None)
    payload = {"places": places, "rights": terms.rights, "currency": terms.currency, "zone": terms.zone}
    record(terms, "edit", by=by, now=now, from_state=terms.state, to_state=terms.state, seen=seen, visibility=INTERNAL,
           payload={**payload, "waiver_reset": bool(reset)})  # fmt: skip


def _check(terms: TermsOffer, wanted: Draft, places: Sequence[Place]) -> None:
    known = set(terms.application.offering.rights.values_list("code", flat=True))
    if not places or len(places) != len(set(wanted.places)):
        raise NotAllowed("no_place")
    if not wanted.rights:
        raise NotAllowed("no_right")
    if unknown := set(wanted.rights) - known:
        raise NotAllowed("unknown_right", rights=sorted(unknown))
    if wanted.tier_override and not wanted.tier_reason.strip():
        raise NotAllowed("tier_without_reason")
    if wanted.zone not in available_timezones():
        raise NotAllowed("unknown_zone", zone=wanted.zone)


@transaction.atomic
def supersede(terms: TermsOffer, *, by: Actor, now: datetime, seen: int | None = None) -> TermsOffer:
    """Take an offer back: a new one takes its place.

    :raises NotAllowed: ``wrong_state``: it is superseded already.
    """
    terms = locked(terms.pk)
    before = terms.state
    terms.state = next_state(State(before), "supersede", side=Side.STAFF)
    terms.save(update_fields=["state"])
    record(terms, "supersede", by=by, now=now, from_state=before, to_state=terms.state, seen=seen, visibility=shown(terms))
    return terms
