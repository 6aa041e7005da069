"""Logo proofs in the CMS: what waits for the brand reviewer, one piece with its pages, and the moves of the one who took it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.staff.queues import page_of
from licensing.history.actions import Stale
from licensing.logos import queries, reviewing
from licensing.logos.models import ArtworkPiece
from licensing.logos.rules import NotAllowed, Note, State
from licensing.organisations.models import Organisation
from licensing.organisations.queries import belongs
from licensing.staff.actor import staff_actor
from licensing.staff.queues import LateForm
from licensing.web import logo_page
from licensing.web.logo_words import FACES, RULES, refusal_words
from licensing.web.logos import send_file, send_preview
from portal.accounts.stepup import PasswordConfirmation

VIEW = "licensing.view_artworkpiece"
REVIEW = "licensing.review_proofs"
ICON = "image"
ROWS = 6  # notes that fit the form at once; a second round of the form is a second round of the piece
VIEWS = {
    "ours": gettext_lazy("Ours to answer"),
    "theirs": gettext_lazy("Changes asked"),
    "approved": gettext_lazy("Approved"),
    "closed": pgettext_lazy("pieces", "Closed"),
    "all": gettext_lazy("All that were sent in"),
}
REFUSED = (NotAllowed, Stale)


class Seen(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(forms.Form):
    """One note; left empty, it is none."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        required=False,
        choices=lambda: [("", "–")] + [(rule.code, f"{rule.code} {rule.title}") for rule in RULES],
    )
    text = forms.CharField(
        label=gettext_lazy("What has to change"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    page = forms.IntegerField(label=gettext_lazy("Page"), required=False, min_value=1, max_value=99)
    x = forms.IntegerField(label=gettext_lazy("Percent from the left"), required=False, min_value=0, max_value=100)
    y = forms.IntegerField(label=gettext_lazy("Percent from the top"), required=False, min_value=0, max_value=100)

    def note(self) -> Note:
        """Return what was written; only after ``is_valid``."""
        given = self.cleaned_data
        return Note(given["rule"], given["text"], given["page"], given["x"], given["y"])


NoteForms = forms.formset_factory(NoteForm, extra=ROWS, max_num=ROWS, absolute_max=ROWS)


class ApproveForm(Seen, PasswordConfirmation):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    until = forms.DateField(
        label=gettext_lazy("May be shown until, the last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("With conditions the piece is not cleared: the public page does not show it until you say they are met."),
    )
    field_order = ["until", "conditions", "sha256", "seen"]


class RejectForm(Seen):
    reason = forms.CharField(label=gettext_lazy("Reason; the licensee reads it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ClearForm(Seen, PasswordConfirmation):
    """That the approved file itself meets the conditions."""


class PieceFilter(LateForm):
    programme_path = "licence__offering__programme__code"


def late(on: date) -> Q:
    """Say what waits for the licensor past the day on which an answer was promised."""
    return Q(state__in=queries.TABS["ours"], due_on__lt=on)


def rows_of(view: str) -> QuerySet[ArtworkPiece]:
    """Return the pieces of one view, what is due first; drafts belong to the licensee alone."""
    rows = ArtworkPiece.objects.exclude(rounds=0)
    if view in queries.TABS:
        rows = rows.filter(state__in=queries.TABS[view])
    return rows.order_by("due_on", "pk") if view == "ours" else rows


@require_safe
@permission_required(VIEW, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """List pieces of one view."""
    view, asked, now = request.GET.get("view", "ours"), PieceFilter(request.GET), timezone.now()
    view = view if view in VIEWS else "ours"
    rows = asked.narrow(rows_of(view)).select_related("organisation", "licence__offering", "licence__end", "reviewer")
    rows = rows.prefetch_related("approvals", "licence__suspensions")
    if text := asked.given("q"):
        named = Q(number__iexact=text) | Q(licence__number__iexact=text)
        rows = rows.filter(named | Q(organisation__in=Organisation.objects.found_by(text)))
    if asked.given("late"):
        rows = rows.filter(late(now.date()))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(piece, FACES[queries.face_of(piece, at=now)]) for piece in page],
        "today": now.date(),
        "view": view,
        "views": [(key, words, rows_of(key).count()) for key, words in VIEWS.items()],
        "filters": asked,
        "breadcrumbs_items": [{"url": "", "label": _("Logo proofs")}],
        "header_title": _("Logo proofs"),
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/logos.html", context)


def _found(number: str) -> ArtworkPiece:
    piece = ArtworkPiece.objects.in_full().exclude(rounds=0).filter(number=number).first()
    if piece is None:
        raise Http404
    return piece


@require_safe
@permission_required(VIEW, raise_exception=True)
def piece(request: HttpRequest, number: str) -> HttpResponse:
    """Show one piece as its licensee sees it, and what the reviewer may do with it."""
    return _page(request, _found(number))


def _page(request: HttpRequest, found: ArtworkPiece, *, status: int = 200, **given: Any) -> HttpResponse:
    context = logo_page.context(found, address="staff_logo_preview", now=timezone.now(), staff=True)
    seen, person = {"seen": context["seen"]}, request.user
    inside = belongs(found.organisation_id, person.pk)
    may = person.has_perm(REVIEW) and not inside
    mine = may and found.state == State.IN_REVIEW and found.reviewer_id == person.pk
    context |= {
        "inside": inside,
        "may_take": may and found.state == State.SUBMITTED,
        "note_forms": (given.get("notes") or NoteForms()) if mine else None,
        "approve_form": (given.get("approve") or ApproveForm(request=request, initial=_proposed(context))) if mine else None,
        "reject_form": (given.get("reject") or RejectForm(initial=seen)) if mine else None,
        "clear_form": (given.get("clear") or ClearForm(request=request, initial=seen)) if may and context["uncleared"] else None,
        "refusal": given.get("refusal", ""),
        "breadcrumbs_items": [{"url": reverse("staff_logos"), "label": _("Logo proofs")}, {"url": "", "label": found.number}],
        "header_title": f"{found.number}: {found.title}",
        "header_icon": ICON,
    }
    return render(request, "licensing/staff/logo.html", context, status=status)


def _proposed(context: dict[str, Any]) -> dict[str, Any]:
    return {"seen": context["seen"], "sha256": context["proof"].sha256, "until": context["piece"].use_until}


def _act(
    request: HttpRequest, found: ArtworkPiece, act: Callable[..., Any], done: str, form: Any = None, name: str = ""
) -> HttpResponseBase:
    """Do one thing and go back to the page; what was typed stays where it is refused."""
    if form is not None and not form.is_valid():
        return _page(request, found, status=422, **{name: form})
    given = dict(form.cleaned_data) if isinstance(form, forms.Form) else {}
    given.pop("password", None)
    try:
        act(found.pk, by=staff_actor(request), now=timezone.now(), **given)
    except REFUSED as refusal:
        if form is None:
            messages.error(request, refusal_words(refusal))
            return redirect("staff_logo", found.number)
        return _page(request, found, status=422, refusal=refusal_words(refusal), **{name: form})
    messages.success(request, done)
    return redirect("staff_logo", found.number)


@require_POST
@permission_required(REVIEW, raise_exception=True)
def take(request: HttpRequest, number: str) -> HttpResponseBase:
    done = _("You review this round. Nobody else can answer it.")
    return _act(request, _found(number), reviewing.take, done)


@require_POST
@permission_required(REVIEW, raise_exception=True)
def request_changes(request: HttpRequest, number: str) -> HttpResponseBase:
    form = NoteForms(request.POST)

    def act(pk: int, **given: Any) -> None:
        reviewing.request_changes(pk, tuple(one.note() for one in form if one.has_changed()), **given)

    return _act(request, _found(number), act, _("Changes are asked for. The licensee gets a letter with your notes."), form, "notes")


@require_POST
@permission_required(REVIEW, raise_exception=True)
def approve(request: HttpRequest, number: str) -> HttpResponseBase:
    found = _found(number)
    form = ApproveForm(request.POST, request=request)
    return _act(request, found, reviewing.approve, _("Approved: exactly this file. The licensee gets a letter."), form, "approve")


@require_POST
@permission_required(REVIEW, raise_exception=True)
def reject(request: HttpRequest, number: str) -> HttpResponseBase:
    return _act(
        request, _found(number), reviewing.reject, _("Not approved. The licensee gets a letter."), RejectForm(request.POST), "reject"
    )


@require_POST
@permission_required(REVIEW, raise_exception=True)
def clear(request: HttpRequest, number: str) -> HttpResponseBase:
    form = ClearForm(request.POST, request=request)
    return _act(request, _found(number), reviewing.clear, _("Cleared: the piece may be shown. The licensee gets a letter."), form, "clear")


@require_safe
@permission_required(VIEW, raise_exception=True)
def file(request: HttpRequest, number: str, proof: int) -> HttpResponseBase:
    return send_file(request, _found(number), proof)


@require_safe
@permission_required(VIEW, raise_exception=True)
def preview(request: HttpRequest, number: str, proof: int, page: int) -> HttpResponseBase:
    return send_preview(request, _found(number), proof, page)


@hooks.register("register_admin_urls")
def urls() -> list:
    return [
        path("logo-proofs/", index, name="staff_logos"),
        path("logo-proofs/<slug:number>/", piece, name="staff_logo"),
        path("logo-proofs/<slug:number>/take/", take, name="staff_logo_take"),
        path("logo-proofs/<slug:number>/changes/", request_changes, name="staff_logo_changes"),
        path("logo-proofs/<slug:number>/approve/", approve, name="staff_logo_approve"),
        path("logo-proofs/<slug:number>/reject/", reject, name="staff_logo_reject"),
        path("logo-proofs/<slug:number>/clear/", clear, name="staff_logo_clear"),
        path("logo-proofs/<slug:number>/files/<int:proof>/", file, name="staff_logo_file"),
        path("logo-proofs/<slug:number>/files/<int:proof>/<int:page>.png", preview, name="staff_logo_preview"),
    ]


class LogosItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return LogosItem(gettext_lazy("Logo proofs"), reverse("staff_logos"), name="logo-proofs", icon_name=ICON, order=270)
