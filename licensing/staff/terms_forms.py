"""The forms of an offer in the CMS."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext_lazy as _

from i18n.places import queries as places_queries
from i18n.places.models import PlaceTier
from licensing.fees.rules import CURRENCIES, DEAREST_FIRST
from licensing.terms.drafting import Draft
from licensing.terms.models import TermsOffer, Waiver
from licensing.web.terms import percents
from portal.accounts.stepup import PasswordConfirmation


class Seen(forms.Form):
    """A form that knows which event its page was drawn from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DraftForm(Seen):
    """What may be changed of an offer before it is issued."""

    places = forms.TypedMultipleChoiceField(
        label=_("Territory"),
        coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Several are priced as the dearest of them."),
    )
    rights = forms.MultipleChoiceField(label=_("Licensed rights"), widget=forms.CheckboxSelectMultiple)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("The term ends at 24:00 of its last day there."))
    starts_on = forms.DateField(
        label=_("Not before this day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to start when the last condition is met."),
    )  # fmt: skip
    special_terms = forms.CharField(
        label=_("Special terms"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They stand in the agreement as written."),
    )
    tier_override = forms.ChoiceField(
        label=_("Income group set by hand"), required=False, help_text=_("Only where the World Bank list has none, or it does not fit.")
    )
    tier_reason = forms.CharField(label=_("Why this group"), required=False, max_length=250)

    def __init__(self, *args: Any, terms: TermsOffer, seen: int | None = None, **kwargs: Any):
        initial = {field: getattr(terms, field) for field in self.base_fields if field not in ("places", "seen")}
        initial |= {"places": list(terms.places.values_list("pk", flat=True)), "seen": seen}
        super().__init__(*args, **{**kwargs, "initial": initial})
        choices: dict[str, Any] = {
            "places": [(place.id, place.name) for place in places_queries.places(get_language() or "en")],
            "rights": [(right.code, right.name) for right in terms.application.offering.rights.all()],
            "zone": [
                (zone, zone) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
            ],
            "tier_override": [("", gettext_lazy("By the list")), *((tier.value, PlaceTier.Tier(tier).label) for tier in DEAREST_FIRST)],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """Return what is wanted; only after ``is_valid``."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return Draft(**{**given, "places": tuple(given["places"]), "rights": tuple(given["rights"])})


class WaiverRequestForm(Seen):
    percent = forms.TypedChoiceField(label=_("How much"), coerce=int, choices=percents, initial=100)
    ground = forms.ChoiceField(label=_("Ground"), choices=Waiver.Ground.choices, initial=Waiver.Ground.REQUESTED)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class WaiverDecisionForm(PasswordConfirmation):
    """Approve or refuse somebody else's request."""

    expires_on = forms.DateField(
        label=_("Can be used until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The offer has to be accepted by then. It is not presumed for a renewal."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Your reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to refuse; the applicant reads it."),
    )
