"""Inquiries in the CMS: each in the queue of its topic, one page with all that was said, and the moves of whoever answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from content.inquiries import actions
from content.inquiries.models import STATES, Inquiry, Topic
from content.inquiries.rules import RUNNING, Command, NotAllowed, State, ends_at
from content.pages.panels import by_language
from content.staff.queues import QueueForm, page_of
from i18n.formats import language_name
from portal.accounts.models import User
from portal.accounts.roles import role_of

VIEW, ANSWER = "content.view_inquiry", actions.ANSWER
ICON = "mail"
VIEWS = {
    "mine": gettext_lazy("In your queues"),
    "nobody": gettext_lazy("In nobody’s queue"),
    "open": gettext_lazy("All open"),
    "late": gettext_lazy("Late"),
    "answered": pgettext_lazy("inquiries", "Answered"),
    "unsent": gettext_lazy("Letter did not leave"),
    "closed": pgettext_lazy("inquiries", "Closed"),
    "suspect": gettext_lazy("Look like spam"),
}
TURN = {"mine", "nobody", "late", "unsent"}
DONE = {
    "received": gettext_lazy("Received"),
    "again": gettext_lazy("The very same came once more"),
    Command.ASSIGN: gettext_lazy("Who answers"),
    Command.ROUTE: gettext_lazy("Put into the queue"),
    Command.ANSWER: gettext_lazy("Answered by letter"),
    Command.GRANT: gettext_lazy("Granted by letter"),
    Command.REFUSE: gettext_lazy("Refused by letter"),
    Command.CLOSE: gettext_lazy("Put away"),
    Command.REOPEN: gettext_lazy("Taken up again"),
    Command.TRUST: gettext_lazy("Found to be from a person"),
    Command.LAPSE: gettext_lazy("Closed by itself, some time after the answer"),
}
REFUSALS = {
    "wrong_state": gettext_lazy("That cannot be done in its present state."),
    "stale": gettext_lazy("Somebody changed this in the meantime. Look at it again; nothing was done."),
    "no_text": gettext_lazy("Write what the letter should say."),
    "not_a_request": gettext_lazy("Nothing was asked for that could be granted."),
    "decided": gettext_lazy("This request is decided already. Write an answer instead."),
    "not_suspect": gettext_lazy("It was not held back."),
    "held_back": gettext_lazy("It is held back. Say first that it is genuine."),
    "no_decision": gettext_lazy("Say whether it is granted or refused."),
    "nobody": gettext_lazy("That person may not answer inquiries."),
}
TONES = {State.OPEN: "turn", State.ANSWERED: "good", State.CLOSED: "ended"}


class InquiryFilter(QueueForm):
    place_path = "place__code"
    programme = None  # type: ignore[assignment]  # topics are what an inquiry is about
    q = forms.CharField(label=gettext_lazy("Number, name or address"), required=False, max_length=200)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    field_order = ["q", "topic", "place"]

    def __init__(self, data: Any):
        self.topics = list(Topic.objects.all())
        super().__init__(data, occurring=Inquiry.objects.exclude(place=None).order_by().values("place"))
        self.fields["topic"].choices = [("", gettext("All")), *((one.code, str(one)) for one in self.topics)]  # type: ignore[attr-defined]
        self.full_clean()

    def narrow(self, rows):
        rows = super().narrow(rows)
        if self.given("topic"):
            rows = rows.filter(topic__code=self.given("topic"))
        for word in self.given("q").split():
            rows = rows.filter(
                Q(number__icontains=word) | Q(name__icontains=word) | Q(organisation__icontains=word) | Q(email__icontains=word)
            )
        return rows


def rows_of(view: str, *, user: User, now) -> QuerySet[Inquiry]:
    """Return the inquiries of one view, the soonest promised first."""
    open_ones = Inquiry.objects.in_state(State.OPEN)
    rows = {
        "mine": lambda: open_ones.for_person(user),
        "nobody": lambda: open_ones.with_nobody(),
        "open": lambda: open_ones,
        "late": lambda: Inquiry.objects.late(now.date()),
        "answered": lambda: Inquiry.objects.in_state(State.ANSWERED),
        "unsent": lambda: Inquiry.objects.in_state(*RUNNING).filter(pk__in=actions.refused()),
        "closed": lambda: Inquiry.objects.in_state(State.CLOSED),
        "suspect": lambda: Inquiry.objects.filter(suspect=True),
    }[view]()
    return rows.order_by("due_on", "pk")


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    asked, now, view = InquiryFilter(request.GET), timezone.now(), request.GET.get("view", "mine")
    view = view if view in VIEWS else "mine"
    rows = asked.narrow(rows_of(view, user=request.user, now=now)).select_related("topic", "place", "assigned_to")
    context = {
        "page": page_of(request, rows),
        "filters": asked,
        "view": view,
        "views": [(key, words, rows_of(key, user=request.user, now=now).count(), key in TURN) for key, words in VIEWS.items()],
        "today": now.date(),
        "breadcrumbs_items": [{"url": "", "label": gettext("Inquiries")}],
        "header_title": gettext("Inquiries"),
        "header_icon": ICON,
    }
    return render(request, "content/staff/inquiries.html", context)


class Seen(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class AssignForm(Seen):
    to = forms.ModelChoiceField(
        label=gettext_lazy("Who answers"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("Whoever has the queue")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.who_may(ANSWER)  # type: ignore[attr-defined]


class RouteForm(Seen):
    topic: Any = forms.ModelChoiceField(label=gettext_lazy("Topic"), queryset=Topic.objects.all(), empty_label=None)


class LetterForm(Seen):
    text = forms.CharField(label=gettext_lazy("The letter"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 8}))


class DecideForm(Seen):
    text = forms.CharField(
        label=gettext_lazy("Conditions, or the reasons"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )


def _found(number: str) -> Inquiry:
    row = Inquiry.objects.select_related("topic__group", "place", "assigned_to").filter(number=number).first()
    if row is None:
        raise Http404
    return row


@require_safe
@permission_required(VIEW, raise_exception=True)
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one inquiry with all that was said and done, and what may be done next."""
    row = _found(number)
    return render(request, "content/staff/inquiry.html", _context(request, row))


def _context(request: HttpRequest, row: Inquiry, wrong: dict[str, forms.Form] | None = None) -> dict[str, Any]:
    language, wanted = get_language() or "en", getattr(row, "request", None)
    seen, may, running = actions.latest(row), request.user.has_perm(ANSWER), row.state in RUNNING
    fresh: dict[str, forms.Form] = {}
    if may and row.suspect:
        fresh = {"trust": Seen(initial={"seen": seen}), "close": Seen(initial={"seen": seen})}
    elif may:
        if running:
            fresh |= {"answer": LetterForm(initial={"seen": seen}), "close": Seen(initial={"seen": seen})}
            fresh |= {
                "assign": AssignForm(initial={"seen": seen, "to": row.assigned_to}),
                "route": RouteForm(initial={"seen": seen, "topic": row.topic}),
            }
        if row.state != State.OPEN:
            fresh["reopen"] = Seen(initial={"seen": seen})
        if wanted and not wanted.decision and row.state == State.OPEN:
            fresh["decide"] = DecideForm(initial={"seen": seen})
    steps, granted, unsent = list(row.steps.all()), bool(wanted and wanted.decision == Command.GRANT), actions.unsent(row)
    return {
        "inquiry": row,
        "queue": role_of(row.topic and row.topic.group),
        "wanted": wanted,
        "closes_at": actions.closing(row),
        "ends_at": ends_at(received_at=row.received_at, closed_at=row.closed_at, suspect=row.suspect, granted=granted),
        "state": STATES[row.state],
        "tone": TONES[State(row.state)],
        "language_name": language_name(row.language, language),
        "steps": [(step, DONE.get(step.command, step.command), step.pk in unsent) for step in steps],
        "late": row.state == State.OPEN and row.due_on < timezone.now().date(),
        "forms": fresh | (wrong or {}),
        "breadcrumbs_items": [{"url": reverse("staff_inquiries"), "label": gettext("Inquiries")}, {"url": "", "label": row.number}],
        "header_title": row.number,
        "header_icon": ICON,
    }


FORMS: dict[str, type[Seen]] = {
    "assign": AssignForm, "route": RouteForm, "answer": LetterForm, "decide": DecideForm, "close": Seen, "reopen": Seen, "trust": Seen,
}  # fmt: skip
SAID = {
    "assign": gettext_lazy("Noted who answers."),
    "route": gettext_lazy("It is in another queue now."),
    "answer": gettext_lazy("The letter is on its way."),
    "decide": gettext_lazy("The decision is on its way by letter."),
    "close": gettext_lazy("Closed."),
    "reopen": gettext_lazy("Taken up again."),
    "trust": gettext_lazy("It is in its queue, and the sender is told that it arrived."),
}


@require_POST
@permission_required(ANSWER, raise_exception=True)
def move(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Do one thing with an inquiry; what was written stays on the page when it cannot be done."""
    row = _found(number)
    if command not in FORMS:
        raise Http404
    form = FORMS[command](request.POST)
    if form.is_valid():
        try:
            if command == "decide" and ("grant" in request.POST) == ("refuse" in request.POST):
                raise NotAllowed("no_decision")
            _do(command, row, form.cleaned_data, by=request.user, granted="grant" in request.POST)
        except NotAllowed as refused:
            form.add_error("text" if "text" in form.fields else None, str(REFUSALS[refused.code]))
            if command not in ("answer", "decide"):
                messages.error(request, str(REFUSALS[refused.code]))
                return redirect("staff_inquiry", row.number)
        else:
            messages.success(request, str(SAID[command]))
            return redirect("staff_inquiry", row.number)
    form.data = {**form.data.dict(), "seen": actions.latest(row)}  # what changed stands on this very page now
    return render(request, "content/staff/inquiry.html", _context(request, _found(number), {command: form}), status=422)


def _do(command: str, row: Inquiry, given: dict[str, Any], *, by: User, granted: bool) -> None:
    common: dict[str, Any] = {"by": by, "seen": given["seen"], "now": timezone.now()}
    if command == "assign":
        actions.assign(row.pk, given["to"], **common)
    elif command == "route":
        actions.route(row.pk, given["topic"], **common)
    elif command == "answer":
        actions.answer(row.pk, given["text"], **common)
    elif command == "decide":
        actions.decide(row.pk, Command.GRANT if granted else Command.REFUSE, given["text"], **common)
    else:
        {"close": actions.close, "reopen": actions.reopen, "trust": actions.trust}[command](row.pk, **common)


class TopicViewSet(SnippetViewSet):
    """What one may write about, and whose queue it is."""

    model = Topic
    icon = ICON
    menu_label = gettext_lazy("Topics of inquiries")
    menu_name = "topics"
    add_to_settings_menu = True
    list_display = ["name", "group", "permission", "open"]
    ordering = ["position", "code"]
    copy_view_enabled = False
    edit_handler = by_language(("name", "hint"), [FieldPanel(name) for name in ("code", "group", "permission", "open", "position")])


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("inquiries/", index, name="staff_inquiries"),
        path("inquiries/<str:number>/", inquiry, name="staff_inquiry"),
        path("inquiries/<str:number>/<str:command>/", move, name="staff_inquiry_move"),
    ]


class InquiriesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return InquiriesItem(gettext_lazy("Inquiries"), reverse("staff_inquiries"), name="inquiries", icon_name=ICON, order=207)
