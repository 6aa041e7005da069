"""Check an evidence file of an agreement. Example: python manage.py verify_evidence AG-2027-0001-evidence.zip"""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from licensing.agreements import evidence_check, seal_key

WORDS = {
    "unreadable": "it is no archive of ours, or it is damaged",
    "other_format": "its manifest or its record cannot be read",
    "unknown_key": "it is signed with a key we do not know: %(key)s",
    "bad_signature": "the signature of its manifest does not fit",
    "other_files": "files were added or taken away: %(files)s",
    "altered": "%(file)s was altered",
    "record_disagrees": "evidence.json and %(with)s disagree",
    "other_text": "%(who)s signed another text than the one inside",
    "intent_altered": "what %(who)s declared does not fit its hash",
    "seal": "the seal of agreement-sealed.pdf does not hold: %(says)s",
}


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="the evidence file (zip)")
        parser.add_argument("--keys", type=Path, help="another portal's keys, from its /.well-known/portal-keys.json; default: our own")

    def handle(self, *, file: Path, keys: Path | None, **options: Any) -> None:
        try:
            known = json.loads(keys.read_bytes())["keys"] if keys else seal_key.public_keys()
            content = file.read_bytes()
        except (OSError, ValueError, KeyError, TypeError) as unreadable:
            raise CommandError(f"Cannot be read: {unreadable}")
        try:
            report = evidence_check.checked(content, keys=known)
        except evidence_check.NotGenuine as refused:
            raise CommandError(f"{file.name} is not genuine: {WORDS[refused.code] % refused.facts}.")
        names = ", ".join(report.signed_by) or "nobody"
        sealed = "sealed" if report.sealed else "not sealed"
        self.stdout.write(f"{file.name} is genuine: agreement {report.number}, {report.state}, {sealed}; signed by {names}.")
        self.stdout.write(f"Key: {report.key_id}")
