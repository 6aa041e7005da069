"""Availability in the CMS: changes are drafted as snippets, and published on a page of ours where a second person confirms."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from content.availability import queries
from content.availability.changes import WORDS, AvailabilityChange, NotPublishable
from content.availability.models import STATUS_WORDS
from content.availability.rules import Assertion
from content.availability.words import clock_of
from content.programmes.models import Programme
from i18n import formats
from i18n.places.queries import Named, in_order, named
from portal.accounts.stepup import PasswordConfirmation

LANGUAGES = ("en", "es", "pt_br", "fr", "ar")
HIDDEN_ACTIONS = {"action-publish", "action-unpublish", "action-submit"}


class AreaSelect(forms.Select):
    """Regions first, then places, each in the order of the reader's language."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None):
        language = get_language() or "en"
        areas = in_order(list(named(language).values()), language)
        self.choices = [
            ("", "---------"),
            (gettext("Regions"), [(area.id, area.name) for area in areas if area.kind == "region"]),
            (gettext("Countries and territories"), [(area.id, area.name) for area in areas if area.kind == "place"]),
        ]
        return super().optgroups(name, value, attrs)


def page(request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer a page of the room, below the matrix."""
    trail = [{"url": reverse("staff_availability_import"), "label": gettext("Availability")}, {"url": "", "label": title}]
    frame = {"header_title": title, "breadcrumbs_items": trail, "header_icon": ChangeViewSet.icon}
    return render(request, template, {**frame, **context}, status=status)


def state_of(change: AvailabilityChange) -> str:
    return gettext("Published") if change.publication_id else gettext("Waits for a second person")


class ChangeIndexView(IndexView):
    """The changes, and the way to what is stated today: a change is what staff draft, not what holds."""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        stated = [(one, len(queries.answers(one.pk, as_of=timezone.now()))) for one in Programme.objects.all()]
        return {**super().get_context_data(**kwargs), "stated": stated}


class Unhurried:
    """Saved when somebody says so: a draft is told to others, and what they have read stays what it was."""

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)  # type: ignore[misc]
        self.autosave_interval, self.autosave_enabled = 0, False


class ChangeCreateView(Unhurried, CreateView):
    pass


class EditedMeanwhile(PermissionDenied):
    """Rows were added to the draft, or it was edited, since the form was opened."""


class ChangeEditView(Unhurried, EditView):
    """Refuses a form that was opened before the latest edit: it would take out what a colleague added without anybody seeing it."""

    def save_instance(self) -> Any:
        stored = AvailabilityChange.objects.select_for_update().select_related("latest_revision__user").get(pk=self.object.pk)
        latest = stored.latest_revision
        opened = [self.request.POST.get(f"loaded_revision_{fact}") for fact in ("id", "created_at")]
        if opened != [str(latest.pk), latest.created_at.isoformat()]:
            raise EditedMeanwhile(self._meanwhile(stored))
        return super().save_instance()

    def _meanwhile(self, stored: AvailabilityChange) -> str:
        latest = stored.latest_revision
        language = get_language() or "en"
        facts = {"who": str(latest.user or ""), "at": formats.instant(latest.created_at, self.request.user.timezone, language)}
        return gettext("Not saved: %(who)s edited this draft on %(at)s, after you opened it. Open it again and enter yours there.") % facts

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        if self.produced_error_code == "invalid_revision":
            self.latest_revision_created_at = ""  # sent again, the form never passes for one that knows the colleague's rows
        return super().form_invalid(form)


class ChangeViewSet(SnippetViewSet):
    """Drafts are edited here; the second person publishes on the page the button "Review and publish" leads to."""

    model = AvailabilityChange
    index_view_class, add_view_class, edit_view_class = ChangeIndexView, ChangeCreateView, ChangeEditView
    icon = "globe"
    menu_label = gettext_lazy("Availability")
    menu_name = "availability"
    menu_order = 200
    list_display = ["reason", "programme", Column("state", label=gettext_lazy("State"), accessor=state_of), "drafted_by"]
    list_filter = ["programme"]
    ordering = ["-pk"]
    copy_view_enabled = True
    panels = [
        FieldPanel("programme", widget=forms.Select),
        FieldPanel("reason"),
        FieldPanel("source"),
        InlinePanel(
            "rows",
            heading=gettext_lazy("What changes"),
            label=gettext_lazy("Row"),
            min_num=1,
            panels=[
                FieldPanel("area", widget=AreaSelect),
                FieldPanel("status"),
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                MultiFieldPanel(
                    [FieldPanel(f"note_{language}", attrs={"lang": language.replace("_", "-")}) for language in LANGUAGES],
                    heading=gettext_lazy("Public note"),
                    classname="collapsed",
                ),
            ],
        ),
    ]


class PublishForm(PasswordConfirmation):
    """What the second person sends: the revision that was on the page, and the password."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a change would do, and let a second person publish it."""
    if not request.user.has_perm("content.view_availabilitychange"):
        raise PermissionDenied
    change = get_object_or_404(AvailabilityChange, pk=pk)
    revision = change.get_latest_revision()
    if revision is None:
        raise Http404
    form = PublishForm(request.POST or None, request=request, initial={"revision": revision.pk})
    try:
        change.check_publishable(revision, request.user, confirmed=True)
        refusal = ""
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["revision"] != revision.pk:
                raise NotPublishable("changed_since")
            change.publish(revision, user=request.user, confirmed=True)
            messages.success(request, gettext("Published: every page, the map and the API say so now."))
            return redirect(reverse("availability_change", args=[pk]))
    except NotPublishable as refused:
        refusal = str(WORDS[refused.code])
    return render(request, "content/staff/change.html", _context(change, revision, form, refusal), status=_status(request, refusal, form))


def _status(request: HttpRequest, refusal: str, form: forms.Form) -> int:
    return 403 if request.method == "POST" and refusal else 422 if form.errors else 200


def _context(change: AvailabilityChange, revision, form: PublishForm, refusal: str) -> dict[str, Any]:
    drafted = change if change.publication_id else revision.as_object()
    areas = named(get_language() or "en")
    current = frozenset() if change.publication_id else queries.assertions(change.programme_id)
    wanted = current if change.publication_id else frozenset(drafted.applied(current))
    index = reverse(AvailabilityChange.snippet_viewset.get_url_name("list"))
    return {
        "header_title": change.reason,
        "breadcrumbs_items": [{"url": index, "label": gettext("Availability changes")}, {"url": "", "label": change.reason}],
        "header_icon": ChangeViewSet.icon,
        "change": drafted,
        "publication": change.publication,
        "rows": [_row(row, areas) for row in drafted.rows.all()],
        "ends": [_assertion(one, areas) for one in _sorted(current - wanted)],
        "begins": [_assertion(one, areas) for one in _sorted(wanted - current)],
        "form": form,
        "refusal": "" if change.publication_id else refusal,
        "edit_url": reverse(AvailabilityChange.snippet_viewset.get_url_name("edit"), args=[change.pk]),
        "index_url": index,
    }


def _sorted(some: frozenset[Assertion]) -> list[Assertion]:
    return sorted(some, key=lambda one: (one.area, one.period.valid_from))


def _row(row, areas: dict[int, Named]) -> dict[str, Any]:
    notes = [(language, getattr(row, f"note_{language}")) for language in LANGUAGES if getattr(row, f"note_{language}")]
    return {**said_period(areas[row.area_id], row.period), "status": row.status, "notes": notes}


def _assertion(one: Assertion, areas: dict[int, Named]) -> dict[str, Any]:
    return {**said_period(areas[one.area], one.period), "status": one.status.value, "label": STATUS_WORDS[one.status.value]}


def said_period(area: Named, period) -> dict[str, Any]:
    language = get_language() or "en"
    until = period.valid_to and formats.until_day(period.valid_to, clock_of(period.valid_to, area.zone), language)
    return {
        "name": area.name,
        "since": formats.instant(period.valid_from, clock_of(period.valid_from, area.zone), language, utc=True),
        "until": until,
    }


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("availability-changes/<int:pk>/", review, name="availability_change")]


@hooks.register("construct_snippet_action_menu")
def no_other_door(menu_items: list, request: HttpRequest, context: dict) -> None:
    """Leave saving and reviewing: publishing asks for the password, so it has a page of its own."""
    if context["model"] is AvailabilityChange:
        menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_ACTIONS]


@hooks.register("register_snippet_listing_buttons")
def review_button(snippet, user, next_url=None):
    if isinstance(snippet, AvailabilityChange):
        yield Button(gettext("Review and publish"), reverse("availability_change", args=[snippet.pk]), icon_name="view", priority=5)


@hooks.register("before_edit_snippet")
def published_is_read_only(request: HttpRequest, snippet) -> HttpResponse | None:
    if isinstance(snippet, AvailabilityChange) and snippet.publication_id:
        return redirect(reverse("availability_change", args=[snippet.pk]))
    return None


@hooks.register("before_unpublish")
def never_taken_back(request: HttpRequest, snippet) -> None:
    if isinstance(snippet, AvailabilityChange):
        raise PermissionDenied(gettext("What was published is ended by another change."))


@hooks.register("before_delete_snippet")
def published_stays(request: HttpRequest, snippets) -> None:
    if any(isinstance(one, AvailabilityChange) and one.publication_id for one in snippets):
        raise PermissionDenied(gettext("A published change stays: it says why statements stand."))
