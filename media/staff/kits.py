"""Course kits in the CMS: kits and their releases, what keeps a draft back, releasing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required, user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from licensing.offerings.models import LicensedRight
from media.kits import actions, queries
from media.kits.actions import NotReady
from media.kits.models import Kit, KitRelease
from media.kits.rules import KINDS
from media.staff import words
from media.staff.forms import KitForm, ReleaseForm, ReleaseNow, WithdrawForm

EDIT, RELEASE, VIEW, LOG = "media.edit_kits", "media.release_kit", "media.view_kit", "media.view_download"
ICON = "folder-open-inverse"


def _may_look(user: Any) -> bool:
    if user.has_perm(VIEW) or user.has_perm(EDIT) or user.has_perm(RELEASE):
        return True
    raise PermissionDenied


may_look = user_passes_test(_may_look)


def head(title: str, *trail: tuple[str, str]) -> dict[str, Any]:
    """Return the head of a page of the CMS: its title below the pages above it."""
    steps = [{"url": reverse("staff_kits"), "label": _("Course kits")}] if title != _("Course kits") else []
    steps += [{"url": url, "label": label} for url, label in trail]
    return {"breadcrumbs_items": [*steps, {"url": "", "label": title}], "header_title": title, "header_icon": ICON}


@require_safe
@may_look
def index(request: HttpRequest) -> HttpResponse:
    """List every kit with its releases, the newest first."""
    releases: dict[int, list[tuple[KitRelease, tuple]]] = {}
    for row in queries.all_releases():
        releases.setdefault(row.kit_id, []).append((row, words.STATES[KitRelease.State(row.state)]))
    rows = [(kit, releases.get(kit.pk, [])) for kit in Kit.objects.select_related("offering")]
    user = request.user
    context = {"rows": rows, "may_edit": user.has_perm(EDIT), "may_read_log": user.has_perm(LOG), **head(_("Course kits"))}
    return render(request, "media/staff/kits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(EDIT, raise_exception=True)
def new_kit(request: HttpRequest) -> HttpResponse:
    form = KitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kit = actions.new_kit(slug=form.cleaned_data["slug"], offering=form.cleaned_data["offering"], names=form.by_language("name"))
        except NotReady as refused:
            form.add_error("slug" if refused.code == "slug_taken" else field_of(refused, "name"), words.refusal(refused))
        else:
            messages.success(request, _("The kit is there. Now begin its first release."))
            return redirect("staff_kit_new_release", kit.slug)
    context = {"form": form, "submit": _("Make the kit"), **head(_("New kit"))}
    return render(request, "media/staff/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(EDIT, raise_exception=True)
def new_release(request: HttpRequest, slug: str) -> HttpResponse:
    kit = Kit.objects.select_related("offering").filter(slug=slug).first()
    if kit is None:
        raise Http404
    form = ReleaseForm(request.POST or None, kit=kit)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.draft_release(
                kit, given["number"], edition=given.get("edition"), notes=form.by_language("notes"), like=given["like"]
            )
        except NotReady as refused:
            form.add_error("number", words.refusal(refused))
        else:
            return redirect("staff_kit_release", made.pk)
    context = {"form": form, "submit": _("Begin the draft"), **head(_("New release of %(kit)s") % {"kit": kit})}
    return render(request, "media/staff/form.html", context, status=422 if form.errors else 200)


def field_of(refused: NotReady, name: str) -> str:
    """Return the field of a form by language that a refusal is about."""
    return f"{name}_{refused.facts.get('language', 'en')}"


def found_release(pk: int) -> KitRelease:
    """Return a release with what its pages show. :raises Http404: there is none."""
    row = KitRelease.objects.select_related("kit__offering", "edition", "released_by", "withdrawn_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@may_look
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a release: its items and files, and what is missing before it can go out."""
    return _page(request, found_release(pk))


def _page(request: HttpRequest, row: KitRelease, *, status: int = 200, **forms: Any) -> HttpResponse:
    user, draft = request.user, row.state == KitRelease.State.DRAFT
    items = queries.items(row)
    files = [(item, [(file, KINDS[file.content_type].suffix.upper()) for file in item.files.all()]) for item in items]
    lacking = actions.missing(row) if draft else None
    rights = {right.code: str(right) for right in LicensedRight.objects.filter(offering=row.kit.offering_id)}
    may_release = user.has_perm(RELEASE)
    withdraw_form = WithdrawForm(request=request) if may_release and row.state == KitRelease.State.RELEASED else None
    context = {
        "release": row,
        "rows": files,
        "shown": words.STATES[KitRelease.State(row.state)],
        "lacking": words.lacking(lacking, rights=rights, items={item.slug: str(item) for item in items}) if lacking else [],
        "may_edit": draft and user.has_perm(EDIT),
        "may_begin": user.has_perm(EDIT),
        "release_form": forms.get("release_form") or (ReleaseNow(request=request) if draft and may_release and not lacking else None),
        "withdraw_form": forms.get("withdraw_form") or withdraw_form,
        "may_read_log": user.has_perm(LOG) and not draft,
        **head(f"{row.kit} {row.number}"),
    }
    return render(request, "media/staff/release.html", context, status=status)


@require_POST
@permission_required(RELEASE, raise_exception=True)
def release_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Release the draft for good."""
    row, form = found_release(pk), ReleaseNow(request.POST, request=request)
    if not form.is_valid():
        return _page(request, row, status=422, release_form=form)
    try:
        actions.release(row.pk, by_id=request.user.pk, now=timezone.now())
    except NotReady as refused:
        messages.error(request, words.refusal(refused))
    else:
        messages.success(request, _("Released. Licensees see it now."))
    return redirect("staff_kit_release", pk)


@require_POST
@permission_required(RELEASE, raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a release back."""
    row, form = found_release(pk), WithdrawForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, row, status=422, withdraw_form=form)
    try:
        actions.withdraw(row.pk, reason=form.cleaned_data["reason"], by_id=request.user.pk, now=timezone.now())
    except NotReady as refused:
        messages.error(request, words.refusal(refused))
    else:
        messages.success(request, _("Withdrawn. Nobody downloads it any more; the log keeps what was downloaded."))
    return redirect("staff_kit_release", pk)
