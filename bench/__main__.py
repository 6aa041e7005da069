"""``python -m bench [GROUP …]``: measure all groups or the named ones; exits 1 where a bar does not hold."""

import argparse
import os
import sys
from importlib import import_module

from bench import databases

GROUPS = ["availability"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Example: make bench ONLY=availability")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"some of: {', '.join(GROUPS)}; none = all")
    wanted = parser.parse_args().groups or GROUPS
    if unknown := set(wanted) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}; there are: {', '.join(GROUPS)}")
    os.environ["BENCH_DATABASE_URL"] = databases.address()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from bench.measure import report

    with databases.migrated():
        rows = [row for group in wanted for row in import_module(f"bench.{group}").rows()]
    return 0 if report(rows, databases.ROOT / "var" / "bench.json") else 1


if __name__ == "__main__":
    sys.exit(main())
