"""Grave acts ask once more who is there, and only what was verified in the act counts.

In a demonstration that is the password. Outside: staff show a second factor (a code of the app, a recovery code, a passkey); everybody else
the factor they have, or a code sent to their mailbox. A form of an act uses ``PasswordConfirmation``: the field keeps its name whatever it
asks for, the error stands at it and what was typed elsewhere stays.
What was verified is ``proof(request)``: a signature and the history keep it.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.core import context as allauth_context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.accounts import mail_codes
from portal.accounts.rules import Proof, Way, way
from portal.accounts.widgets import ProofInput
from portal.core import limits

WORDS = {
    "no_password": gettext_lazy("Enter your password. Nothing was done."),
    "no_code": gettext_lazy("Enter a code, or use a passkey. Nothing was done."),
    "wrong_password": gettext_lazy("This is not your password. Nothing was done."),
    "wrong_code": gettext_lazy("This code does not work: it is wrong, used or too old. Nothing was done."),
    "too_often": gettext_lazy("Too many tries. Wait a few minutes; nothing was done."),
    "no_second_factor": gettext_lazy("This needs a second factor. Add one under “Account and security”, then come back; nothing was done."),
    "code_sent": gettext_lazy("A code is on its way to your mailbox. Type it here to confirm; nothing was done so far."),
}
LABELS = {
    Way.PASSWORD: gettext_lazy("Your password, once more"),
    Way.FACTOR: gettext_lazy("A code of your authenticator app, or a recovery code"),
    Way.MAIL: gettext_lazy("The code from our mail"),
    Way.ENROL: gettext_lazy("A code of your authenticator app"),
}
HINTS = {
    Way.MAIL: gettext_lazy("Send the form with this field empty, and a code comes to your mailbox. What you typed stays."),
    Way.ENROL: WORDS["no_second_factor"],
}
PROOFS = {Authenticator.Type.TOTP: Proof.TOTP, Authenticator.Type.RECOVERY_CODES: Proof.RECOVERY_CODE}


class NotConfirmed(Exception):
    """The person did not prove who they are; ``code`` is a key of ``WORDS``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def way_of(user: Any) -> Way:
    """Return what this person is asked for now."""
    return way(demo=settings.DEMO, staff=user.is_staff, has_factor=is_mfa_enabled(user))


def confirm(request: HttpRequest, typed: str, *, credential: str = "", now: datetime) -> Proof:
    """Verify who is there, and keep what was verified with the request.

    :raises NotConfirmed: no_password, no_code: nothing was typed, which counts as no try; wrong_password, wrong_code, too_often (counted per
        person), no_second_factor, or code_sent: one is on its way.
    """
    asked = way_of(request.user)
    if asked is Way.ENROL:
        raise NotConfirmed("no_second_factor")
    if asked is not Way.MAIL and not (typed.strip() or credential):
        raise NotConfirmed("no_password" if asked is Way.PASSWORD else "no_code")
    try:
        limits.consume("step_up", now=now, account=str(request.user.pk))
        if asked is Way.MAIL and not typed.strip():
            limits.consume("mail_code", now=now, account=str(request.user.pk))
            mail_codes.send(request.session, request.user, now=now)  # type: ignore[arg-type]
            raise NotConfirmed("code_sent")
    except limits.TooMany as refused:
        raise NotConfirmed("too_often") from refused
    found = CHECKS[asked](request, typed, credential, now)
    if found is None:
        raise NotConfirmed("wrong_password" if asked is Way.PASSWORD else "wrong_code")
    request.proof = found  # type: ignore[attr-defined]
    return found


def proof(request: HttpRequest) -> str:
    """Return what ``confirm`` verified in this request; '' if nothing was."""
    return getattr(request, "proof", "")


def _password(request: HttpRequest, typed: str, credential: str, now: datetime) -> Proof | None:
    return Proof.PASSWORD if request.user.check_password(typed) else None


def _mail(request: HttpRequest, typed: str, credential: str, now: datetime) -> Proof | None:
    return Proof.MAIL_CODE if mail_codes.check(request.session, request.user, typed, now=now) else None  # type: ignore[arg-type]


def _factor(request: HttpRequest, typed: str, credential: str, now: datetime) -> Proof | None:
    """Try the passkey's answer if there is one, else the code at the app and the recovery codes; each works once."""
    with allauth_context.request_context(request):
        if credential:
            return _passkey(request, credential)
        rows = Authenticator.objects.filter(user_id=request.user.pk, type__in=PROOFS).order_by("-type")
        for row in rows:
            if typed.strip() and row.wrap().validate_code(typed.strip()):
                row.user = request.user
                post_authentication(request, row, reauthenticated=True)
                return PROOFS[Authenticator.Type(row.type)]
    return None


def _passkey(request: HttpRequest, credential: str) -> Proof | None:
    try:
        answer = json.loads(credential)
        webauthn.parse_authentication_response(answer)
        row = webauthn.complete_authentication(request.user, answer)  # type: ignore[arg-type]
    except (forms.ValidationError, ValueError, TypeError, KeyError, AttributeError):  # whatever the browser sent, it proves nothing
        return None
    post_authentication(request, row, reauthenticated=True)
    return Proof.PASSKEY


CHECKS: dict[Way, Callable[[HttpRequest, str, str, datetime], Proof | None]] = {
    Way.PASSWORD: _password,
    Way.FACTOR: _factor,
    Way.MAIL: _mail,
}


class ProofField(forms.CharField):
    """Must be filled in, as the page says; whether it is, ``clean`` decides: a passkey takes its place, and an empty one asks for a mail."""

    def validate(self, value: Any) -> None:
        """Leave it to the form."""


class PasswordConfirmation(forms.Form):
    """Mixin of a form for a grave act: ``Form(request.POST, request=request)``. Put it last among the bases, so that the field comes last.

    Where a code has just been sent the form is not valid and has no errors: the page is shown again, with all that was typed.
    """

    password = ProofField(strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request, self.asked, self.code_sent = request, way_of(request.user), False
        field = self.fields["password"]
        field.label, field.help_text = LABELS[self.asked], HINTS.get(self.asked, "")
        field.widget = ProofInput(self.asked, request)
        self.order_fields([name for name in self.fields if name != "password"] + ["password"])

    def clean(self) -> dict[str, Any]:
        """Ask last, when everything else is right: a code that works once is not spent on a form with a mistake."""
        given = super().clean() or self.cleaned_data
        typed = given.pop("password", "")
        if not self.errors:
            credential = str(self.data.get(self.add_prefix("password-credential"), ""))
            try:
                confirm(self.request, typed, credential=credential, now=timezone.now())
            except NotConfirmed as refused:
                self._refuse(refused)
        return given

    def _refuse(self, refused: NotConfirmed) -> None:
        self.code_sent = refused.code == "code_sent"
        if self.code_sent:
            self["password"].help_text = WORDS["code_sent"]
        else:
            self.add_error("password", forms.ValidationError(WORDS[refused.code], code=refused.code))

    def is_valid(self) -> bool:
        return super().is_valid() and not self.code_sent
