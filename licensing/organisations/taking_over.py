"""What an approved application says of its organisation becomes the organisation's own: data, who signs, and the powers to sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.history.models import Event
from licensing.organisations import invitations, queries
from licensing.organisations.actions import join
from licensing.organisations.declared import DATA, Declared, Signatory, news
from licensing.organisations.models import Organisation
from licensing.organisations.moves import held_by, locked
from licensing.organisations.powers import grant_power
from licensing.organisations.queries import proven
from licensing.organisations.rules import Act, NotAllowed, Role, may

if TYPE_CHECKING:
    from licensing.applications.models import ApplicationRevision

STANDS = (*DATA, "tax_number", "signing")


@dataclass(frozen=True, slots=True)
class Sent:
    """The frozen copy it comes from: the application's number, what the organisation had said of itself then, when it was sent, by whom."""

    number: str
    known: Mapping[str, Any]
    at: datetime
    by_id: int

    @classmethod
    def of(cls, revision: "ApplicationRevision") -> "Sent":
        return cls(revision.application.number, revision.organisation_data, revision.submitted_at, revision.submitted_by_id)


def changes(organisation: Organisation, declared: Declared, sent: Sent) -> dict[str, str]:
    """Return the data that ``take_over`` would set; what the organisation changed after it sent the application stays as it is."""
    stands = {name: getattr(organisation, name) for name in STANDS}
    found = news(declared, stands=stands, known=sent.known)
    if declared.signing != organisation.signing and sent.known.get("signing") == organisation.signing:
        found["signing"] = declared.signing
    return found


@transaction.atomic
def take_over(organisation_id: int, declared: Declared, sent: Sent, *, by: Actor, now: datetime) -> None:
    """Let the organisation's data, its way of signing and its signing powers follow an application that staff have approved.

    Members get the power at once; others are invited in the name of the organisation, and their power is awaited until they join. The
    vetting stays: who approves has looked at exactly these data. What could not be invited is left for the owner to do.
    """
    organisation = locked(organisation_id)
    wanted = changes(organisation, declared, sent)
    for name, value in wanted.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(wanted))
    before = Event.objects.of(organisation).count()
    touched, given_up = _touched_since(organisation, sent.at), _given_up_since(organisation, sent.at)
    fresh = []
    for position, (said, user_id) in enumerate(zip(declared.signatories, members(organisation, declared), strict=True), 1):
        if said.over(now.date()) is not None:
            continue
        if user_id is None:
            if said.email not in given_up and _await(organisation, said, position, sent, now=now):
                fresh.append(said)
        elif user_id not in touched:
            _empower(organisation, user_id, said, position, by=by, now=now)
    if wanted or fresh or Event.objects.of(organisation).count() > before:
        payload = {"application": sent.number, "changed": sorted(wanted), "awaited": [one.name for one in fresh]}
        record(organisation, "take_over", by=by, now=now, payload=payload, organisation_id=organisation.pk)
    for one in fresh:
        _invite(organisation, one, sent, now=now)


def members(organisation: Organisation, declared: Declared) -> list[int | None]:
    """Return the member behind each declared address, None where nobody has proved it is theirs."""
    inside = organisation.memberships.filter(ended_at=None).values_list("user", flat=True)
    known = {email: user_id for user_id, email in proven(inside)}
    return [known.get(email) for email in declared.emails]


def _touched_since(organisation: Organisation, at: datetime) -> set[int]:
    """Return whose power somebody entered or ended after the application was sent: that is newer than what it says."""
    events = Event.objects.of(organisation).filter(command__in=("grant_power", "end_power"), recorded_at__gt=at)
    return {event.payload["user"] for event in events}


def _given_up_since(organisation: Organisation, at: datetime) -> set[str]:
    """Return the addresses whose power somebody gave up after the application was sent, and no later application asked for again."""
    newest = {row.email: row for row in organisation.awaited_powers.order_by("pk")}
    return {email for email, row in newest.items() if row.dropped_at is not None and row.dropped_at > at}


def _empower(organisation: Organisation, user_id: int, said: Signatory, position: int, *, by: Actor, now: datetime) -> None:
    same: dict[str, Any] = {"user_id": user_id, "office": said.office, "position": position, "valid_to": said.valid_to}
    if organisation.signing_powers.in_force(now.date()).filter(**same).exists():
        return
    held = held_by(organisation, user_id)
    if not may(held, Act.SIGN):
        person = organisation.memberships.filter(user_id=user_id, ended_at=None)[0].user
        join(organisation.pk, person, [Role.SIGNATORY], by=by, now=now)
    grant_power(organisation.pk, **same, valid_from=now.date(), by=by, now=now)


def _await(organisation: Organisation, said: Signatory, position: int, sent: Sent, *, now: datetime) -> bool:
    """Keep whose power is awaited, as the newest application says; return whether that is new."""
    facts = {"name": said.name, "office": said.office, "position": position, "valid_to": said.valid_to}
    undecided = organisation.awaited_powers.filter(email=said.email, granted_at=None, dropped_at=None)
    if undecided.filter(**facts).exists():
        return False
    undecided.update(dropped_at=now)
    organisation.awaited_powers.create(email=said.email, source=sent.number, created_at=now, **facts)
    return True


def _invite(organisation: Organisation, said: Signatory, sent: Sent, *, now: datetime) -> None:
    """Invite in the name of who sent the application if they may, else of the first owner; the owner's desk shows who is not invited."""
    owners = queries.who_may(organisation.pk, Act.MANAGE_PEOPLE)
    inviter = next((owner for owner in owners if owner.pk == sent.by_id), owners[0] if owners else None)
    if inviter is None or said.email in invitations.invited_to_sign(organisation, now=now):
        return
    by = Actor(inviter.pk, str(inviter), organisation.pk)
    offered = organisation.invitations.open(now).filter(email=said.email).values_list("roles", flat=True).first() or []
    roles = [*offered, Role.SIGNATORY]
    try:
        with transaction.atomic():
            invitations.invite(organisation.pk, email=said.email, roles=roles, language=organisation.language, by=by, now=now)
    except NotAllowed:
        return
