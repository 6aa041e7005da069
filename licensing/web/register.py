"""The public register: who holds which licence where."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from licensing import verification
from licensing.verification import Wanted
from licensing.web.verdict_words import VERDICTS

A_PAGE = 50


class RegisterForm(forms.Form):
    """What is looked for. A place or offering that the register does not name finds nothing, and says so."""

    q = forms.CharField(label=_("Name of the organization"), max_length=100, required=False)
    place = forms.ChoiceField(label=_("Territory"), required=False)
    offering = forms.ChoiceField(label=_("What is licensed"), required=False)

    def __init__(self, *args, places, offerings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("All territories")), *((place.code, place.shown_name) for place in places)]
        self.fields["offering"].choices = [("", _("All offerings")), *((offering.code, offering.name) for offering in offerings)]


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the licences that match, those in force first; bad values of the form find nothing."""
    places, offerings = verification.choices()
    form = RegisterForm(request.GET, places=places, offerings=offerings)
    values = form.cleaned_data if form.is_valid() else {key: request.GET.get(key, "") for key in form.fields}
    wanted = Wanted(text=values.get("q", ""), place=values.get("place", ""), offering=values.get("offering", ""))
    found = verification.register(wanted, now=timezone.now())
    page = Paginator(found.entries, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "page": page,
        "rows": [(entry, VERDICTS[entry.verdict]) for entry in page],
        "filtered": any((wanted.text, wanted.place, wanted.offering)),
        "in_force": sum(entry.verdict == "valid" for entry in found.entries),
    }
    return render(request, "licensing/register/register.html", context)
