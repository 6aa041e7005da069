"""Grave acts ask once more who is there: the password at the moment of the act, and, outside a demonstration, an enrolled second factor.

A view with a form of its own uses ``PasswordConfirmation`` (the error stands at the field, what was typed stays); a view without one is
decorated with ``confirmed``. Each is enough alone, for desk and CMS alike.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

WORDS = {
    "wrong_password": gettext_lazy("This is not your password. Nothing was done."),
    "too_often": gettext_lazy("Too many wrong passwords. Wait a few minutes; nothing was done."),
    "no_second_factor": gettext_lazy("This needs a second factor. Add one under “Account and security”, then come back; nothing was done."),
}


class NotConfirmed(Exception):
    """The person did not prove who they are; ``code`` is a key of ``WORDS``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def confirm(request: HttpRequest, password: str) -> None:
    """Check the password of the signed-in person, and that a second factor is enrolled where one is needed.

    :raises NotConfirmed: wrong_password, too_often (counted per person) or no_second_factor.
    """
    if not settings.DEMO and not is_mfa_enabled(request.user):
        raise NotConfirmed("no_second_factor")
    usage = ratelimit.consume(request, action="reauthenticate", user=request.user)
    if not usage:
        raise NotConfirmed("too_often")
    if not request.user.check_password(password):
        raise NotConfirmed("wrong_password")


class PasswordConfirmation(forms.Form):
    """Mixin of a form for a grave act: ``Form(request.POST, request=request)``. Put it last among the bases, so that the field comes last."""

    password = forms.CharField(
        label=gettext_lazy("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request = request
        self.order_fields([name for name in self.fields if name != "password"] + ["password"])

    def clean_password(self) -> str:
        try:
            confirm(self.request, self.cleaned_data["password"])
        except NotConfirmed as refused:
            raise forms.ValidationError(WORDS[refused.code], code=refused.code) from refused
        return ""


def confirmed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a POST through only with the right ``password`` in it; else say why and go back to the page it came from. Other methods pass."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            confirm(request, request.POST.get("password", ""))
        except NotConfirmed as refused:
            messages.error(request, gettext(WORDS[refused.code]))
            return HttpResponseRedirect(_back(request))
        return view(request, *args, **kwargs)

    guarded.asks_password = True  # type: ignore[attr-defined]
    return guarded


def _back(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return came_from
    return request.path
