"""Who may do what for an organisation, as one table (design: roles of the catalogue). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

INVITATION_LASTS = timedelta(days=14)
INVITATIONS_COUNT_FOR = timedelta(days=1)
INVITATIONS = {True: 20, False: 5}  # a day, of one organisation and of one person: vetted, not vetted yet
INVITATIONS_TO_ONE_ADDRESS = 3  # a day, from whomever; from one organisation one
ASK_AGAIN_AFTER = timedelta(days=7)  # a stranger may ask the owners once in this time


class Role(StrEnum):
    OWNER = "owner"
    PREPARER = "preparer"
    SIGNATORY = "signatory"
    FINANCE = "finance"
    COORDINATOR = "coordinator"
    FACULTY = "faculty"
    DESIGNER = "designer"
    OBSERVER = "observer"


class Act(StrEnum):
    """What a person may do for an organisation."""

    SEE_DESK = "see_desk"
    MANAGE_PEOPLE = "manage_people"
    EDIT_ORGANISATION = "edit_organisation"
    SEE_APPLICATIONS = "see_applications"
    APPLY = "apply"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT_TERMS = "accept_terms"
    SEE_AGREEMENTS = "see_agreements"
    SIGN = "sign"
    SEE_MONEY = "see_money"
    REQUEST_WAIVER = "request_waiver"
    SEE_LICENCES = "see_licences"
    SEE_KITS = "see_kits"
    SEE_LOGOS = "see_logos"


def _roles(text: str) -> frozenset[Role]:
    return frozenset(map(Role, text.split()))


EVERYBODY = frozenset(Role)
MAY: dict[Act, frozenset[Role]] = {
    Act.SEE_DESK: EVERYBODY,
    Act.MANAGE_PEOPLE: _roles("owner"),
    Act.EDIT_ORGANISATION: _roles("owner"),
    Act.SEE_APPLICATIONS: _roles("owner preparer signatory finance coordinator observer"),
    Act.APPLY: _roles("owner preparer"),
    Act.SUBMIT: _roles("owner preparer"),
    Act.WITHDRAW: _roles("owner"),
    Act.ACCEPT_TERMS: _roles("owner finance"),
    Act.SEE_AGREEMENTS: _roles("owner preparer signatory finance observer"),
    Act.SIGN: _roles("owner signatory"),
    Act.SEE_MONEY: _roles("owner finance"),
    Act.REQUEST_WAIVER: _roles("owner finance preparer"),
    Act.SEE_LICENCES: EVERYBODY - {Role.DESIGNER},  # an outside agency sees the logo pack and the proofs, and nothing else
    Act.SEE_KITS: _roles("owner coordinator faculty designer"),
    Act.SEE_LOGOS: _roles("owner coordinator designer"),
}

# Which audiences' kit items each role may take; everything else is refused with the missing role.
AUDIENCES: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset({"faculty", "participant", "organiser", "designer"}),
    Role.COORDINATOR: frozenset({"faculty", "participant", "organiser", "designer"}),
    Role.FACULTY: frozenset({"faculty", "participant"}),
    Role.DESIGNER: frozenset({"designer"}),
}


def may(roles: Iterable[str], act: Act) -> bool:
    """Say whether one of ``roles`` allows ``act``."""
    return not MAY[act].isdisjoint(map(Role, roles))


def audiences(roles: Iterable[str]) -> frozenset[str]:
    """Return the audiences whose kit items these roles may take."""
    return frozenset().union(*(AUDIENCES.get(Role(role), frozenset()) for role in roles))


# What an organisation is vetted for: whoever changes one of these is looked at again.
IDENTITY = frozenset({"legal_name", "register_name", "kind", "legal_form", "place_id", "registration_number", "registry", "tax_number"})


class NotAllowed(Exception):
    """The act is not open to this person or in this state; ``code`` is stable, its words are in ``words.REFUSALS``."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def new_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Return the roles somebody is to hold.

    :raises NotAllowed: ``no_role`` (leaving is an act of its own) or ``unknown_role``.
    """
    wanted = frozenset(roles)
    if not wanted:
        raise NotAllowed("no_role")
    unknown = wanted - {role.value for role in Role}
    if unknown:
        raise NotAllowed("unknown_role", roles=sorted(unknown))
    return frozenset(map(Role, wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """How many invitations were sent within ``INVITATIONS_COUNT_FOR``: by whom, and to the address somebody is about to invite."""

    organisation: int
    person: int
    address: int
    address_by_organisation: int


def refuse_more(sent: Invited, *, vetted: bool) -> None:
    """Let one more invitation pass: a letter with a name of one's own choice to any address must not become a way to advertise.

    :raises NotAllowed: ``invited_today`` (this address) or ``too_many_invitations``.
    """
    if sent.address_by_organisation or sent.address >= INVITATIONS_TO_ONE_ADDRESS:
        raise NotAllowed("invited_today")
    if max(sent.organisation, sent.person) >= INVITATIONS[vetted]:
        raise NotAllowed("too_many_invitations" if vetted else "too_many_before_vetting")


def in_order(roles: Iterable[str]) -> list[Role]:
    """Return roles as people read them: owner first."""
    return sorted(map(Role, roles), key=list(Role).index)


def masked(number: str) -> str:
    """Return a tax number of which only the last three signs can be read, for people who do not belong to its owner.

    >>> masked("G-12345678")
    '•-•••••678'
    """
    signs = [sign for sign in number if sign.isalnum()]
    hide = max(len(signs) - 3, min(len(signs), 3))
    shown = []
    for sign in number:
        if sign.isalnum() and hide > 0:
            hide -= 1
            sign = "•"
        shown.append(sign)
    return "".join(shown)
