"""Who holds a licence in force, for pages that name the nearest. Only what the public register names; no person."""

from datetime import datetime

from content.availability.partners import Partner
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus


def partners(at: datetime) -> list[Partner]:
    """Return the holders of listed licences that are active at ``at``."""
    rows = (
        Licence.objects.listed()
        .in_status(LicenceStatus.ACTIVE, at=at)
        .select_related("organisation", "offering")
        .prefetch_related("places")
    )
    return [
        Partner(
            programme_id=row.offering.programme_id,
            name=row.organisation.public_name,
            language=row.organisation.language,
            code=row.code,
            places=frozenset(place.pk for place in row.places.all()),
        )
        for row in rows
    ]
