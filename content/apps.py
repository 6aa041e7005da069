from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Programs and availability"

    def ready(self) -> None:
        """Let whatever editors publish make kept answers stale: the CMS publishes through several doors, which meet in these signals."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Page, PageViewRestriction
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move, published, unpublished

        from content.availability import impact
        from content.figures.models import Figure
        from content.interest.impact import people_told, people_told_otherwise
        from content.pages.navigation import Navigation
        from content.programmes.models import LocalRules, Programme
        from i18n.places.models import Area
        from portal.core.models import ContentVersion

        def stale(sender: object, **_: object) -> None:
            if not isinstance(sender, type) or issubclass(
                sender, Page | PageViewRestriction | Navigation | Figure | LocalRules | Programme | Area
            ):
                ContentVersion.raise_number()

        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move, post_delete):
            signal.connect(stale, weak=False, dispatch_uid="kept answers")
        for model in (Navigation, PageViewRestriction):
            post_save.connect(stale, sender=model, weak=False, dispatch_uid="kept answers")
        for signal in (published, unpublished):
            signal.connect(stale, sender=Figure, weak=False, dispatch_uid="kept answers")
        impact.PROVIDERS.extend([people_told, people_told_otherwise])
