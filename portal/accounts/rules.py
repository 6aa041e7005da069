"""What a person is asked for before a grave act, as a table. Pure."""

from enum import StrEnum


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
