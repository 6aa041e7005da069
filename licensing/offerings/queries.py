"""What is offered, where and in which editions."""

from datetime import datetime

from i18n.places.models import Place
from licensing.offerings.models import LicenceOffering, OfferingEdition


def offers_in(place_id: int, *, at: datetime) -> list[LicenceOffering]:
    """Return the offerings somebody in a place may apply for at ``at``: open, not closed to the place, and with an edition left where they need one."""
    offerings = (
        LicenceOffering.objects.filter(open=True).exclude(closed_to=place_id).select_related("programme").prefetch_related("editions")
    )
    return [offering for offering in offerings if offering.term_years or editions(offering, at=at)]


def open_to(place: Place, offering: LicenceOffering) -> bool:
    """Say whether one may apply for ``offering`` for ``place``: everywhere but where it is closed to. Availability informs, it never blocks."""
    return offering.open and not offering.closed_to.filter(pk=place.pk).exists()


def editions(offering: LicenceOffering, *, at: datetime) -> list[OfferingEdition]:
    """Return the editions one can still apply for at ``at``, next first: those whose rights have not ended."""
    return sorted((edition for edition in offering.editions.all() if edition.rights_until > at), key=lambda edition: edition.starts_at)
