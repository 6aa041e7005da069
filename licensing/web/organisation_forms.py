"""What people say of their organisation and of one another."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from i18n.fields import DayField
from i18n.places.queries import places
from licensing.organisations.actions import Particulars
from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role
from licensing.organisations.words import MEANINGS, ROLES


def _places() -> list[tuple[int | str, str]]:
    return [("", str(_("Choose")))] + [(place.id, place.name) for place in places(get_language() or "en", to_live_in=True)]


class FindForm(forms.Form):
    name = forms.CharField(
        label=_("Name, short name or tax number"),
        max_length=200,
        help_text=_("Any name it is known by, in any language. Accents and capitals do not matter."),
    )


class OrganisationForm(forms.Form):
    """Common fields; ``particulars`` gives what the actions take."""

    legal_name = forms.CharField(label=_("Legal name, as registered"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices, widget=forms.RadioSelect, initial="society")
    place = forms.TypedChoiceField(label=_("Country or territory of registration"), choices=_places, coerce=int, empty_value=None)
    town = forms.CharField(label=_("Town"), max_length=100)
    tax_number = forms.CharField(
        label=_("Tax number"),
        max_length=60,
        required=False,
        help_text=_("Others see its last three signs only, so that they recognize the organization."),
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)

    def particulars(self) -> Particulars:
        """Return what was said; what the form does not ask keeps its default."""
        given = dict(self.cleaned_data)
        return Particulars(place_id=given.pop("place"), **{name: value for name, value in given.items() if name in Particulars.__slots__})


class NewOrganisationForm(OrganisationForm):
    """``different`` is shown once a record that is likely the same was found."""

    different = forms.BooleanField(label=_("This is another organization than the one shown"), required=False)

    def __init__(self, *args: Any, suggested: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        if not suggested:
            self.fields["different"].widget = forms.HiddenInput()


class EditOrganisationForm(OrganisationForm):
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    register_name = forms.CharField(label=_("Name for the public register"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)
    legal_form = forms.ChoiceField(label=_("Legal form"), choices=[("", _("Not given")), *Organisation.LegalForm.choices], required=False)
    address = forms.CharField(label=_("Registered address"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    registration_number = forms.CharField(label=_("Registration number"), max_length=80, required=False)
    registry = forms.CharField(label=_("Registry that keeps this number"), max_length=160, required=False)
    invoice_contact = forms.CharField(label=_("Person for invoices"), max_length=120, required=False)
    invoice_email = forms.EmailField(
        label=_("Email for invoices"),
        required=False,
        help_text=_("Letters about invoices go there too, besides owners and finance contacts."),
    )
    signing = forms.ChoiceField(label=_("Who signs"), choices=Organisation.Signing.choices, widget=forms.RadioSelect)
    listed = forms.BooleanField(
        label=_("Name us in the public register"),
        required=False,
        help_text=_("If not, your licenses are counted there without your name. A code you show yourself still verifies."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = [
        "legal_name", "register_name", "short_name", "kind", "legal_form", "place", "town", "address", "registration_number", "registry",
        "tax_number", "invoice_contact", "invoice_email", "language", "signing", "listed",
    ]  # fmt: skip


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Another name"), max_length=200, help_text=_("A translation, an abbreviation, a former name: whatever people type.")
    )


class _RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        told = _("%(role)s: %(meaning)s")
        self.fields["roles"].choices = [(role.value, told % {"role": ROLES[role], "meaning": MEANINGS[role]}) for role in Role]


class InviteForm(_RolesForm):
    email = forms.EmailField(label=_("Email address"), help_text=_("Only a person who signs in with this very address can accept."))
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
    field_order = ["email", "roles", "language"]


class RolesForm(_RolesForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class PowerForm(forms.Form):
    """``last_day`` is inclusive, as people say it."""

    office = forms.CharField(label=_("Office held"), max_length=100, help_text=_("As in the statutes, for example President."))
    position = forms.TypedChoiceField(
        label=_("Place in the order of signing"),
        choices=[(1, _("First")), (2, _("Second")), (3, _("Third")), (4, _("Fourth"))],
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
    )
    valid_from = DayField(label=_("First day of the power"))
    last_day = DayField(label=_("Last day, if it ends"), required=False)


class LeaveForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
