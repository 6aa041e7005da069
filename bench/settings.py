"""Settings of the measurements: those of a real run, on a database of their own named by ``BENCH_DATABASE_URL``."""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR, configure
from portal.settings.env import read

FOLDER = VAR / "bench"
FOLDER.mkdir(parents=True, exist_ok=True)
_values = read(
    {},
    defaults={
        "SECRET_KEY": "only-for-measuring-" * 4,
        "DATABASE_URL": os.environ["BENCH_DATABASE_URL"],
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "memory://",
        "VAULT_URL": f"file:{FOLDER / 'vault'}",
        "PORTAL_ORIGIN": "http://testserver",
        "DEMO": "1",
    },
)
globals().update(configure(_values))
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "bench.urls"
MEDIA_ROOT = FOLDER / "uploads"
STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {}
