"""The settings of every real run: production by default, a demonstration when ``DEMO=1``."""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR, configure
from portal.settings.env import lasting_secret, read

_demo = (os.environ.get("DEMO") or "0").strip().lower() in ("1", "true", "yes", "on")
_values = read(defaults={"SECRET_KEY": lasting_secret(VAR / "secret-key")} if _demo else None)
globals().update(configure(_values))
DEBUG = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # A demonstration serves static files straight from the packages; production collects, hashes and compresses them.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if _demo else "portal.web.static_files.PortalStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = _demo
