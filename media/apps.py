from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "Course kits and artwork"

    def ready(self) -> None:
        from licensing.web import desk  # fills the list with what licensing says; ours follows
        from media.web.desk import kits_section

        desk.SECTIONS.append(kits_section)
