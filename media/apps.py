from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "Course kits and artwork"

    def ready(self) -> None:
        """Say what agreements list of a kit."""
        from licensing.offerings import kit_lists
        from media.kits import schedule

        kit_lists.PROVIDERS.append(schedule.kit_list)
