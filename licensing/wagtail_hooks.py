"""The rooms of licensing that stand in the CMS; each registers its own pages."""

from licensing.staff import applications, offerings, organisations  # noqa: F401
