"""Devices a person has signed in on before. They are counted by themselves, so that a guesser elsewhere never locks the right person out."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

COOKIE = "device"
LASTS = 365 * 24 * 3600  # seconds
SALT = "portal.accounts.device"


def _mark(address: str) -> str:
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()


def _name() -> str:
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE


def remember(response: HttpResponseBase, address: str) -> None:
    """Let this device be known as one where the person with ``address`` has signed in; the cookie names nobody."""
    value = signing.dumps([_mark(address), get_random_string(16)], salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_name(), value, max_age=LASTS, secure=secure, httponly=True, samesite="Lax")


def known(request: HttpRequest, address: str) -> str | None:
    """Return the number of the device if the person with ``address`` was the last to sign in on it, else None."""
    try:
        mark, number = signing.loads(request.COOKIES.get(_name(), ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return number if constant_time_compare(mark, _mark(address)) else None
