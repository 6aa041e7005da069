from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "Course kits and artwork"

    def ready(self) -> None:
        """Say what agreements list of a kit, and which files are artwork of a logo."""
        from licensing.logos import take_in
        from licensing.offerings import kit_lists
        from media import artwork
        from media.kits import schedule

        kit_lists.PROVIDERS.append(schedule.kit_list)
        take_in.ARTWORK.append(artwork.known)
