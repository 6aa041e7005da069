from django.core.management.base import BaseCommand

from i18n import messages


class Command(BaseCommand):
    help = "Bring the catalogues up to the code: new messages come empty, gone ones go. Example: python manage.py updatemessages"

    def handle(self, *args, **options):
        for code in messages.TRANSLATED:
            catalogue = messages.update(code)
            self.stdout.write(f"{code}: {len(catalogue)} messages, {len(messages.problems(code))} to translate")
