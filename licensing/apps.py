from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "licensing"
    verbose_name = "Licensing"

    def ready(self) -> None:
        from content.availability import holders as named
        from content.availability import impact, offers
        from licensing import agreement_letters, clarification_letters, draft_letters, holders, letters, logo_letters, money_letters, needed
        from licensing.offerings import queries
        from licensing.organisations import departures
        from licensing.staff import impact as told
        from portal.accounts import closing, idle

        impact.PROVIDERS.append(told.licences_and_applications)
        closing.PROVIDERS.append(departures.leave_all)
        idle.PROVIDERS.append(needed.needed)
        offers.PROVIDERS.append(queries.offers_in)
        named.PROVIDERS.append(holders.holders)
        for room in (agreement_letters, clarification_letters, draft_letters, logo_letters, money_letters):
            letters.LETTERS.update(room.LETTERS)
