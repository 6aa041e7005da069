from django.apps import AppConfig


class I18nConfig(AppConfig):
    name = "i18n"
    verbose_name = "Languages, countries and regions"

    def ready(self) -> None:
        """Let Django read catalogues as ``i18n.interface`` says; it asks for this class by its name whenever it reads one."""
        from django.utils.translation import trans_real

        from i18n.interface import OwnWords

        trans_real.DjangoTranslation = OwnWords  # type: ignore[misc]
