from django.urls import path
from django.views.generic import RedirectView

from portal.web import start

urlpatterns = [
    path("", start.to_language, name="start"),
    path("favicon.ico", RedirectView.as_view(url="/static/portal/img/mark.svg", permanent=False)),
]
