"""Questions about organisations and their people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Q

from licensing.organisations.models import Membership, Organisation, SigningPower
from licensing.organisations.rules import MAY, Act, Role, in_order, may
from portal.accounts.models import User
from portal.core.text import fold

NAME_SIGNS = 3  # fewer letters, and fewer signs of a tax number, are no question
NUMBER_SIGNS = 6


@dataclass(frozen=True, slots=True)
class Person:
    """A member now: the roles held and the power to sign, if any."""

    user: User
    roles: tuple[Role, ...]
    power: SigningPower | None


def find(text: str, *, limit: int = 20) -> list[Organisation]:
    """Return the organisations found by any of their names: exact names first, then the shortest (what matches: ``found_by``)."""
    wanted = fold(text)
    found = Organisation.objects.found_by(text).select_related("place").prefetch_related("names")
    ranked = sorted(found, key=lambda one: (*_distance(one, wanted), one.pk))
    return ranked[:limit]


def _distance(organisation: Organisation, wanted: str) -> tuple[bool, int]:
    keys = [name.search_key for name in organisation.names.all()]
    return wanted not in keys, min(len(key) for key in keys)


def same_as(*, names: Sequence[str], place_id: int | None = None, tax_number: str = "") -> Organisation | None:
    """Return the organisation somebody is about to enter a second time: it has one of these names, or this tax number.

    Names are compared whole, folded; tax numbers without punctuation, in one place if it is known.
    """
    keys = {fold(name) for name in names} - {""}
    same = Organisation.objects.filter(names__search_key__in=keys).select_related("place").order_by("pk").first()
    if same is not None:
        return same
    number = _bare(tax_number)
    if len(number) < NUMBER_SIGNS or not any(sign.isdigit() for sign in number):
        return None
    there = Organisation.objects.exclude(tax_number="").order_by("pk")
    there = there if place_id is None else there.filter(place_id=place_id)
    found = next((pk for pk, known in there.values_list("pk", "tax_number") if _bare(known) == number), None)
    return Organisation.objects.select_related("place").get(pk=found) if found else None


def _bare(number: str) -> str:
    return fold(number).replace(" ", "")


def suggestion(text: str) -> Organisation | None:
    """Return the one record a person who types ``text`` most likely means: a name, words of one, or a tax number; None if it is unclear."""
    if len(_bare(text)) < NAME_SIGNS:
        return None
    exact = same_as(names=[text], tax_number=text)
    if exact is not None:
        return exact
    found = find(text, limit=2)
    return found[0] if len(found) == 1 else None


def people(organisation: Organisation, *, on: date) -> list[Person]:
    """Return the members, owners first, then by the order of joining."""
    rows = organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk")
    powers = {power.user_id: power for power in organisation.signing_powers.open_on(on)}
    held: dict[User, list[Role]] = {}
    for row in rows:
        held.setdefault(row.user, []).append(Role(row.role))
    members = [Person(user, tuple(in_order(roles)), powers.get(user.pk)) for user, roles in held.items()]
    return sorted(members, key=lambda person: Role.OWNER not in person.roles)


def person(organisation: Organisation, user_id: int, *, on: date) -> Person | None:
    """Return one member; None for anybody else."""
    return next((member for member in people(organisation, on=on) if member.user.pk == user_id), None)


def who_may(organisation_id: int, act: Act) -> list[User]:
    """Return the active members who may do ``act``: to whom a letter about it goes."""
    rows = (
        Membership.objects.filter(organisation_id=organisation_id, ended_at=None, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    return list({row.user: None for row in rows if may([row.role], act)})


def belongs(organisation_id: int, user_id: int | None, *, since: datetime | None = None) -> bool:
    """Say whether a person is a member now, or was one after ``since``: nobody stands on both sides of a matter of an organisation."""
    if user_id is None:
        return False
    member = Q(ended_at=None) if since is None else Q(ended_at=None) | Q(ended_at__gt=since)
    return Membership.objects.filter(member, organisation_id=organisation_id, user_id=user_id).exists()


def proven(user_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Return (person, address) for every address one of these people has proved to be theirs, in small letters."""
    rows = EmailAddress.objects.filter(user__in=user_ids, verified=True).order_by("pk").values_list("user_id", "email")
    return [(user_id, email.lower()) for user_id, email in rows]


def proven_by(user_id: int) -> list[str]:
    """Return the addresses one person has proved to be theirs."""
    return [email for _, email in proven([user_id])]


def signatories(organisation: Organisation, *, on: date) -> list[SigningPower]:
    """Return the powers in force, in the order of signing, of people who still have a role that signs for the organisation."""
    signing = organisation.memberships.filter(ended_at=None, role__in=[role.value for role in MAY[Act.SIGN]])
    members = set(signing.values_list("user_id", flat=True))
    powers = organisation.signing_powers.in_force(on).select_related("user")
    return [power for power in powers if power.user_id in members]
