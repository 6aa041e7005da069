"""The forms of an agreement, for licensees and for staff: signing, declining, putting somebody else on a line."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from licensing.agreements.actions import Shown, Signing, name_to_type
from licensing.agreements.intent import intent
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed, Side, reads_as
from licensing.organisations.models import SigningPower
from licensing.web.agreement_words import refusal_words
from portal.accounts.stepup import PasswordConfirmation, proof
from portal.core import client


class OnThisText(PasswordConfirmation):
    """What binds an act to the documents that were shown: their hashes, and who acts, verified once more."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput)
    reading_sha256 = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any):
        hashes = {"document_sha256": agreement.document_sha256, "reading_sha256": agreement.reading_sha256}
        super().__init__(*args, initial={**hashes, **kwargs.pop("initial", {})}, **kwargs)

    @property
    def shown(self) -> Shown:
        """What lay before the person; only after ``is_valid``."""
        return Shown(self.cleaned_data["document_sha256"], self.cleaned_data["reading_sha256"])


class SigningForm(OnThisText):
    """The act of signing: the declaration in the reader's language, word for word as it is kept, and the name."""

    side = Side.LICENSEE
    declares: tuple[str, ...] = ("read", "consent")
    typed_name = forms.CharField(
        label=_("Type your name as your signature"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "sign__line"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.intent = intent(self.side, get_language() or "en")
        for name, sentence in zip(self.declares, self.intent.sentences, strict=True):
            self.fields[name] = forms.BooleanField(label=sentence)
        self.name = name_to_type(kwargs["agreement"], self.request.user)
        self.fields["typed_name"].help_text = _("As it stands here: %(name)s") % {"name": self.name}
        self.order_fields(["document_sha256", "reading_sha256", *self.declares, "typed_name", "password"])

    def clean_typed_name(self) -> str:
        typed: str = self.cleaned_data["typed_name"]
        if not reads_as(typed, self.name):
            raise forms.ValidationError(refusal_words(NotAllowed("name_differs", name=self.name)))
        return typed

    def signing(self) -> Signing:
        """Return what was done; only after ``is_valid``."""
        return Signing(
            user_id=self.request.user.pk,  # type: ignore[arg-type]
            typed_name=self.cleaned_data["typed_name"],
            document_sha256=self.shown.document_sha256,
            reading_sha256=self.shown.reading_sha256,
            consent=all(self.cleaned_data[name] for name in self.declares),
            language=self.intent.language,
            factor=proof(self.request),
            ip=client.address(self.request),
            agent=self.request.headers.get("User-Agent", ""),
        )


class CountersigningForm(SigningForm):
    """The licensor's signature."""

    side = Side.LICENSOR
    declares = ("consent",)


class DeclineForm(OnThisText):
    """Refusing to sign, with the reason."""

    reason = forms.CharField(
        label=_("Why you do not sign"),
        help_text=_("The licensor and the owners of your organization read it. It stays with the agreement."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReplaceForm(PasswordConfirmation):
    """Somebody else for a line that is not signed, out of those with the power to sign."""

    user = forms.ChoiceField(label=_("Who signs instead"))
    reason = forms.CharField(
        label=_("Why"), help_text=_("Everybody who signs reads it."), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, powers: list[SigningPower], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(str(power.user_id), f"{power.user}, {power.office}" if power.office else str(power.user)) for power in powers]
        self.fields["user"].choices = choices  # type: ignore[attr-defined]
