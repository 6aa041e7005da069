"""What takes two people of staff about a licence, as one table, with its forms."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from i18n import formats
from i18n.interface import own, sentence
from licensing import lifecycle
from licensing.entitlements import queries
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import GRAVE, EndKind, NotAllowed, after_last_day
from licensing.web.agreement_words import refusal_words
from portal.accounts.stepup import PasswordConfirmation

SUSPEND = "licensing.suspend_licence"
REVOKE = "licensing.revoke_licence"
REASON = {"widget": forms.Textarea(attrs={"rows": 2}), "max_length": 250}


END_KINDS = {
    EndKind.TERMINATED: gettext_lazy("Terminated by notice"),
    EndKind.SURRENDERED: gettext_lazy("Given up by the licensee"),
}


class SeenForm(forms.Form):
    """From exactly the page that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason; the licensee reads it"), **REASON)


class AskForm(ReasonForm, PasswordConfirmation):
    """The first of two people asks about ``licence``."""

    def __init__(self, *args: Any, licence: Licence, now: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.licence, self.now = licence, now


class EndForm(AskForm):
    """Its last day lies between today and the term's own last day, both in the licence's zone; without one it ends when it is confirmed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[(kind.value, END_KINDS[kind]) for kind in GRAVE["end"]],
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ["kind", "last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zone, language = formats.zone_of(self.licence.zone), get_language() or "en"
        field, last = self.fields["last_day"], formats.last_day(self.licence.valid_to, zone)
        field.widget.attrs |= {"min": self.now.astimezone(zone).date().isoformat(), "max": last.isoformat()}
        field.help_text = sentence(
            _("Until 24:00 of that day in %(city)s; the term ends on %(last)s. Leave empty to end it when it is confirmed."),
            city=own(formats.city(zone, language), language),
            last=own(formats.day(last, language), language),
        )

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        if day is not None:
            try:
                after_last_day(day, self.licence.facts(), zone=formats.zone_of(self.licence.zone), at=self.now)
            except NotAllowed as refusal:
                raise forms.ValidationError(refusal_words(refusal), code=refusal.code)
        return day


class RecallForm(AskForm):
    """Not beside a renewal that was sent or agreed."""

    def clean(self) -> dict[str, Any]:
        try:
            lifecycle.check_recall(self.licence, now=self.now)
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal_words(refusal), code=refusal.code)
        return super().clean()


class ConfirmForm(SeenForm, PasswordConfirmation):
    """The second confirms."""


@dataclass(frozen=True, slots=True)
class Act:
    """One of the acts that take two people: who may ask and confirm it, and how each step is said. ``stops``: it takes something away."""

    command: str
    permission: str
    form: Any
    title: Any
    note: Any
    button: Any
    asked: Any
    confirm: Any
    done: Any
    stops: bool = True


ACTS = (
    Act(
        "suspend",
        SUSPEND,
        AskForm,
        title=gettext_lazy("Suspend, with a second person"),
        note=gettext_lazy("You ask, somebody else confirms. All rights then stop at once; the last day stays what it is."),
        button=gettext_lazy("Ask to suspend"),
        asked=gettext_lazy("%(name)s asks to suspend this license"),
        confirm=gettext_lazy("Confirm: suspend from now on"),
        done=gettext_lazy("Suspended from now on. The licensee gets a letter."),
    ),
    Act(
        "end",
        SUSPEND,
        EndForm,
        title=gettext_lazy("End early, with a second person"),
        note=gettext_lazy(
            "You ask, somebody else confirms. Until its last day the license is in force and its pages say when it ends; afterwards the "
            "public page says since when it is not valid."
        ),
        button=gettext_lazy("Ask to end it"),
        asked=gettext_lazy("%(name)s asks to end this license"),
        confirm=gettext_lazy("Confirm: end it"),
        done=gettext_lazy("The license is ended. The licensee gets a letter."),
    ),
    Act(
        "recall",
        SUSPEND,
        RecallForm,
        title=gettext_lazy("Take the notice back, with a second person"),
        note=gettext_lazy(
            "You ask, somebody else confirms. The license then goes on to the end of its term; what suspends it stays. For another last day "
            "give notice anew afterwards."
        ),
        button=gettext_lazy("Ask to take the notice back"),
        asked=gettext_lazy("%(name)s asks to take back the notice that ends this license"),
        confirm=gettext_lazy("Confirm: the license goes on"),
        done=gettext_lazy("The notice is taken back. The licensee gets a letter."),
        stops=False,
    ),
    Act(
        "revoke",
        REVOKE,
        AskForm,
        title=gettext_lazy("Revoke, with a second person"),
        note=gettext_lazy("You ask, somebody else confirms. The public page then says that the license was revoked."),
        button=gettext_lazy("Ask to revoke"),
        asked=gettext_lazy("%(name)s asks to revoke this license"),
        confirm=gettext_lazy("Confirm: revoke for good"),
        done=gettext_lazy("Revoked from now on. The licensee gets a letter."),
    ),
)
ENDS_ON = gettext_lazy("The license ends on %(until)s. The licensee gets a letter.")
BY_COMMAND = {act.command: act for act in ACTS}


def waiting_for(request: HttpRequest, *, at: datetime) -> QuerySet[Licence]:
    """Return the licences about which somebody else asked for what the person may confirm."""
    mine = [act.command for act in ACTS if request.user.has_perm(act.permission)]
    return queries.waiting(at=at, commands=mine, but_not_of=request.user.pk)
