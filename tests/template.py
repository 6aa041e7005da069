"""``python -m tests.template``: migrate and fill once what the lanes of CI start from (.ci/run)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from django.test.utils import setup_test_environment  # noqa: E402 - all of these need the set-up

from tests import database, demo_world  # noqa: E402

if __name__ == "__main__":
    setup_test_environment()
    database.set_up()
    with demo_world.kept():
        pass
    database.tear_down()
