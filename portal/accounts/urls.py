"""Our addresses below /<language>/accounts/, and the doors of the CMS that we close above Wagtail's own."""

from django.urls import path
from django.views.generic import RedirectView

from portal.accounts import cms_account, views

urlpatterns = [
    path("profile/", views.profile, name="account_profile"),
    path("close/", views.close, name="account_close"),
]

# Wagtail's two logins (of the CMS and of private pages) ask for a password only: nobody with a second factor may pass there, so they lead
# to the one login of the house.
_to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)
page_doors = [path("", _to_login)]
cms_doors = [
    path("login/", _to_login),
    path("logout/", views.leave_cms),
    path("account/", cms_account.account),
    path("password_reset/", views.reset_password),
    path("password_reset/<path:rest>", views.reset_password),
]
