from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone, translation

from content.availability.changes import AvailabilityChange
from content.availability.incoming import words
from content.availability.incoming.actions import Checked, check, draft_all
from content.availability.incoming.rules import MOST_BYTES, Unreadable
from content.availability.rules import NOT_STATED
from content.programmes.models import Programme
from portal.accounts.models import User

LONGEST = {name: AvailabilityChange._meta.get_field(name).max_length or 0 for name in ("reason", "source")}


class Command(BaseCommand):
    help = (
        "Draft what a CSV file states (columns place, status, from; also programme, to, note, note_es …), one draft a program for a second person "
        "to publish in the CMS. Prints what each line would do; ends nothing the file does not name. "
        "Example: manage.py import_availability openings.csv --programme QOPI --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="only print what each line would do")
        parser.add_argument("--programme", default="", metavar="CODE", help="the program of lines that name none")
        parser.add_argument(
            "--by",
            default="",
            metavar="EMAIL",
            help="who prepared the file and so cannot publish it; default nobody: somebody takes the draft on in the CMS first",
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="shown in the public history; default the name of the file")
        parser.add_argument("--source", default="", metavar="TEXT", help="the document it rests on")

    def handle(self, *, file, dry_run, programme, by, reason, source, **options):
        with translation.override("en"):
            checked = self.checked(file, programme)
            self.report(checked)
            if checked.problems:
                raise CommandError(self.refused(checked, file.name))
            given = {"reason": reason or f"Import of {file.name}"[: LONGEST["reason"]], "source": source}
            for name, text in given.items():
                if len(text) > LONGEST[name]:
                    raise CommandError(f"--{name}: longer than {LONGEST[name]} characters")
            author = self.author(by)
            if dry_run:
                self.stdout.write("Nothing was written (dry run).")
                return
            for change in draft_all(checked, by=author, **given):
                address = settings.PORTAL_ORIGIN + reverse("availability_change", args=[change.pk])
                waits = "a second person" if change.drafted_by else "somebody who takes it on, and then for a second person,"
                self.stdout.write(f"{change.programme.code}: a draft waits for {waits} at {address}")

    def refused(self, checked: Checked, name: str) -> str:
        first, count = checked.problems[0], len({problem.line for problem in checked.problems})
        where = f"line {first.line}, {first.field}" if first.field else f"line {first.line}"
        lines = "1 line" if count == 1 else f"{count} lines"
        return f"{name}: {lines} cannot be used, nothing was written; {where}: {words.said(first)}"

    def checked(self, file: Path, programme: str) -> Checked:
        if programme and not Programme.objects.filter(code__iexact=programme).exists():
            raise CommandError(f"--programme: “{programme}” is not usable; accepted is the code of a program, such as QOPI")
        try:
            with file.open("rb") as opened:
                return check(opened.read(MOST_BYTES + 1), at=timezone.now(), programme=programme)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except Unreadable as refused:
            raise CommandError(f"{file.name}: {words.whole(refused)}") from None

    def author(self, email: str) -> User | None:
        if not email:
            return None
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None or not found.has_perm("content.add_availabilitychange"):
            raise CommandError(f"--by: “{email}” is not usable; accepted is somebody who may draft changes of availability")
        return found

    def report(self, checked: Checked) -> None:
        for line, found in checked.lines:
            until = line.last.isoformat() if line.last else "…"
            status = line.status.value if line.status else NOT_STATED
            self.stdout.write(f"line {line.number:<5} {found:10} {line.programme:8} {line.area.code:16} {status:12} {line.first} – {until}")
        for problem in checked.problems:
            self.stdout.write(f"line {problem.line:<5} refused    {problem.field}: {words.said(problem)}")
        told = ", ".join(f"{count} {one}" for one, count in checked.counts.items())
        self.stdout.write(f"{told}, {len({problem.line for problem in checked.problems})} refused")
