"""What a password has to be (NIST 800-63B-4): long, not a common one, not one's own name; any signs of any script, no rules of composition."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from portal.core.text import one_form

ALONE = 15  # characters, where the password is all that is asked for
WITH_FACTOR = 12


class LengthByFactor:
    """Ask for 15 characters, or 12 of who has a second factor."""

    def validate(self, password: str, user: Any = None) -> None:
        least = self._least(user)
        if len(one_form(password)) < least:
            raise ValidationError(
                ngettext(
                    "This password is too short. Use at least %(least)d character; a few words are easy to remember.",
                    "This password is too short. Use at least %(least)d characters; a few words are easy to remember.",
                    least,
                ),
                code="password_too_short",
                params={"least": least},
            )

    def get_help_text(self) -> str:
        return gettext("At least 15 characters; 12 if you have a second factor. A few words are easy to remember, and any script will do.")

    @staticmethod
    def _least(user: Any) -> int:
        return WITH_FACTOR if user is not None and user.pk is not None and is_mfa_enabled(user) else ALONE
