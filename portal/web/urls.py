from django.urls import path
from django.views.generic import RedirectView

from licensing.web import keys
from portal.web import health, sitemap, start, wellknown

urlpatterns = [
    path("", start.to_language, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<str:language>.xml", sitemap.pages, name="sitemap-pages"),
    path(".well-known/security.txt", wellknown.security, name="security-txt"),
    path(".well-known/portal-keys.json", keys.portal_keys, name="portal-keys"),
    path("favicon.ico", RedirectView.as_view(url="/static/portal/img/mark.svg", permanent=False)),
]
