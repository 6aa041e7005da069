"""Settings of the tests: no network, no real clock, everything below var/test (or var/test-server), SQLite in memory unless TEST_DATABASE_URL says otherwise."""

import hashlib
import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import ROOT, VAR, configure
from portal.settings.env import read

_checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
# A folder for each database, so that runs on both can go side by side; what runs side by side on one has uploads of its own.
_test = VAR / ("test-server" if os.environ.get("TEST_DATABASE_URL") else "test")
_test.mkdir(parents=True, exist_ok=True)
_values = read(
    {},
    defaults={
        "SECRET_KEY": "only-for-tests-" * 4,
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or "sqlite://",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "memory://",
        "VAULT_URL": f"file:{_test / 'vault'}",
        "DEMO": "1",
        "PORTAL_ORIGIN": "http://testserver",
    },
)
globals().update(configure(_values))
DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{_checkout}"} if DATABASES["default"]["ENGINE"].endswith("postgresql") else {}  # noqa: F405
MEDIA_ROOT = _test / f"uploads{os.environ.get('TEST_COPY', '')}"
STATIC_ROOT = _test / "static"
SEAL_FOLDER = _test / "seal"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
LOGGING = {}
ACCOUNT_RATE_LIMITS = False
RATE_LIMITS = False
