from django.core.management.base import BaseCommand, CommandError

from i18n import messages


class Command(BaseCommand):
    help = "Say what the complete languages lack: missing, fuzzy, other placeholders. Example: python manage.py checktranslations --language es"

    def add_arguments(self, parser):
        parser.add_argument("--language", action="append", help="a language code; default: those promised to be complete")

    def handle(self, *args, language, **options):
        count = 0
        for code in language or messages.TRANSLATED:
            for line in messages.problems(code):
                count += 1
                self.stdout.write(f"{code}: {line}")
        if count:
            raise CommandError(f"{count} messages need a translator")
