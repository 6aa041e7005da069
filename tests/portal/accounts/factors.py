"""Second factors of people in tests."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time


def enrol(user):
    """Give a person an authenticator app and recovery codes; return the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def totp(secret):
    """Return the code the app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def recovery_code(user):
    """Return a code that was not used yet."""
    return user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
