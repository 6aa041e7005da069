"""What a person is asked for before a grave act, as a table; how long an account is kept that nobody needs. Pure."""

from datetime import timedelta
from enum import StrEnum

KEPT_IDLE = timedelta(days=365)  # since the last membership ended and the last sign-in: the page about privacy promises it
WARNED_BEFORE = timedelta(days=30)  # that the account ends: long enough to be read after a holiday, and to sign in


class Way(StrEnum):
    """What is asked for."""

    PASSWORD = "password"  # noqa: S105
    FACTOR = "factor"
    MAIL = "mail"
    ENROL = "enrol"  # nothing would do: a second factor has to be added first


class Proof(StrEnum):
    """What was really verified in the act; kept with signatures and in the history."""

    PASSWORD = "password"  # noqa: S105
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    MAIL_CODE = "mail_code"


# (staff, has a second factor) -> what is asked for outside a demonstration
WAYS = {
    (True, True): Way.FACTOR,
    (True, False): Way.ENROL,
    (False, True): Way.FACTOR,
    (False, False): Way.MAIL,
}


def way(*, demo: bool, staff: bool, has_factor: bool) -> Way:
    """Return what is asked for: in a demonstration the password."""
    return Way.PASSWORD if demo else WAYS[staff, has_factor]
