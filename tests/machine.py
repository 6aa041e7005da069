"""What this machine has for tests."""

import shutil

# The one without windows spends a third less on a page.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
