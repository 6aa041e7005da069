from django.core.management.base import BaseCommand, CommandError

from content.pages.words import findings

SAID = {"mark": "lacks its mark", "figure": "is a figure typed by hand: make it a figure with its day and source"}


class Command(BaseCommand):
    help = "Look through every published text for names without ® or ™ and for figures typed by hand. Example: manage.py check_words"

    def handle(self, **options):
        found = findings()
        for one in found:
            self.stdout.write(f"{one.where} [{one.language.replace('_', '-')}]: “{one.text}” {SAID[one.kind]}")
        if found:
            raise CommandError(f"{len(found)} texts to mend")
        self.stdout.write("every name has its mark, no figure is typed by hand")
