"""Who holds a licence in force, for pages that name the nearest. Only what the public register names; no person."""

from datetime import datetime

from content.availability.holders import Holder
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus


def holders(at: datetime) -> list[Holder]:
    """Return the holders of listed licences that are active at ``at``."""
    rows = (
        Licence.objects.listed()
        .in_status(LicenceStatus.ACTIVE, at=at)
        .select_related("organisation", "offering")
        .prefetch_related("places")
    )
    return [
        Holder(
            programme_id=row.offering.programme_id,
            name=row.organisation.public_name,
            language=row.organisation.language,
            code=row.code,
            places=frozenset(place.pk for place in row.places.all()),
        )
        for row in rows
    ]
