"""Where allauth meets the house: letters go by the outbox, limits and addresses are ours, and whoever signs in reads on in their own language."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import filter_users_by_email
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, translate_url
from django.utils import timezone, translation

from portal.accounts import devices, mails
from portal.core import client, limits

NOWHERE = "0.0.0.0"  # noqa: S104  (who comes by a socket without an address; not something to bind to)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the letter; the context's user is known by the address, so that the other letters speak the person's language too."""
        user = context.get("user") or next(iter(filter_users_by_email(email)), None)
        mails.queue(template_prefix, email, context, user=user, now=timezone.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the whole house knows it (TRUSTED_PROXIES), for sessions and allauth's own limits."""
        return client.address(request) or NOWHERE

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try to sign in; ``authenticate`` gives it back if the password was right.

        :raises TooMany: too many wrong ones.
        """
        limits.consume("login_failed", now=timezone.now(), **self._counted_by(request, credentials))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            limits.give_back("login_failed", now=timezone.now(), **self._counted_by(request, credentials))
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """Leave allauth's own count alone: ours is given back."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Begin to count anew once the person has chosen a new password by a letter."""
        limits.forget("login_failed", now=timezone.now(), **self._counted_by(request, credentials))

    def _counted_by(self, request: HttpRequest, credentials: dict[str, Any]) -> dict[str, str]:
        account, network = str(credentials.get("email", "")).strip().lower(), client.network(request)
        device = devices.known(request, account)
        whole = {"device": device} if device else {"account": account}
        return {"account_network": f"{account} {network}", "network": network} | whole

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Make the account; name and language are set before the first letter is written."""
        user.name, user.language = form.cleaned_data["name"], form.cleaned_data["language"]
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody begins who asked for no page: staff in the CMS, everybody else at the desk."""
        if request.user.has_perm("wagtailadmin.access_admin"):
            return reverse("wagtailadmin_home")
        with translation.override(request.user.language):
            return reverse(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return the first page in the language that was read last, whatever the device keeps."""
        return f"/{translation.get_language()}/"

    def post_login(self, request: HttpRequest, user: Any, **hook: Any) -> HttpResponse:
        """Go on in the person's language, on this device from now on."""
        with translation.override(user.language):
            response = super().post_login(request, user, **hook)
        adopt_language(response, user.language)
        devices.remember(response, user.email)
        return response


def adopt_language(response: HttpResponse, language: str) -> None:
    """Keep ``language`` on this device, and let a redirect lead to the page in it."""
    if (where := response.headers.get("Location")) and not urlsplit(where).netloc:
        response.headers["Location"] = translate_url(where, language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
