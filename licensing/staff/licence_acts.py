"""What takes two people of staff about a licence, as one table, with its forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from licensing.entitlements import queries
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import EndKind
from portal.accounts.stepup import PasswordConfirmation

SUSPEND = "licensing.suspend_licence"
REVOKE = "licensing.revoke_licence"
REASON = {"widget": forms.Textarea(attrs={"rows": 2}), "max_length": 250}


class SeenForm(forms.Form):
    """From exactly the page that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason; the licensee reads it"), **REASON)


class AskForm(ReasonForm, PasswordConfirmation):
    """The first of two people asks."""


class EndForm(AskForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[
            (EndKind.TERMINATED.value, gettext_lazy("Terminated by notice")),
            (EndKind.SURRENDERED.value, gettext_lazy("Given up by the licensee")),
        ],
    )
    field_order = ["kind", "reason"]


class ConfirmForm(SeenForm, PasswordConfirmation):
    """The second confirms."""


@dataclass(frozen=True, slots=True)
class Act:
    """One of the acts that take two people: who may ask and confirm it, and how each step is said."""

    command: str
    permission: str
    form: Any
    title: Any
    note: Any
    button: Any
    asked: Any
    confirm: Any
    done: Any


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
        note=gettext_lazy("You ask, somebody else confirms. The public page then says since when the license is not valid."),
        button=gettext_lazy("Ask to end it"),
        asked=gettext_lazy("%(name)s asks to end this license"),
        confirm=gettext_lazy("Confirm: end it now"),
        done=gettext_lazy("The license is ended. The licensee gets a letter."),
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
BY_COMMAND = {act.command: act for act in ACTS}


def waiting_for(request: HttpRequest, *, at: datetime) -> QuerySet[Licence]:
    """Return the licences about which somebody else asked for what the person may confirm."""
    mine = [act.command for act in ACTS if request.user.has_perm(act.permission)]
    return queries.waiting(at=at, commands=mine, but_not_of=request.user.pk)
