import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from content.availability import asked, queries
from content.availability.asked import Accepted, BadValues
from content.availability.listing import CSV_HEAD, Listing, as_json, as_table, listing, stamp
from portal.core import csv_files

ACCEPTED = {
    Accepted.INSTANT: "a date such as 2019-10-01, or an instant with its zone such as 2020-01-31T23:00:00Z",
    Accepted.PROGRAMME: "the code of a program, such as QOPI",
}


class Command(BaseCommand):
    help = (
        "Print where a program is available, as we answer it on the page and in the API. "
        "Example: manage.py availability --programme QOPI --as-of 2019-10-01 --format csv"
    )

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument(
            "--as-of", default="", metavar="DATE|INSTANT", help="when it is true; a date is its first instant in UTC; default now"
        )
        parser.add_argument("--known-at", default="", metavar="INSTANT", help="as we knew it then; default now")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *, programme, as_of, known_at, format, **options):
        try:
            of = asked.programme(programme)
            known = asked.instant(known_at, "known-at") if known_at else None
            at = asked.instant(as_of, "as-of") if as_of else queries.window(of.pk, now=timezone.now(), known_at=known).valid_from
        except BadValues as bad:
            problem = bad.problems[0]
            raise CommandError(f"--{problem.field}: “{problem.value}” is not usable; accepted is {ACCEPTED[problem.accepted]}") from bad
        found = listing(of, language="en", as_of=at, known_at=known)
        getattr(self, f"print_{format}")(found)

    def print_json(self, found: Listing) -> None:
        self.stdout.write(json.dumps(as_json(found, list(found.rows)), ensure_ascii=False, indent=1))

    def print_csv(self, found: Listing) -> None:
        self.stdout.write(csv_files.written(CSV_HEAD, as_table(list(found.rows))), ending="")

    def print_table(self, found: Listing) -> None:
        known = f", as known at {stamp(found.known_at)}" if found.known_at else ""
        self.stdout.write(f"{found.programme.code} as of {stamp(found.as_of)}{known}: {found.available_count} available")
        for code, name, status, since, until, sources in as_table(list(found.rows)):
            self.stdout.write(f"{code:8} {name:36} {status:12} {since} – {until or '…':20} {sources}")
