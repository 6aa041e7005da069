from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    default = True

    def ready(self):
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.signals import user_logged_in

        from portal.accounts import sessions
        from portal.accounts.groups import after_migrate

        user_logged_in.connect(sessions.after_login, dispatch_uid="portal.accounts.sessions")
        for signal in (authenticator_added, authenticator_removed):
            signal.connect(sessions.after_change_of_factors, dispatch_uid="portal.accounts.sessions")
        post_migrate.connect(after_migrate, dispatch_uid="portal.accounts.groups")


class StaffConfig(WagtailUsersAppConfig):
    """Wagtail's users, with our pages for them."""

    user_viewset = "portal.accounts.staff.PersonViewSet"
