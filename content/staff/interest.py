"""The demand in the CMS: how many asked for which programme where, what they said, and the counts as a file."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.interest import queries
from content.interest.models import Interest
from content.staff.queues import QueueForm, page_of
from i18n.places.queries import Named, named
from portal.core import csv_files

VIEW = "content.view_interest"
ICON = "pick"
SHOWN = 100  # lines of the report on the page; the file has them all
HEAD = ("programme", "place", "name", "people", "waiting", "practices", "new_patients_a_year", "latest")
VIEWS = {
    "all": gettext_lazy("All who asked"),
    "waiting": gettext_lazy("Still waiting"),
    "told": gettext_lazy("Told"),
    "unsent": gettext_lazy("Letter did not leave"),
}


class DemandFilter(QueueForm):
    programme_path, place_path = "programme__code", "place__code"
    q = None  # type: ignore[assignment]  # nobody is looked for by name

    def __init__(self, data: Any):
        super().__init__(data, occurring=Interest.objects.confirmed().order_by().values("place"))


def rows_of(view: str):
    """Return the confirmed interests of one view."""
    rows = Interest.objects.confirmed()
    narrowed = {"waiting": rows.waiting, "told": lambda: rows.filter(known_at__isnull=False), "unsent": rows.unsent}
    return narrowed[view]() if view in narrowed else rows


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """Show the demand of one view, narrowed by program and country; ``format=csv`` gives the counts as a file."""
    asked, view = DemandFilter(request.GET), request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    rows = asked.narrow(rows_of(view))
    areas = named(get_language() or "en")
    demand = [{**line, "place": areas[line["place_id"]]} for line in queries.demand(rows)]
    if request.GET.get("format") == "csv":
        return _file(demand)
    page = page_of(request, rows.select_related("programme").order_by("-confirmed_at", "-pk"))
    context = {
        "demand": demand[:SHOWN],
        "more": max(0, len(demand) - SHOWN),
        "page": page,
        "said": [(row, areas[row.place_id]) for row in page],
        "filters": asked,
        "view": view,
        "views": [(key, words, rows_of(key).count()) for key, words in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": gettext("Demand")}],
        "header_title": gettext("Demand"),
        "header_icon": ICON,
    }
    return render(request, "content/staff/interest.html", context)


def _file(demand: list[dict[str, Any]]) -> HttpResponse:
    def row(line: dict[str, Any]) -> tuple:
        place: Named = line["place"]
        sums = (line["people"], line["waiting"], line["practices_sum"] or "", line["volume_sum"] or "")
        return line["programme__code"], place.code, place.name, *sums, line["latest"].date()

    headers = {"Content-Disposition": 'attachment; filename="demand.csv"'}
    return HttpResponse("\ufeff" + csv_files.written(HEAD, map(row, demand)), content_type="text/csv; charset=utf-8", headers=headers)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("demand/", index, name="staff_interest")]


class DemandItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return DemandItem(gettext_lazy("Demand"), reverse("staff_interest"), name="demand", icon_name=ICON, order=205)
