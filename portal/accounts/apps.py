from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self):
        from portal.accounts.groups import after_migrate

        post_migrate.connect(after_migrate, dispatch_uid="portal.accounts.groups")
