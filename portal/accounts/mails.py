"""Letters about accounts: codes, links and notices. The outbox holds no code longer than it takes to send it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import mail, outbox
from portal.core.models import OutboxMessage
from portal.core.outbox import Handler

KIND = "accounts.mail"
WELCOME = "accounts.welcome"
CLOSED = "accounts/closed"  # the notice that an account is gone
IDLE = "accounts/idle"  # the letter before an account ends by itself
CONFIRM = "accounts/confirm"  # the letter with a code for one grave act


@dataclass(frozen=True)
class Letter:
    """``template`` below templates/accounts/mail; ``link`` is the name allauth gives the address to go to, ``action`` the words on the button."""

    template: str
    subject: str | Promise
    link: str = ""
    action: str | Promise = ""
    text: str | Promise = ""


def _notice(subject: str | Promise, text: str | Promise) -> Letter:
    return Letter("notice", subject, text=text)


CODE = Letter("code", _("Your code for the Program Portal"))
# What allauth calls its letters -> ours. A test walks allauth's own list.
LETTERS: dict[str, Letter] = {
    "account/email/email_confirmation_signup": CODE,
    "account/email/email_confirmation": CODE,
    CLOSED: _notice(_("Your account is closed"), _("Nobody can sign in with it any more. What you wrote and signed keeps your name.")),
    IDLE: Letter("idle", _("Your account will be closed"), "login_url", _("Sign in")),
    CONFIRM: Letter("confirm", _("Your code to confirm what you are doing")),
    "account/email/password_reset_key": Letter("reset", _("Choose a new password"), "password_reset_url", _("Choose a new password")),
    "account/email/account_already_exists": Letter(
        "already", _("You have an account already"), "password_reset_url", _("Choose a new password")
    ),
    "account/email/unknown_account": Letter("unknown", _("There is no account with this address"), "signup_url", _("Create an account")),
    "account/email/password_changed": _notice(_("Your password was changed"), _("The password of your account was changed.")),
    "account/email/password_reset": _notice(_("Your password was reset"), _("A new password was chosen by way of a link in a mail.")),
    "account/email/password_set": _notice(_("A password was set"), _("Your account has a password now.")),
    "account/email/email_changed": _notice(_("Your address was changed"), _("Another address is the main one of your account now.")),
    "account/email/email_confirm": _notice(_("An address was confirmed"), _("An address of your account was confirmed.")),
    "account/email/email_deleted": _notice(_("An address was removed"), _("An address was removed from your account.")),
    "mfa/email/totp_activated": _notice(
        _("An authenticator app was added"), _("Signing in needs a code of your authenticator app from now on.")
    ),
    "mfa/email/totp_deactivated": _notice(
        _("The authenticator app was removed"), _("Signing in needs no code of an authenticator app any more.")
    ),
    "mfa/email/recovery_codes_generated": _notice(
        _("New recovery codes"), _("New recovery codes were made; the old ones do not work any more.")
    ),
    "mfa/email/webauthn_added": _notice(_("A security key was added"), _("A security key or passkey was added to your account.")),
    "mfa/email/webauthn_removed": _notice(_("A security key was removed"), _("A security key or passkey was removed from your account.")),
}


@transaction.atomic
def queue(prefix: str, to: str, context: dict[str, Any], *, user: User | None, now: datetime) -> None:
    """Put one of allauth's letters into the outbox, in the language of the person if there is one, else of the page."""
    letter = LETTERS[prefix]
    language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
    facts = {
        "code": context.get("code", ""),
        "link": _own(context[letter.link], language) if letter.link else "",
        "at": now.isoformat(),
        "zone": user.timezone if user else "UTC",
    }
    outbox.put(KIND, {"letter": prefix, "to": to, "language": language, "facts": facts}, now=now)


def _own(url: str, language: str) -> str:
    """Return the address on our own origin, whatever host the request named, in the reader's language."""
    return settings.PORTAL_ORIGIN + translate_url(urlsplit(url).path, language)


def send(message: OutboxMessage, now: datetime) -> None:
    """Send one letter, then forget the code or link in it."""
    payload = message.payload
    letter, facts = LETTERS[payload["letter"]], payload["facts"]
    if facts:
        _deliver(message, letter, to=payload["to"], language=payload["language"], facts=facts, now=now)
    message.payload = {**payload, "facts": {}}
    message.save(update_fields=["payload"])


def _deliver(message: OutboxMessage, letter: Letter, *, to: str, language: str, facts: dict[str, str], now: datetime) -> None:
    with translation.override(language):
        context = {
            "code": facts.get("code", ""),
            "text": str(letter.text),
            "at": datetime.fromisoformat(facts["at"]),
            "zone": facts["zone"],
            "action": str(letter.action),
            "action_url": facts["link"],
        }
        subject = str(letter.subject)
    secrets = [secret for secret in (facts.get("code"), facts["link"]) if secret]
    template = f"accounts/mail/{letter.template}"
    mail.send(message=message, to=to, language=language, subject=subject, template=template, context=context, secrets=secrets, now=now)


def warn(user: User, *, now: datetime) -> None:
    """Tell a person that the account ends soon unless they sign in."""
    with translation.override(user.language):
        queue(IDLE, user.email, {"login_url": reverse("account_login")}, user=user, now=now)


@transaction.atomic
def welcome(user: User, *, now: datetime) -> None:
    """Let a person for whom staff made an account choose a password; the link is made when the letter leaves."""
    outbox.put(WELCOME, {"user": user.pk}, now=now)


def send_welcome(message: OutboxMessage, now: datetime) -> None:
    user = User.objects.get(pk=message.payload["user"])
    key = f"{user_pk_to_url_str(user)}-{PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)}"
    with translation.override(user.language):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}).replace("UID-KEY", key)
    letter = Letter("welcome", _("Your account in the Program Portal"), action=_("Choose a password"))
    facts = {"at": now.isoformat(), "zone": user.timezone, "link": settings.PORTAL_ORIGIN + path}
    _deliver(message, letter, to=user.email, language=user.language, facts=facts, now=now)


HANDLERS: dict[str, Handler] = {KIND: send, WELCOME: send_welcome}
