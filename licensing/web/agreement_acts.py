"""What licensees do about an agreement besides signing it: decline, have a letter sent again, put somebody else on a line."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from licensing.agreements import actions
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed, Side
from licensing.history.actions import Stale, latest
from licensing.organisations.rules import Act
from licensing.web import agreement_page
from licensing.web.acting import actor
from licensing.web.agreement_forms import DeclineForm, ReplaceForm
from licensing.web.agreement_words import refusal_words
from licensing.web.agreements import label, of_agreement
from portal.accounts.stepup import proof


def _act(request: HttpRequest, agreement: Agreement, done: str, act: Callable[[], object]) -> HttpResponse:
    """Do one thing, say what came of it, and go back to the agreement."""
    try:
        act()
    except (NotAllowed, Stale) as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("agreement", agreement.number)


@require_http_methods(["GET", "HEAD", "POST"])
@of_agreement(Act.SIGN)
def decline(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Ask why, then record that the person does not sign; only for who stands on a line."""
    if actor(request).person_id not in agreement.requests.values_list("user_id", flat=True):
        raise Http404
    form = DeclineForm(request.POST or None, request=request, agreement=agreement, initial={"seen": latest(agreement)})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, actor(request)
        return _act(
            request,
            agreement,
            gettext("You have declined to sign. The licensor and the owners of your organization read your reason."),
            lambda: actions.decline(
                agreement.pk, user_id=by.person_id, shown=form.shown, reason=given["reason"], factor=proof(request), by=by,
                now=timezone.now(), seen=given["seen"],
            ),
        )  # fmt: skip
    context = {"agreement": agreement, "label": label(agreement), "form": form}
    return render(request, "licensing/agreements/decline.html", context, status=422 if form.errors else 200)


@require_POST
@of_agreement(Act.MANAGE_PEOPLE)
def remind(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Have the letter sent again to whom it waits for."""
    seen = request.POST.get("seen", "")
    done = gettext("The letter is on its way again.")
    return _act(
        request,
        agreement,
        done,
        lambda: actions.remind(agreement.pk, by=actor(request), now=timezone.now(), seen=int(seen) if seen.isdecimal() else None),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_agreement(Act.MANAGE_PEOPLE)
def replace(request: HttpRequest, agreement: Agreement, line: int) -> HttpResponse:
    """Ask who signs instead and why; the text and the signatures given stay as they are."""
    row = agreement.requests.filter(pk=line, side=Side.LICENSEE).first()
    if row is None:
        raise Http404
    powers = agreement_page.may_replace_with(agreement, now=timezone.now())
    form = ReplaceForm(request.POST or None, request=request, powers=powers, initial={"seen": latest(agreement)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _act(
            request,
            agreement,
            gettext("Changed. Both people get a letter."),
            lambda: actions.replace(
                agreement.pk, row.pk, user_id=int(given["user"]), reason=given["reason"], by=actor(request), now=timezone.now(),
                seen=given["seen"],
            ),
        )  # fmt: skip
    context = {"agreement": agreement, "label": label(agreement), "form": form, "row": row, "powers": powers}
    return render(request, "licensing/agreements/replace.html", context, status=422 if form.errors else 200)
