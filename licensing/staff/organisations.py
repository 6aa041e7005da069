"""Organisations in the CMS: find one by any of its names, see who it is, and vet it before a decision."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from licensing.history.actions import Stale, latest
from licensing.organisations import actions, chronicle, queries
from licensing.organisations.models import Invitation, Organisation
from licensing.organisations.rules import NotAllowed
from licensing.organisations.words import ROLES, refusal
from licensing.staff.actor import staff_actor
from licensing.staff.queues import RoomForm
from licensing.web.applications import label

VIEW = "licensing.view_organisation"
VET = "licensing.vet_organisation"
ICON = "group"


VIEWS = {
    "all": gettext_lazy("All"),
    "unvetted": gettext_lazy("Wait for vetting"),
    "invited": gettext_lazy("Invitations open"),
}


class OrganisationFilter(RoomForm):
    place_path = "place__code"
    programme = None  # type: ignore[assignment]  # an organisation has none
    field_order = ["q", "place"]


def rows_of(view: str, *, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations of one view."""
    rows = Organisation.objects.all()
    if view == "unvetted":
        return rows.filter(vetted_at=None)
    return rows.filter(Exists(Invitation.objects.open(at).filter(organisation=OuterRef("pk")))) if view == "invited" else rows


class VetForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("What was looked at"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)


@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List organisations of one view by name; ``q`` finds by any name."""
    asked, now, view = OrganisationFilter(request.GET), timezone.now(), request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    rows = asked.narrow(rows_of(view, at=now)).select_related("place").order_by("register_name", "pk")
    if text := asked.given("q"):
        rows = rows.found_by(text)
    context = {
        "page": page_of(request, rows),
        "filters": asked,
        "view": view,
        "views": [(key, words, rows_of(key, at=now).count()) for key, words in VIEWS.items()],
        "breadcrumbs_items": [{"url": "", "label": _("Organizations")}],
        "header_title": _("Organizations"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/organisations.html", context)


@permission_required(VIEW, raise_exception=True)
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organisation with people, names and history; whoever may vet does it here."""
    row = Organisation.objects.select_related("place", "vetted_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = VetForm(request.POST or None, initial={"seen": latest(row)})
    if request.method == "POST" and request.user.has_perm(VET) and form.is_valid():
        return _vet(request, row, form)
    people = queries.people(row, on=timezone.now().date())
    context = {
        "organisation": row,
        "people": [(person, [str(ROLES[role]) for role in person.roles]) for person in people],
        "names": row.names.order_by("name"),
        "applications": [(one, label(one)) for one in row.applications.select_related("offering__programme", "edition").order_by("-pk")],
        "history": chronicle.lines(row, internal=True),
        "form": form if request.user.has_perm(VET) and row.vetted_at is None else None,
        "breadcrumbs_items": [{"url": reverse("staff_organisations"), "label": _("Organizations")}, {"url": "", "label": str(row)}],
        "header_title": str(row),
        "header_icon": ICON,
    }
    status = 403 if request.method == "POST" and not request.user.has_perm(VET) else 200
    return render(request, "licensing/staff/organisation.html", context, status=status)


def _vet(request: HttpRequest, row: Organisation, form: VetForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        actions.vet(row.pk, by=staff_actor(request), now=timezone.now(), seen=given["seen"], reason=given["reason"])
    except NotAllowed as refused:
        messages.error(request, refusal(refused))
    except Stale:
        messages.error(request, _("Somebody changed this in the meantime. Look at it again; nothing was done."))
    else:
        messages.success(request, _("%(organisation)s is vetted.") % {"organisation": row})
    return redirect("staff_organisation", row.pk)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("organizations/", index, name="staff_organisations"),
        path("organizations/<int:pk>/", organisation, name="staff_organisation"),
    ]


class OrganisationsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return OrganisationsItem(gettext_lazy("Organizations"), reverse("staff_organisations"), name="organisations", icon_name=ICON, order=220)
