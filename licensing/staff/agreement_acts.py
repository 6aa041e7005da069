"""What staff do with an agreement besides countersigning it: approve, send, remind, extend, replace, draw up anew, take back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.validators import MaxValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from i18n import formats
from licensing import lifecycle
from licensing.agreements import actions
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed, Side
from licensing.history.actions import Stale, latest
from licensing.staff.actor import staff_actor
from licensing.web import agreement_page
from licensing.web.agreement_forms import ReplaceForm
from licensing.web.agreement_words import refusal_words
from portal.core.typed import typed_number

VIEW = "licensing.view_agreement"
APPROVE = "licensing.approve_agreement"


class SeenForm(forms.Form):
    """What every act carries: how far the history was when the page was drawn."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class VoidForm(SeenForm):
    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back; the licensee reads this"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )


class RedraftForm(SeenForm):
    """A new version needs nothing but the wish: terms and invoice stay."""


class ExtendForm(SeenForm):
    """A new last day, in the zone of the terms, or no end."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day to sign"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MaxValueValidator(date(2999, 12, 31))],
    )
    no_end = forms.BooleanField(label=gettext_lazy("Without an end"), required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("last_day")) == bool(given.get("no_end")):
            raise forms.ValidationError(_("Choose a last day, or no end. Nothing was changed."), code="one_of_two")
        return given

    def until(self) -> datetime | None:
        """Return the first instant after the last day; None = no end."""
        day = self.cleaned_data["last_day"]
        zone = formats.zone_of(self.zone)
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone) if day else None


def found(number: str) -> Agreement:
    rows = Agreement.objects.select_related("organisation", "offering", "terms__application__edition", "template")
    agreement = rows.filter(number=number).first()
    if agreement is None:
        raise Http404
    return agreement


def act(request: HttpRequest, number: str, done: str, does: Callable[[], Any]) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the page."""
    try:
        does()
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("staff_agreement", number)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Let it go out."""
    agreement, by, seen = found(number), staff_actor(request), typed_number(request, "seen")
    done = _("Approved. It can be sent now.")
    return act(request, number, done, lambda: actions.approve_to_send(agreement.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Open the signing window."""
    agreement, by, seen = found(number), staff_actor(request), typed_number(request, "seen")
    done = _("Sent. The first signatory gets a letter; signing is open for 30 days.")
    return act(request, number, done, lambda: actions.send(agreement.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """Send the letter again to whom it waits for."""
    agreement, by, seen = found(number), staff_actor(request), typed_number(request, "seen")
    done = _("The letter is on its way again.")
    return act(request, number, done, lambda: actions.remind(agreement.pk, by=by, now=timezone.now(), seen=seen))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Give more time to sign, or all the time."""
    agreement, by = found(number), staff_actor(request)
    form = ExtendForm(request.POST, zone=agreement.terms.zone)
    if not form.is_valid():
        messages.error(request, _("Choose a last day, or no end. Nothing was changed."))
        return redirect("staff_agreement", number)
    until, seen = form.until(), form.cleaned_data["seen"]
    done = _("Changed. Whom it waits for gets a letter.")
    return act(request, number, done, lambda: actions.extend(agreement.pk, until=until, by=by, now=timezone.now(), seen=seen))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(APPROVE, raise_exception=True)
def replace(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """Ask who signs instead and why; the text and the signatures given stay as they are."""
    agreement = found(number)
    row = agreement.requests.filter(pk=line, side=Side.LICENSEE).first()
    if row is None:
        raise Http404
    powers = agreement_page.may_replace_with(agreement, now=timezone.now())
    form = ReplaceForm(request.POST or None, request=request, powers=powers, initial={"seen": latest(agreement)})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, staff_actor(request)
        who, why, seen = int(given["user"]), given["reason"], given["seen"]
        return act(
            request,
            number,
            _("Changed. Both people get a letter."),
            lambda: actions.replace(agreement.pk, row.pk, user_id=who, reason=why, by=by, now=timezone.now(), seen=seen),
        )
    trail = [
        {"url": reverse("staff_agreements"), "label": _("Agreements")},
        {"url": reverse("staff_agreement", args=[number]), "label": number},
        {"url": "", "label": _("Who signs")},
    ]
    context = {"agreement": agreement, "form": form, "row": row, "powers": powers, "breadcrumbs_items": trail, "header_title": number}
    return render(request, "licensing/staff/agreement_replace.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def redraft(request: HttpRequest, number: str) -> HttpResponse:
    """Draw up a new version of a declined agreement from the same accepted terms, and go to it."""
    agreement, by, seen = found(number), staff_actor(request), typed_number(request, "seen")
    try:
        made = actions.redraft(agreement.pk, by=by, now=timezone.now(), seen=seen)
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
        return redirect("staff_agreement", number)
    messages.success(request, _("A new version is drawn up. Read it, approve it and send it."))
    return redirect("staff_agreement", made.number)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back, with its invoice and terms."""
    agreement, form = found(number), VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason. Nothing was done."))
        return redirect("staff_agreement", number)
    reason, seen, by = form.cleaned_data["reason"], form.cleaned_data["seen"], staff_actor(request)
    done = _("Taken back. Its invoice is cancelled.")
    return act(request, number, done, lambda: lifecycle.void_agreement(agreement.pk, by=by, now=timezone.now(), reason=reason, seen=seen))
