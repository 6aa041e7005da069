"""What people say of themselves: on signing up, and later on their profile."""

from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import AddEmailForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import LANGUAGES, User

NAME_HINT = _("As it should appear on certificates and beside your signature.")
LANGUAGE_HINT = _("Pages open and letters come in this language. English and Spanish are complete.")


class SignupForm(AllauthSignupForm):
    """Address, name, language, password twice."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, help_text=NAME_HINT, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, help_text=LANGUAGE_HINT)
    field_order = ["email", "name", "language", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account; where there is one already, do the same work for nothing, so that the time tells no more than the page."""
        user, response = super().try_save(request)
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return user, response


class NewAddressForm(AddEmailForm):
    """Another address to sign in with."""

    email = forms.EmailField(label=_("New address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey or security key: its name, and whether it is enough to sign in."""

    name = forms.CharField(
        label=_("Name of the key"), required=False, max_length=60, help_text=_("So that you know it again, such as “Laptop” or “Blue key”.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with this key alone"),
        required=False,
        initial=True,
        help_text=_("Your device then asks for its PIN, your fingerprint or your face. Without the tick the key comes after the password."),
    )


class EditPasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the key"), max_length=60)


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones by continent, as the tz database spells their cities."""
    continents = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    names = sorted(name for name in available_timezones() if name.split("/")[0] in continents)
    grouped = groupby(names, key=lambda name: name.split("/")[0])
    return [("UTC", [("UTC", "UTC")])] + [
        (continent, [(name, name.split("/", 1)[1].replace("_", " ").replace("/", ", ")) for name in found]) for continent, found in grouped
    ]


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields: tuple[str, ...] = ("name",)
        help_texts = {"name": NAME_HINT, "language": LANGUAGE_HINT}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class ProfileForm(NameForm):
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones, help_text=_("Deadlines and instants are shown in it as well."))

    class Meta(NameForm.Meta):
        fields = ("name", "language", "timezone")
