#!/usr/bin/env python
"""The only entry point for commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")
    from portal.settings.env import BadSetting

    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except BadSetting as wrong:
        sys.exit(f"manage.py: {wrong}")
