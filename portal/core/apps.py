from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

# Wagtail notes every reference of every row it may index, with four statements a save. Editors' pages need that; these packages, whose rows
# are protected from deletion anyway and are written on hot paths, do not.
NOT_INDEXED = ("core", "accounts", "i18n", "licensing", "media", "account", "mfa", "usersessions")


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        from portal.core import checks, csv_files, guards, postgresql  # noqa: F401

        for label in NOT_INDEXED:
            for model in apps.get_app_config(label).get_models():
                model.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
        csv_files.guard_files_of_the_cms()
        connection_created.connect(postgresql.read_instants_fast, dispatch_uid="postgresql.instants")
        # Not in a migration: SQLite drops triggers whenever Django remakes a table, and tests may run without migrations.
        pre_migrate.connect(guards.prepare, sender=self, dispatch_uid="guards.prepare")
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="guards.install")
