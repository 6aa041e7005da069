"""The kits' pages in the CMS: their addresses and their place in the menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from media.staff import items, kits, log


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("kits/", kits.index, name="staff_kits"),
        path("kits/new/", kits.new_kit, name="staff_kit_new"),
        path("kits/log/", log.log, name="staff_kit_log"),
        path("kits/<slug:slug>/releases/new/", kits.new_release, name="staff_kit_new_release"),
        path("kits/releases/<int:pk>/", kits.release, name="staff_kit_release"),
        path("kits/releases/<int:pk>/release/", kits.release_now, name="staff_kit_release_now"),
        path("kits/releases/<int:pk>/withdraw/", kits.withdraw, name="staff_kit_withdraw"),
        path("kits/releases/<int:pk>/items/new/", items.new_item, name="staff_kit_new_item"),
        path("kits/items/<int:pk>/", items.item, name="staff_kit_item"),
        path("kits/items/<int:pk>/upload/", items.upload, name="staff_kit_upload"),
        path("kits/items/<int:pk>/remove/", items.remove_item, name="staff_kit_remove_item"),
        path("kits/files/<int:pk>/remove/", items.remove_file, name="staff_kit_remove_file"),
    ]


class KitsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return any(user.has_perm(permission) for permission in (kits.VIEW, kits.EDIT, kits.RELEASE))


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return KitsItem(_("Course kits"), reverse("staff_kits"), name="kits", icon_name=kits.ICON, order=260)
