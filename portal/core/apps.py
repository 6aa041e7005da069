from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        from portal.core import checks, guards  # noqa: F401

        # Not in a migration: SQLite drops triggers whenever Django remakes a table, and tests may run without migrations.
        pre_migrate.connect(guards.prepare, sender=self, dispatch_uid="guards.prepare")
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="guards.install")
