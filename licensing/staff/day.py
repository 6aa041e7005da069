"""Staff's day on one page: what waits for the reader, what is late, what ends soon, what is unpaid, and what others add to it.

``SECTIONS`` are asked in order, each for itself whether the reader may see what it shows; what stands above licensing adds its own in
``portal.web.apps.WebConfig.ready``. However many rows there are, a group costs one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.availability import changes
from content.staff import inquiries

PERMISSIONS = ("licensing.view_queue", "licensing.view_artworkpiece", "media.view_download", changes.PUBLISH, inquiries.VIEW)
SHOWN = 5
ICON = "calendar-check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: ``title`` is a name in ``lang``; ``on`` a day or instant, of which the day in ``zone`` is shown; ``note`` says what it is."""

    title: str
    url: str
    lang: str = ""
    number: str = ""
    text: str = ""
    on: date | datetime | None = None
    zone: str = "UTC"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``count`` things of one kind, the first of them, and the queue that holds exactly them. ``days`` heads the column of ``Line.on``."""

    label: str
    count: int
    url: str
    lines: list[Line] = field(default_factory=list)
    days: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``empty`` says that there is nothing and ``next_step`` (words, address) what to look at instead. ``turn``: its counts wait for us."""

    key: str
    title: str
    groups: list[Group]
    empty: str
    next_step: tuple[str, str]
    turn: bool = False

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def filled(self) -> list[Group]:
        return [group for group in self.groups if group.count]


SECTIONS: list[Callable[[HttpRequest, datetime], Section | None]] = []


def group(label: Any, url: str, rows: "QuerySet[Any]", line: Callable[[Any], Line], *, days: Any, note: str = "") -> Group:
    """Return the first rows with the number of them all, in one statement."""
    found = list(rows.annotate(of_all=Window(Count("pk")))[:SHOWN])
    return Group(
        label=str(label), count=found[0].of_all if found else 0, url=url, lines=[line(row) for row in found], days=str(days), note=note
    )


def may_look(request: HttpRequest) -> bool:
    return any(request.user.has_perm(permission) for permission in PERMISSIONS)


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Answer first: how much waits for the reader and how much is late."""
    if not may_look(request):
        raise PermissionDenied
    now = timezone.now()
    sections = [section for provider in SECTIONS if (section := provider(request, now))]
    counts = {section.key: section.count for section in sections}
    context = {
        "sections": sections,
        "answer": _answer(counts),
        "now": now,
        "zone": request.user.timezone,
        "breadcrumbs_items": [{"url": "", "label": _("The day")}],
        "header_title": _("The day"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/day.html", context)


def _answer(counts: dict[str, int]) -> list[str]:
    waits, late = counts.get("waiting"), counts.get("late")
    said = []
    if waits is not None:
        said.append(
            ngettext("One thing waits for you.", "%(count)s things wait for you.", waits) % {"count": waits}
            if waits
            else _("Nothing waits for you.")
        )
    if late:
        said.append(ngettext("One is late, whoever has it.", "%(count)s are late, whoever has them.", late) % {"count": late})
    return said


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("day/", day, name="staff_day")]


class DayItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(request)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return DayItem(gettext_lazy("The day"), reverse("staff_day"), name="day", icon_name=ICON, order=10)
