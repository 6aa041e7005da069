from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    default = True

    def ready(self):
        from portal.accounts.groups import after_migrate

        post_migrate.connect(after_migrate, dispatch_uid="portal.accounts.groups")


class StaffConfig(WagtailUsersAppConfig):
    """Wagtail's users, with our pages for them."""

    user_viewset = "portal.accounts.staff.PersonViewSet"
