"""Every address of the portal. Public and licensee pages, the most read, stand under a language prefix; Wagtail's pages come last of them."""

from allauth import urls as allauth_urls
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from content import urls as content_urls
from licensing import urls as licensing_urls
from media import urls as media_urls
from portal.accounts import urls as accounts_urls
from portal.api import root as api_root
from portal.demo import urls as demo_urls
from portal.web import urls as web_urls

urlpatterns = [
    *i18n_patterns(
        path("accounts/", include(accounts_urls)),
        path("accounts/", include(allauth_urls)),
        path("", include(content_urls)),
        path("", include(licensing_urls)),
        path("", include(media_urls.desk)),
        *([path("demo/", include(demo_urls))] if settings.DEMO else []),
        path("_util/login/", include(accounts_urls.page_doors)),
        path("", include(wagtail_urls)),
    ),
    path("", include(web_urls)),
    path("cms/", include(accounts_urls.cms_doors)),
    path("cms/", include(wagtailadmin_urls)),
    path("api/v1/", api_root.api.urls),
    path("feeds/", include(content_urls.feeds)),
    path("embed/", include(content_urls.embeds)),
    path("kits/", include(media_urls)),
    path("stripe/", include(licensing_urls.hooks)),
]
handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.forbidden"
handler404 = "portal.web.errors.not_found"
handler500 = "portal.web.errors.server_error"
handler429 = "portal.web.errors.too_many"  # ours and allauth's: Django has no such name
