"""The portal as a WSGI application; once it is imported, a worker is ready for its first reader."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (every view is imported now, not while somebody waits)

# What is loaded by now stays as long as the process: a collector that walked over it again and again would let readers wait for a third of
# a second, and one that looked every 700 objects would look thirty times a page. Few of ours lie in circles; those are still found.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
