"""Our addresses below /<language>/accounts/, and the doors of the CMS that we close above Wagtail's own."""

from django.urls import path
from django.views.generic import RedirectView

from portal.accounts import views

urlpatterns = [path("profile/", views.profile, name="account_profile")]

# Wagtail's login asks for a password only: nobody with a second factor may pass there, so it leads to the one login of the house.
cms_doors = [
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logout/", views.leave_cms),
    path("password_reset/", views.reset_password),
    path("password_reset/<path:rest>", views.reset_password),
]
