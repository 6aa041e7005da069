"""The account page of the CMS, which asks for the one name a person has here, not for a first and a last one."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import BaseSettingsPanel, NameEmailSettingsPanel

from portal.accounts.forms import NameForm


class NamePanel(BaseSettingsPanel):
    name = "name"
    title = _("Name")
    order = 100
    form_class = NameForm


class AccountView(WagtailAccountView):
    request: HttpRequest

    def get_panels(self) -> list[BaseSettingsPanel]:
        """Return Wagtail's panels with ours for the name in the place of its own."""
        return [
            NamePanel(self.request, panel.user, panel.profile) if isinstance(panel, NameEmailSettingsPanel) else panel
            for panel in super().get_panels()
        ]


# Guarded and kept out of caches as Wagtail does with the pages of its own.
account = never_cache(require_admin_access(AccountView.as_view()))
