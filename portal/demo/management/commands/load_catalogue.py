import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.demo import catalogue


class Command(BaseCommand):
    help = "Load a catalogue folder; what is there stays as it is. Example: python manage.py load_catalogue demo/ --dry-run"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a folder like demo/")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")

    def handle(self, *args, folder, dry_run, **options):
        try:
            with transaction.atomic():
                loaded = catalogue.load(folder, now=timezone.now())
                transaction.set_rollback(dry_run)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise CommandError(f"{folder} is not a catalogue: {Path(error.filename).name} is missing") from None
        except tomllib.TOMLDecodeError as error:
            raise CommandError(f"a file of {folder} is not valid TOML: {error}") from None
        except KeyError as error:
            raise CommandError(f"{folder} names what is not there: {error}") from None
        for line in loaded.lines:
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Nothing was written (dry run).")
