"""Who belongs to an organisation, and what it is. Each act locks the organisation's row first, so two of them never cross."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from licensing.history.actions import Actor, record
from licensing.history.models import Event
from licensing.organisations import queries
from licensing.organisations.models import Membership, Organisation, OrganisationName
from licensing.organisations.moves import held_by, locked
from licensing.organisations.powers import end_powers, grant_awaited
from licensing.organisations.rules import ASK_AGAIN_AFTER, IDENTITY, NotAllowed, Role, in_order, new_roles
from portal.accounts import sessions
from portal.accounts.models import User
from portal.core.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an organisation says of itself; ``place_id`` is where it is registered. Meanings: ``Organisation``."""

    legal_name: str
    place_id: int
    register_name: str = ""  # '' = the legal name
    short_name: str = ""
    kind: str = Organisation.Kind.SOCIETY
    legal_form: str = ""
    town: str = ""
    address: str = ""
    registration_number: str = ""
    registry: str = ""
    tax_number: str = ""
    invoice_contact: str = ""
    invoice_email: str = ""
    language: str = "en"
    signing: str = Organisation.Signing.ALONE
    listed: bool = True

    def fields(self) -> dict[str, object]:
        return {**asdict(self), "register_name": self.register_name or self.legal_name}


@transaction.atomic
def create(particulars: Particulars, *, owner: User | None, by: Actor, now: datetime) -> Organisation:
    """Make an organisation; ``owner`` becomes its first owner (None: staff or a loader add people later)."""
    organisation = Organisation.objects.create(
        **particulars.fields(), public_name=particulars.register_name or particulars.legal_name, created_at=now
    )
    _keep_own_names(organisation)
    if owner is not None:
        Membership.objects.create(organisation=organisation, user=owner, role=Role.OWNER, began_at=now)
    record(organisation, "create", by=by, now=now, organisation_id=organisation.pk)
    return organisation


@transaction.atomic
def edit(organisation_id: int, particulars: Particulars, *, by: Actor, now: datetime, seen: int | None = None) -> Organisation:
    """Change what an organisation says of itself. Names it had stay findable; the history says what changed, not from whom it was copied.

    A change of identity takes the vetting back; what the public reads stays as it was vetted until staff have looked again.

    :raises Stale: somebody changed it since ``seen``.
    """
    organisation = locked(organisation_id)
    wanted = particulars.fields()
    changed = sorted(name for name, value in wanted.items() if getattr(organisation, name) != value)
    if not changed:
        return organisation
    for name in changed:
        setattr(organisation, name, wanted[name])
    lost = organisation.vetted_at is not None and not IDENTITY.isdisjoint(changed)
    if lost:
        organisation.vetted_at = organisation.vetted_by = None
    organisation.save()
    _keep_own_names(organisation)
    payload = {"changed": changed} | ({"vetting_lost": True} if lost else {})
    record(organisation, "edit", by=by, now=now, seen=seen, payload=payload, organisation_id=organisation.pk)
    return organisation


def _keep_own_names(organisation: Organisation) -> None:
    for name in {organisation.legal_name, organisation.register_name, organisation.short_name} - {""}:
        OrganisationName.objects.get_or_create(organisation=organisation, name=name, defaults={"search_key": fold(name)})


@transaction.atomic
def add_name(organisation_id: int, name: str, *, language: str = "", by: Actor, now: datetime) -> OrganisationName:
    """Add a name the organisation is found by.

    :raises NotAllowed: ``name_known``.
    """
    organisation = locked(organisation_id)
    if organisation.names.filter(name=name).exists():
        raise NotAllowed("name_known", name=name)
    added = organisation.names.create(name=name, language=language, search_key=fold(name))
    record(organisation, "add_name", by=by, now=now, payload={"name": name}, organisation_id=organisation.pk)
    return added


@transaction.atomic
def join(organisation_id: int, user: User, roles: Iterable[str], *, by: Actor, now: datetime) -> None:
    """Give a person roles, besides those held already.

    :raises NotAllowed: ``no_role``, ``unknown_role``, ``already_a_member`` (with all of these roles).
    """
    wanted = new_roles(roles)
    organisation = locked(organisation_id)
    missing = wanted - set(held_by(organisation, user.pk))
    if not missing:
        raise NotAllowed("already_a_member")
    _begin(organisation, user.pk, missing, now=now)
    payload = {"user": user.pk, "roles": in_order(missing)}
    record(organisation, "join", by=by, now=now, payload=payload, organisation_id=organisation.pk)
    grant_awaited(organisation, user.pk, by=by, now=now)


@transaction.atomic
def change_roles(organisation_id: int, user_id: int, roles: Iterable[str], *, by: Actor, now: datetime, seen: int | None = None) -> None:
    """Let a member hold exactly ``roles`` from now on.

    :raises NotAllowed: ``no_role``, ``unknown_role``, ``not_a_member``, ``last_owner``. :raises Stale: people changed since ``seen``.
    """
    wanted = new_roles(roles)
    organisation = locked(organisation_id)
    held = held_by(organisation, user_id)
    if not held:
        raise NotAllowed("not_a_member")
    if wanted == held:
        return
    _end(organisation, user_id, held - wanted, now=now)
    _begin(organisation, user_id, wanted - held, now=now)
    payload = {"user": user_id, "roles": in_order(wanted), "before": in_order(held)}
    record(organisation, "change_roles", by=by, now=now, seen=seen, payload=payload, organisation_id=organisation.pk)
    grant_awaited(organisation, user_id, by=by, now=now)


@transaction.atomic
def leave(organisation_id: int, user_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> None:
    """End every role of a person at once, and the power to sign with them; what they did keeps their name. Owners remove others by it, too.

    :raises NotAllowed: ``not_a_member``, ``last_owner``. :raises Stale: people changed since ``seen``.
    """
    organisation = locked(organisation_id)
    held = held_by(organisation, user_id)
    if not held:
        raise NotAllowed("not_a_member")
    _end(organisation, user_id, held, now=now)
    end_powers(organisation, user_id, on=now.date())
    payload = {"user": user_id, "before": in_order(held)}
    record(organisation, "leave", by=by, now=now, seen=seen, payload=payload, organisation_id=organisation.pk)


def _begin(organisation: Organisation, user_id: int, roles: Iterable[Role], *, now: datetime) -> None:
    sessions.rights_changed([user_id])
    Membership.objects.bulk_create(
        Membership(organisation=organisation, user_id=user_id, role=role, began_at=now) for role in in_order(roles)
    )


def _end(organisation: Organisation, user_id: int, roles: frozenset[Role], *, now: datetime) -> None:
    """End roles; the row lock of the organisation makes the count of owners true until the transaction ends.

    :raises NotAllowed: ``last_owner``.
    """
    if Role.OWNER in roles:
        others = organisation.memberships.filter(role=Role.OWNER, ended_at=None, user__is_active=True).exclude(user_id=user_id)
        if not others.exists():
            raise NotAllowed("last_owner")
    organisation.memberships.filter(user_id=user_id, role__in=roles, ended_at=None).update(ended_at=now)
    sessions.rights_changed([user_id])


@transaction.atomic
def ask_to_join(organisation_id: int, user: User, *, by: Actor, now: datetime) -> None:
    """Let the owners know that somebody says to belong to them; they decide by an invitation.

    :raises NotAllowed: ``already_a_member`` or ``asked_already``.
    """
    organisation = locked(organisation_id)
    if held_by(organisation, user.pk):
        raise NotAllowed("already_a_member")
    asked = Event.objects.of(organisation).filter(command="ask_to_join", actor_id=user.pk, recorded_at__gt=now - ASK_AGAIN_AFTER)
    if asked.exists():
        raise NotAllowed("asked_already")
    record(organisation, "ask_to_join", by=by, now=now, payload={"user": user.pk}, organisation_id=organisation.pk)


@transaction.atomic
def vet(organisation_id: int, *, by: Actor, now: datetime, seen: int | None = None, reason: str = "") -> Organisation:
    """Record that staff have made sure the organisation is what it says; needed before any decision, and again after a change of identity.

    :raises NotAllowed: ``already_vetted``, ``own_organisation``. :raises Stale: it changed since ``seen``.
    """
    organisation = locked(organisation_id)
    if queries.belongs(organisation.pk, by.user_id):
        raise NotAllowed("own_organisation", organisation=str(organisation))
    if organisation.vetted_at:
        raise NotAllowed("already_vetted")
    organisation.vetted_at, organisation.vetted_by_id, organisation.public_name = now, by.user_id, organisation.register_name
    organisation.save(update_fields=["vetted_at", "vetted_by", "public_name"])
    record(organisation, "vet", by=by, now=now, seen=seen, reason=reason, organisation_id=organisation.pk)
    return organisation
