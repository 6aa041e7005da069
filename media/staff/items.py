"""Items of a draft in the CMS, and the files that come into them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from i18n import formats
from media import intake
from media.kits import actions
from media.kits.actions import NotReady
from media.kits.models import KitFile, KitItem, KitRelease
from media.kits.rules import KINDS, PPTX, NotAccepted
from media.staff import words
from media.staff.forms import ItemForm, UploadForm
from media.staff.kits import EDIT, field_of, found_release, head, may_look


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(EDIT, raise_exception=True)
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    release = found_release(pk)
    form = ItemForm(request.POST or None, release=release)
    if request.method == "POST" and form.is_valid():
        try:
            item = actions.add_item(release.pk, form.facts())
        except NotReady as refused:
            _say(form, refused)
        else:
            messages.success(request, _("The item is there. Now upload its files, the English one first."))
            return redirect("staff_kit_item", item.pk)
    context = {"form": form, "submit": _("Add the item"), **head(_("New item"), _step(release))}
    return render(request, "media/staff/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may_look
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an item with its files; a POST changes what it is."""
    found = _found(pk)
    if request.method == "POST" and not request.user.has_perm(EDIT):
        raise PermissionDenied
    form = ItemForm(request.POST or None, release=found.release, item=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_item(found.pk, form.facts())
        except NotReady as refused:
            _say(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("staff_kit_release", found.release_id)
    return _page(request, found, form=form, status=422 if form.errors else 200)


@require_POST
@permission_required(EDIT, raise_exception=True)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file in; what is wrong with it stands at the field."""
    found = _found(pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file = intake.take_in(
                found.pk, given.file, name=given.name, language=form.cleaned_data["language"], by_id=request.user.pk, now=timezone.now()
            )
        except NotAccepted as refused:
            form.add_error("language" if refused.code == "unknown_language" else "file", words.refusal(refused))
        else:
            messages.success(request, _("%(name)s was taken in.") % {"name": file.name})
            return redirect("staff_kit_item", found.pk)
    return _page(request, found, upload_form=form, status=422)


@require_POST
@permission_required(EDIT, raise_exception=True)
def remove_item(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    try:
        actions.remove_item(found.pk)
    except NotReady as refused:
        messages.error(request, words.refusal(refused))
    else:
        messages.success(request, _("%(item)s was removed from the draft.") % {"item": found})
    return redirect("staff_kit_release", found.release_id)


@require_POST
@permission_required(EDIT, raise_exception=True)
def remove_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = KitFile.objects.filter(pk=pk).first()
    if file is None:
        raise Http404
    try:
        actions.remove_file(file.pk)
    except NotReady as refused:
        messages.error(request, words.refusal(refused))
    else:
        messages.success(request, _("%(name)s was removed from the draft.") % {"name": file.name})
    return redirect("staff_kit_item", file.item_id)


def _found(pk: int) -> KitItem:
    row = KitItem.objects.select_related("release__kit__offering", "release__edition").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _step(release: KitRelease) -> tuple[str, str]:
    return reverse("staff_kit_release", args=[release.pk]), f"{release.kit} {release.number}"


def _say(form: ItemForm, refused: NotReady) -> None:
    form.add_error(field_of(refused, "name") if refused.code in ("no_name", "marked_name") else None, words.refusal(refused))


def _page(request: HttpRequest, found: KitItem, *, status: int = 200, **forms: Any) -> HttpResponse:
    reader = get_language() or "en"
    files = [
        {
            "file": file,
            "kind": KINDS[file.content_type].suffix.upper(),
            "language": formats.language_name(file.language, reader),
            "slides" if file.content_type == PPTX.content_type else "pages": (file.stamp_slots or {}).get("pages"),
            "crc32": f"{file.crc32:08x}",
        }
        for file in found.files.select_related("uploaded_by")
    ]
    draft = found.release.state == KitRelease.State.DRAFT
    may_edit = draft and request.user.has_perm(EDIT)
    context = {
        "item": found,
        "files": files,
        "is_draft": draft,
        "may_edit": may_edit,
        "form": (forms.get("form") or ItemForm(release=found.release, item=found)) if may_edit else None,
        "upload_form": (forms.get("upload_form") or UploadForm()) if may_edit else forms.get("upload_form"),
        **head(str(found), _step(found.release)),
    }
    return render(request, "media/staff/item.html", context, status=status)
