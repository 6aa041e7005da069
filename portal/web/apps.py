from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"

    def ready(self) -> None:
        """Put what files know onto the pages of licensing; see ``licensing/web/turns.py``."""
        from licensing.staff import day
        from licensing.web import offerings, turns
        from portal.web import composition

        turns.SECTIONS.append(composition.kits_section)
        offerings.KITS.append(composition.kit_lines)
        day.SECTIONS.append(composition.downloads)
