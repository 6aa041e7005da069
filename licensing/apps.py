from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "licensing"
    verbose_name = "Licensing"

    def ready(self) -> None:
        from content.availability import impact, offers
        from content.availability import partners as holders
        from licensing import agreement_letters, clarification_letters, letters, logo_letters, money_letters, partners
        from licensing.offerings import queries
        from licensing.organisations import departures
        from licensing.staff import touched
        from portal.accounts import closing

        impact.PROVIDERS.append(touched.licences_and_applications)
        closing.PROVIDERS.append(departures.leave_all)
        offers.PROVIDERS.append(queries.offers_in)
        holders.PROVIDERS.append(partners.partners)
        letters.LETTERS.update(agreement_letters.LETTERS | clarification_letters.LETTERS | logo_letters.LETTERS | money_letters.LETTERS)
