"""The public pages of an interest: the form, and the page its letters lead to. Nothing here tells whether an address is known."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content.availability.queries import offered
from content.availability.words import start
from content.interest import actions, queries
from content.interest.actions import NotNeeded, Said, Unknown
from content.interest.rules import CONFIRM_WITHIN, KEPT_TOLD, KEPT_WAITING, State
from content.programmes.models import Programme
from i18n.places.models import Place

DAYS = {"confirm_days": CONFIRM_WITHIN.days, "told_days": KEPT_TOLD.days, "years": KEPT_WAITING.days // 365}


class InterestForm(forms.Form):
    """One address; whatever else is said helps to decide where a program opens next."""

    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a letter there; only its link makes your interest count."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of our letters"), choices=settings.LANGUAGES)
    organisation = forms.CharField(
        label=_("Organization"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("A society or practice. Leave it empty if you ask for yourself."),
    )  # fmt: skip
    practices = forms.IntegerField(label=_("How many practices would take part"), min_value=1, max_value=99_999, required=False)
    volume = forms.IntegerField(label=_("New patients a year, all of them together"), min_value=1, max_value=9_999_999, required=False)
    message = forms.CharField(
        label=_("What should we know?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No data of patients, please."),
    )  # fmt: skip

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(**{name: given[name] for name in Said.__slots__})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def interest(request: HttpRequest, programme: str, place: str) -> HttpResponse:
    """Ask for the address to tell when the programme opens in the place; where it is open, say so instead."""
    what, where = Programme.objects.filter(code__iexact=programme).first(), Place.objects.filter(code__iexact=place).first()
    if what is None or where is None:
        raise Http404
    if (what.code, where.code) != (programme, place):
        return HttpResponsePermanentRedirect(reverse("interest", args=[what.code, where.code]))
    now = timezone.now()
    context: dict[str, Any] = {"programme": what, "place": where, **DAYS}
    if where.pk in offered(what.pk, at=now):
        return render(request, "content/interest.html", {**context, "open": True})
    opens_at = queries.stated(what.pk, [where])[where.pk].outlook(now).opens_at
    context["opens"] = format_html("<bdi>{}</bdi>", start(opens_at, where.zone, get_language() or "en").text) if opens_at else ""
    if request.method != "POST":
        form = InterestForm(initial={"language": get_language()})
        return render(request, "content/interest.html", {**context, "form": form, "sent": "sent" in request.GET})
    form = InterestForm(request.POST)
    if not form.is_valid():
        return render(request, "content/interest.html", {**context, "form": form}, status=422)
    given = form.cleaned_data
    try:
        actions.register(what.pk, where.pk, email=given["email"], language=given["language"], said=form.said(), now=now)
    except NotNeeded:  # it opened this very moment
        return render(request, "content/interest.html", {**context, "open": True})
    return redirect(reverse("interest", args=[what.code, where.code]) + "?sent=on")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a letter is about, to whoever holds it. Only a button changes something: programs that read mails open links by themselves."""
    now = timezone.now()
    try:
        if request.method == "POST" and request.POST.get("do") == "withdraw":
            found = actions.withdraw(token, now=now)
            return render(request, "content/interest_letter.html", {"interest": found, "withdrawn": True})
        if request.method == "POST":
            actions.confirm(token, now=now)
            return redirect("interest_letter", token)
        found = actions.read(token, now=now)
    except Unknown:
        return render(request, "content/interest_letter.html", {**DAYS}, status=404)
    state = found.state(at=now)
    context = {"interest": found, "state": state.value, "pending": state is State.PENDING, "ends_at": found.ends_at, **DAYS}
    return render(request, "content/interest_letter.html", context)
