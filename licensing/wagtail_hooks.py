"""The rooms of licensing that stand in the CMS; each registers its own pages."""

from licensing.staff import (  # noqa: F401
    agreements,
    applications,
    cards,
    conversation,
    day,
    day_sections,
    declared,
    history,
    home,
    licences,
    logos,
    offerings,
    organisations,
    payments,
    receipts,
    terms,
)
