"""The profile, the end of an account, and the door out of the CMS."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts import closing
from portal.accounts.adapter import adopt_language
from portal.accounts.forms import ProfileForm
from portal.accounts.stepup import PasswordConfirmation


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change name, language and time zone; the page goes on in the new language."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("account_profile")
        adopt_language(response, user.language)
        return response
    if form.errors:
        request.user.refresh_from_db()  # the head of the page names the person as they are, not as they typed
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@never_cache
def close(request: HttpRequest) -> HttpResponse:
    """Close one's own account, having confirmed who it is."""
    form = PasswordConfirmation(request.POST if request.method == "POST" else None, request=request)
    alone: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            closing.close(request.user.pk, now=timezone.now())  # type: ignore[arg-type]
        except closing.CannotClose as refused:
            alone = refused.of
        else:
            logout(request)
            messages.success(request, _("Your account is closed. A mail confirms it."))
            return redirect("start")
    return render(request, "accounts/close.html", {"form": form, "alone": alone}, status=409 if alone else 422 if form.errors else 200)


def leave_cms(request: HttpRequest) -> HttpResponse:
    """Sign out of the CMS and the portal at once. Wagtail's button posts here; a bare address asks first."""
    if request.method != "POST":
        return redirect("account_logout")
    get_adapter(request).logout(request)
    return redirect("/")


def reset_password(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Lead every page of Wagtail's own password reset to ours, which knows second factors."""
    return redirect("account_reset_password")
