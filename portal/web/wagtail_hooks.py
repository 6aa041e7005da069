"""Our style sheet and script inside the CMS, so that our panels there look like ours and its own start under our policy."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def portal_panels() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/cms.css"))


@hooks.register("insert_global_admin_js")
def portal_script() -> str:
    return format_html('<script src="{}"></script>', static("portal/js/cms.js"))
