"""Whether an organisation can sign as its application says: who signs, and what stands in the way. One answer for desk, offer, staff and the act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from licensing.organisations import queries
from licensing.organisations.declared import ALONE, JOINTLY, Declared, Signatory, read
from licensing.organisations.invitations import invited_to_sign
from licensing.organisations.models import AwaitedPower, Organisation, SigningPower
from licensing.organisations.taking_over import members

if TYPE_CHECKING:
    from licensing.applications.models import Application


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the organisation cannot sign now. ``code`` is stable: ``signs_jointly``, ``signs_alone`` (the application says so, the organisation's
    data say otherwise), ``signatory_uninvited``, ``signatory_awaited`` (``name``, ``email``), ``signatory_powerless``, ``signatory_over``
    (``name``, ``user``: a member without the power today; the one that was named is over since ``last``), ``no_signatory``,
    ``no_second_signatory``.
    """

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def declared_by(application: "Application") -> Declared | None:
    """Return what the last copy of an application says of its organisation; None without a copy."""
    revision = application.last_revision
    return read(revision.answers) if revision else None


def obstacles(organisation: Organisation, declared: Declared | None, *, now: datetime) -> list[Obstacle]:
    """Return what keeps the organisation from signing as declared today; nothing when it can. None = nothing was declared."""
    found = []
    mode = declared.signing if declared else organisation.signing
    if mode != organisation.signing:
        found.append(Obstacle(f"signs_{mode}"))
    powers = queries.signatories(organisation, on=now.date())
    waited = _awaited(organisation, declared, powers, mode, now=now)
    needed = 2 if mode == JOINTLY else 1
    here = len({power.user_id for power in powers}) + len(waited)
    powerless = _powerless(organisation, declared, powers, waited, on=now.date()) if here < needed else []
    found += waited + (powerless if mode == JOINTLY else powerless[:1])
    if here + len(powerless) < needed:
        found.append(Obstacle("no_second_signatory" if here + len(powerless) else "no_signatory"))
    return found


def signers(organisation: Organisation, declared: Declared | None, *, on: date) -> list[SigningPower]:
    """Return who signs on that day, in order: those the application names first. One where one signs alone; as many as it names, at least
    two, where they sign jointly; everybody with the power where nothing was declared.
    """
    powers = _ordered(queries.signatories(organisation, on=on), declared)
    if organisation.signing == ALONE:
        return powers[:1]
    return powers if declared is None else powers[: max(2, len(declared.signatories))]


def _ordered(powers: Iterable[SigningPower], declared: Declared | None) -> list[SigningPower]:
    """Return one power of each person: those declared first, in the order declared, then the others in theirs."""
    single = list({power.user_id: power for power in reversed(list(powers))}.values())[::-1]
    if declared is None:
        return single
    addresses, emails = _addresses(single), declared.emails
    return sorted(single, key=lambda power: min(map(emails.index, addresses[power.user_id] & set(emails)), default=len(emails)))


def _addresses(powers: Iterable[SigningPower]) -> Mapping[int, set[str]]:
    """Return the addresses that each of these people has proved to be theirs."""
    found: dict[int, set[str]] = {power.user_id: set() for power in powers}
    for user_id, email in queries.proven(found):
        found[user_id].add(email)
    return found


def _awaited(
    organisation: Organisation, declared: Declared | None, powers: Sequence[SigningPower], mode: str, *, now: datetime
) -> list[Obstacle]:
    """Return the signatories who have not joined; where one signs alone, only while none of those declared has the power."""
    rows = organisation.awaited_powers.open_on(now.date())
    there = bool(powers)
    if declared is not None:
        rows = rows.filter(email__in=declared.emails)
        there = any(addresses & set(declared.emails) for addresses in _addresses(powers).values())
    waiting = list(rows)
    if not waiting or (there and mode == ALONE):
        return []
    invited = invited_to_sign(organisation, now=now)
    return [_waits(row, invited) for row in waiting]


def _waits(row: AwaitedPower, invited: set[str]) -> Obstacle:
    code = "signatory_awaited" if row.email in invited else "signatory_uninvited"
    return Obstacle(code, _facts(row))


def _facts(one: AwaitedPower | Signatory) -> dict[str, Any]:
    return {"name": one.name, "office": one.office, "email": one.email}


def _powerless(
    organisation: Organisation, declared: Declared | None, powers: Sequence[SigningPower], waited: Sequence[Obstacle], *, on: date
) -> list[Obstacle]:
    """Return who is declared to sign and belongs to the organisation, but has no power that day; in the order declared."""
    if declared is None:
        return []
    having, awaited = {power.user_id for power in powers}, {obstacle.facts["email"] for obstacle in waited}
    return [
        Obstacle("signatory_over" if said.over(on) else "signatory_powerless", _facts(said) | {"user": user_id, "last": said.over(on)})
        for said, user_id in zip(declared.signatories, members(organisation, declared), strict=True)
        if user_id is not None and user_id not in having and said.email not in awaited
    ]
