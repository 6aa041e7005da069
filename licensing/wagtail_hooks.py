"""The rooms of licensing that stand in the CMS; each registers its own pages."""

from licensing.staff import agreements, applications, cards, conversation, home, licences, logos, offerings, organisations, payments, terms  # noqa: F401
