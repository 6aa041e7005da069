"""What every act on an organisation shares: its lock, and the roles a person holds."""

from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role


def locked(organisation_id: int) -> Organisation:
    """Return the organisation with its row held until the transaction ends."""
    return Organisation.objects.select_for_update().get(pk=organisation_id)


def held_by(organisation: Organisation, user_id: int) -> frozenset[Role]:
    """Return the roles a person holds now."""
    roles = organisation.memberships.filter(user_id=user_id, ended_at=None).values_list("role", flat=True)
    return frozenset(map(Role, roles))
