"""Who acts in tests: people, staff and organisations, made through the real actions of accounts and organisations only."""

from datetime import datetime
from itertools import count
from typing import Any

from i18n.places.models import Place
from licensing.history.actions import Actor
from licensing.organisations import actions
from licensing.organisations.models import Organisation
from portal.accounts.models import User
from tests import build
from tests.clock import NOW
from tests.telling import told

PASSWORD = "a-long-password-of-tests"
_number = count(1)


@told
def user(email: str = "", *, name: str = "", language: str = "en", **fields: Any) -> User:
    """Make somebody who can sign in with ``PASSWORD``, the address verified."""
    number = next(_number)
    address = email or f"somebody{number}@kenya.example"
    made = User.objects.create_user(address, PASSWORD, name=name or f"Somebody {number} (DEMO)", language=language, **fields)
    made.emailaddress_set.create(email=made.email, verified=True, primary=True)
    return made


@told
def staff(*groups: str, **fields: Any) -> User:
    """Make a member of staff in some groups of ``portal.accounts.groups``."""
    made = user(**fields)
    build.into_groups(made, *groups)
    return made


@told
def place(code: str = "KE", name: str = "Kenya") -> Place:
    return Place.objects.get_or_create(code=code, defaults={"iso2": code[:2], "name_en": name})[0]


def actor(person: User, organisation: Organisation | None = None) -> Actor:
    return Actor(person.pk, str(person), organisation.pk if organisation else None)


@told
def organisation(
    name: str = "Kenya Cancer Care Quality Network (DEMO)", *, owner: User | None = None, now: datetime = NOW, **more: Any
) -> Organisation:
    """Make an organisation; its owner is ``owner`` or somebody new."""
    owner = owner or user()
    particulars = actions.Particulars(legal_name=name, place_id=place().pk, **more)
    return actions.create(particulars, owner=owner, by=actor(owner), now=now)


@told
def member(of: Organisation, *roles: str, now: datetime = NOW, **fields: Any) -> User:
    """Make somebody with these roles in an organisation."""
    made = user(**fields)
    actions.join(of.pk, made, roles, by=actor(made, of), now=now)
    return made
