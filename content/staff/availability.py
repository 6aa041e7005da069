"""Availability in the CMS: changes are drafted as snippets, and published on a page of ours where a second person confirms."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from content.availability import queries
from content.availability.changes import AvailabilityChange
from content.availability.words import clock_of
from content.programmes.models import Programme
from i18n import formats
from i18n.places.queries import Named, in_order, named

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
    trail = [{"url": reverse("staff_availability"), "label": pgettext("place in the portal", "Availability")}, {"url": "", "label": title}]
    frame = {"header_title": title, "breadcrumbs_items": trail, "header_icon": ChangeViewSet.icon}
    return render(request, template, {**frame, **context}, status=status)


def state_of(change: AvailabilityChange) -> str:
    if change.publication_id:
        return gettext("Published")
    return gettext("Waits for a second person") if change.drafted_by_id else gettext("Waits for somebody who takes it on")


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
        stored = AvailabilityChange.objects.select_for_update(of=("self",)).select_related("latest_revision__user").get(pk=self.object.pk)
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


class ChangeForm(WagtailAdminModelForm):
    """A change says something by its rows; one that takes another back says so without any."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.corrects_id is not None:
            self.formsets["rows"].min_num, self.formsets["rows"].validate_min = 0, False


class ChangeViewSet(SnippetViewSet):
    """Drafts are edited here; the second person publishes on the page the button "Review and publish" leads to."""

    model = AvailabilityChange
    index_view_class, add_view_class, edit_view_class = ChangeIndexView, ChangeCreateView, ChangeEditView
    icon = "globe"
    menu_label = gettext_lazy("Availability changes")
    menu_name = "availability"
    menu_order = 200
    state = TitleColumn("state", label=gettext_lazy("State"), accessor=state_of, url_name="availability_change")  # leads to its page
    list_display = ["reason", "programme", state, "drafted_by"]
    list_filter = ["programme"]
    ordering = ["-pk"]
    copy_view_enabled = False  # its form, sent to the copy's own address, writes over what is copied
    edit_handler = ObjectList(
        [
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
        ],
        base_form_class=ChangeForm,
    )


class Lasting(Protocol):
    """Anything with a period of instants."""

    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...


def said_period(area: Named, period: Lasting, *, zone: str = "") -> dict[str, Any]:
    """Return how a period is said on the clock of the place, its start in UTC too; and, where it differs, on the reader's in ``zone``."""
    language, start, end = get_language() or "en", period.valid_from, period.valid_to
    there = clock_of(start, area.zone)
    return {
        "name": area.name,
        "since": formats.instant(start, there, language, utc=True),
        "until": end and formats.until_day(end, clock_of(end, area.zone), language),
        "own": formats.instant(start, zone, language) if zone and _differs(start, zone, there) else "",
        "own_end": formats.instant(end, zone, language) if zone and end and _differs(end, zone, clock_of(end, area.zone)) else "",
    }


def _differs(at: datetime, zone: str, there: str) -> bool:
    local = at.astimezone(formats.zone_of(zone))
    return local.utcoffset() not in (at.astimezone(formats.zone_of(there)).utcoffset(), timedelta(0))


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
