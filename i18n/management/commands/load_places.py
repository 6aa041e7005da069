from django.core.management.base import BaseCommand

from i18n.places.load import load_places


class Command(BaseCommand):
    help = "Load countries, territories, regions and income groups from i18n/data. Safe to repeat. Example: manage.py load_places"

    def handle(self, **options):
        loaded = load_places()
        self.stdout.write(f"{loaded.areas} places and regions, {loaded.memberships} memberships, {loaded.tiers} income groups written")
