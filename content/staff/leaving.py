"""What staff decide about places that leave a region: keep what was stated as the place's own word, or let it go with a reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from content.availability import drafting, leavers
from content.availability.leavers import NotOpen, Task
from content.availability.rules import NOT_STATED
from content.programmes.models import Programme
from content.staff import availability
from content.staff.matrix import VIEW, may_draft
from i18n import formats
from i18n.places.queries import Named, named


class DecisionForm(forms.Form):
    programme = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.IntegerField(widget=forms.HiddenInput)
    region = forms.IntegerField(widget=forms.HiddenInput)
    at = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)

    def clean_at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError as error:
            raise forms.ValidationError(gettext("This is not to be decided.")) from error
        if at.tzinfo is None:
            raise forms.ValidationError(gettext("This is not to be decided."))
        return at


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest) -> HttpResponse:
    """List what is to be decided; sent, decide one."""
    if not request.user.has_perm(VIEW) or (request.method == "POST" and not may_draft(request)):
        raise PermissionDenied
    form = DecisionForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, form)
        except NotOpen:
            refusal = gettext("This is decided already, or a draft about it waits.")
    language, now = get_language() or "en", timezone.now()
    areas, programmes = named(language), Programme.objects.in_bulk()
    waiting = {(one.programme.pk, row.area): one.id for one in drafting.waiting() for row in one.rows}
    context = {
        "rows": [_row(task, areas, programmes, waiting, now, language, form) for task in leavers.tasks()],
        "refusal": refusal,
        "may": may_draft(request),
    }
    status = 422 if refusal or form.errors else 200
    return availability.page(request, "content/staff/leaving.html", gettext("Places that leave a region"), context, status=status)


def _decided(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    given = form.cleaned_data
    about = [given[name] for name in ("programme", "place", "region", "at")]
    if "keep" in request.POST:
        change = leavers.keep(*about, by=request.user, reason=given["reason"])
        messages.success(request, gettext("Drafted. It holds only once a second person has read and published it."))
        return redirect("availability_change", change.pk)
    leavers.let_go(*about, by=request.user, reason=given["reason"], now=timezone.now())
    messages.success(request, gettext("Recorded: it stays as it is."))
    return redirect("staff_availability_leaving")


def _row(
    task: Task,
    areas: dict[int, Named],
    programmes: dict[int, Programme],
    waiting: dict[tuple[int, int], int],
    now: datetime,
    language: str,
    sent: DecisionForm,
) -> dict[str, Any]:
    left = task.left
    key = {"programme": task.programme, "place": left.place, "region": left.region, "at": left.at.isoformat()}
    is_sent = sent.is_bound and all(str(sent.data.get(name)) == str(value) for name, value in key.items())
    draft = waiting.get((task.programme, left.place))
    return {
        "place": areas[left.place],
        "region": areas[left.region],
        "programme": programmes[task.programme],
        "at": formats.instant(left.at, areas[left.region].zone, language, utc=True),
        "future": left.at > now,
        "before": left.before,
        "after": left.after or NOT_STATED,
        "form": sent if is_sent else DecisionForm(initial=key, auto_id=f"id_{task.programme}_{left.place}_{left.region}_%s"),
        "draft_url": reverse("availability_change", args=[draft]) if draft else "",
    }


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("availability/leaving/", leaving, name="staff_availability_leaving")]
