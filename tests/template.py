"""``python -m tests.template``: make the migrated template of the database before the tests are collected (.ci/run)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from tests import database  # noqa: E402 - its models need the set-up

if __name__ == "__main__":
    database.template()
