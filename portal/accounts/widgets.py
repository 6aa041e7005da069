"""The field a grave act is confirmed in."""

from typing import Any

from allauth.core import context as allauth_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.http import HttpRequest

from portal.accounts.rules import Way

ATTRS: dict[Way, dict[str, Any]] = {
    Way.PASSWORD: {"autocomplete": "current-password"},
    Way.FACTOR: {"autocomplete": "one-time-code", "spellcheck": "false", "dir": "ltr"},
    Way.MAIL: {"autocomplete": "one-time-code", "spellcheck": "false", "dir": "ltr"},
    Way.ENROL: {"autocomplete": "one-time-code", "disabled": True},
}


class ProofInput(forms.TextInput):
    """A password, or a code; who has a passkey may use it instead, where there is a script. What was typed is never sent back."""

    template_name = "accounts/widgets/proof.html"

    def __init__(self, asked: Way, request: HttpRequest):
        super().__init__(attrs={**ATTRS[asked], "class": "input"})
        self.asked, self.request = asked, request
        self.input_type = "password" if asked is Way.PASSWORD else "text"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        return {**context, "options": self._options()}

    def _options(self) -> dict[str, Any] | None:
        """Return what the browser's authenticator is asked, None for people without a passkey."""
        rows = Authenticator.objects.filter(user_id=self.request.user.pk, type=Authenticator.Type.WEBAUTHN)
        if self.asked is not Way.FACTOR or not rows.exists():
            return None
        if not hasattr(self.request, "passkey_options"):  # one challenge a page, whatever the number of its forms
            with allauth_context.request_context(self.request):
                self.request.passkey_options = webauthn.begin_authentication(self.request.user)  # type: ignore[attr-defined,arg-type]
        return self.request.passkey_options  # type: ignore[attr-defined]
